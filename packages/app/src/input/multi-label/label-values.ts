import {
  type BadInput,
  type BadRow,
  type BlockColumn,
  type Column,
  complainAbout,
  gap,
  printable,
  type RowScreen,
  type Slots,
} from "@candor/input";
import type { LabelColumns } from "./label-columns.ts";

/** What the values of every label have to be. */
export interface LabelCheck {
  /** For the count of rows left out: `score`, `truth`. */
  readonly what: string;
  readonly expected: string;
  /** How values that are no good are counted. */
  readonly outside: string;
  readonly isGood: (value: number) => boolean;
  /** What would help where most values are no good. */
  readonly hint: string | undefined;
}

/** One value per label and row: all of a row good, or the row is bad. */
export class LabelValues {
  readonly #columns: LabelColumns;
  readonly #labelNames: readonly string[];
  readonly #check: LabelCheck;
  readonly #at: number;

  constructor(
    columns: LabelColumns,
    labelNames: readonly string[],
    check: LabelCheck,
    slots: Slots,
    screen: RowScreen,
  ) {
    this.#columns = columns;
    this.#labelNames = labelNames;
    this.#check = check;
    this.#at = slots.add(columns.table, { as: "block", fields: columns.fields, width: columns.width });
    this.#addTo(screen);
  }

  /** The values of a batch, bad rows included. */
  block(columns: readonly Column[]): BlockColumn {
    const block = columns[this.#at];
    if (block?.as !== "block") throw new TypeError("not a block of numbers");
    return block;
  }

  #addTo(screen: RowScreen): void {
    const { what, outside, isGood } = this.#check;
    const explain = (bad: BadRow) => this.#explain(bad);
    const missing = screen.mark(`missing ${what}`, explain);
    const wrongLength = screen.mark(`wrong number of values in ${what}`, explain);
    const notGood = screen.mark(outside, explain);
    screen.add((columns, marks) => {
      const { values, width, gaps } = this.block(columns);
      for (let cell = 0; cell < values.length; cell++) {
        if (isGood(values[cell]!)) continue;
        const row = Math.floor(cell / width);
        if (marks[row] !== 0) continue;
        const why = gaps?.[cell] ?? gap.none;
        marks[row] = why === gap.missing ? missing : why === gap.wrongLength ? wrongLength : notGood;
      }
    });
  }

  async #explain({ columns, index, row }: BadRow): Promise<BadInput> {
    const { values, width, gaps } = this.block(columns);
    const { isGood, expected, hint } = this.#check;
    const start = index * width;
    let k = 0;
    while (k < width - 1 && isGood(values[start + k]!)) k++;
    const why = gaps?.[start + k] ?? gap.none;
    const { table, fields } = this.#columns;
    const isArray = fields.length < width;
    const field = isArray ? fields[0]! : fields[k]!;
    if (why === gap.wrongLength)
      return complainAbout({ table, field }, row, `${width} values`, "another number of them");
    const wanted = isArray ? `${expected} for label ${printable(this.#labelNames[k] ?? "")}` : expected;
    const value =
      why === gap.missing ? undefined : why === gap.notANumber ? await table.textAt(field, row) : values[start + k]!;
    return complainAbout({ table, field }, row, wanted, value, value === undefined ? undefined : hint);
  }
}
