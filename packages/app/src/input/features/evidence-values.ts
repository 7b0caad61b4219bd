import type { Matrix } from "@candor/core";
import {
  type BadInput,
  type BadRow,
  type BlockColumn,
  type Column,
  complainAbout,
  gap,
  pickRows,
  type RowScreen,
  type Slots,
} from "@candor/input";
import type { EvidenceKind } from "./evidence-plan.ts";
import type { FeatureColumns } from "./feature-columns.ts";

/** How far single precision may carry a probability above 1, and the sum of a row from 1. */
const ROUNDING = 1e-6;
const SUM_TOLERANCE = 1e-3;

const singular: Readonly<Record<EvidenceKind, string>> = {
  features: "feature",
  logits: "logit",
  probabilities: "probability",
};

/** The numbers of one kind, checked row by row. */
export class EvidenceValues {
  readonly #columns: FeatureColumns;
  readonly #kind: EvidenceKind;
  readonly #at: number;

  constructor(columns: FeatureColumns, kind: EvidenceKind, slots: Slots, screen: RowScreen) {
    this.#columns = columns;
    this.#kind = kind;
    this.#at = slots.add(columns.table, { as: "block", fields: columns.fields, width: columns.width });
    this.#addTo(screen);
  }

  get width(): number {
    return this.#columns.width;
  }

  /** The good rows of a batch. */
  matrix(columns: readonly Column[], keep: Int32Array | undefined): Matrix {
    const { values } = this.#block(columns);
    const data = pickRows(values, this.width, keep);
    return { data, rows: this.width === 0 ? 0 : data.length / this.width, cols: this.width };
  }

  #block(columns: readonly Column[]): BlockColumn {
    const block = columns[this.#at];
    if (block?.as !== "block") throw new TypeError("not a block of numbers");
    return block;
  }

  #isGood(value: number): boolean {
    return this.#kind === "probabilities" ? value >= 0 && value <= 1 + ROUNDING : Number.isFinite(value);
  }

  #addTo(screen: RowScreen): void {
    const what = singular[this.#kind];
    const explain = (bad: BadRow) => this.#explain(bad);
    const missing = screen.mark(`missing ${what}`, explain);
    const wrongLength = screen.mark(`wrong number of ${what === "probability" ? "probabilitie" : what}s`, explain);
    const notGood = screen.mark(
      this.#kind === "probabilities" ? "probability outside [0, 1]" : `${what} that is no finite number`,
      explain,
    );
    const badSum = screen.mark("probabilities that do not sum to 1", explain);
    screen.add((columns, marks) => {
      const { values, width, gaps } = this.#block(columns);
      for (let row = 0, cell = 0; row < marks.length; row++) {
        let sum = 0;
        for (let k = 0; k < width; k++, cell++) {
          const value = values[cell]!;
          sum += value;
          if (this.#isGood(value) || marks[row] !== 0) continue;
          const why = gaps?.[cell] ?? gap.none;
          marks[row] = why === gap.missing ? missing : why === gap.wrongLength ? wrongLength : notGood;
        }
        if (this.#kind === "probabilities" && marks[row] === 0 && !(Math.abs(sum - 1) <= SUM_TOLERANCE))
          marks[row] = badSum;
      }
    });
  }

  async #explain({ columns, index, row }: BadRow): Promise<BadInput> {
    const { values, width, gaps } = this.#block(columns);
    const start = index * width;
    let k = 0;
    while (k < width && this.#isGood(values[start + k]!)) k++;
    const { table, fields } = this.#columns;
    const first = { table, field: fields[0]! };
    if (k === width) {
      const sum = values.subarray(start, start + width).reduce((total, value) => total + value, 0);
      return complainAbout(first, row, "probabilities that sum to 1", Number(sum.toPrecision(6)));
    }
    const why = gaps?.[start + k] ?? gap.none;
    if (why === gap.wrongLength) return complainAbout(first, row, `${width} values`, "another number of them");
    const isArray = fields.length < width;
    const field = isArray ? fields[0]! : fields[k]!;
    const kind = this.#kind === "probabilities" ? "a probability in [0, 1]" : `a finite ${singular[this.#kind]}`;
    const wanted = isArray && width > 1 ? `${kind} at position ${k}` : kind;
    const value =
      why === gap.missing ? undefined : why === gap.notANumber ? await table.textAt(field, row) : values[start + k]!;
    return complainAbout({ table, field }, row, wanted, value);
  }
}
