import { type Matrix, pairwiseSum } from "@candor/core";
import { BadInput } from "../bad-input.ts";
import type { ScorePlan } from "../plan.ts";
import { printable } from "../show.ts";
import type { Slots } from "../slots.ts";
import { type BlockColumn, type ColumnBatch, gap } from "../table.ts";
import { complainAbout } from "./complain.ts";
import { largestNumber } from "./largest-number.ts";
import { pickRows } from "./pick.ts";
import type { BadRow, RowScreen } from "./row-screen.ts";
import { Clipping, mistakenFor } from "./unit-interval.ts";

/** How far the sum of a row may be from 1. */
export const sumTolerance = 1e-3;

type ClassPlan = Extract<ScorePlan, { task: "multiclass" }>;

/** One probability or logit per class: every row whole and in range, or bad. */
export class ClassValues {
  readonly #plan: ClassPlan;
  readonly #screen: RowScreen;
  readonly #clipping = new Clipping();
  readonly #normalise: boolean;
  readonly #block: number;
  #largestDeviation = 0;
  #deviantRow = 0;
  #logitsLookNormal = true;

  /** @param normalise divide every row of probabilities by its sum */
  constructor(plan: ClassPlan, slots: Slots, screen: RowScreen, normalise: boolean) {
    const { classes, areLogits } = plan;
    const { table, fields, width } = classes;
    this.#plan = plan;
    this.#screen = screen;
    this.#normalise = normalise && !areLogits;
    this.#block = slots.add(table, { as: "block", fields, width });
    this.#checkCells();
    if (areLogits) screen.add((columns) => this.#watchLogits(this.#blockOf(columns)));
    else this.#checkRows();
  }

  #blockOf(columns: ColumnBatch["columns"]): BlockColumn {
    const block = columns[this.#block];
    if (block?.as !== "block") throw new TypeError("not a block of numbers");
    return block;
  }

  get #expected(): string {
    return this.#plan.areLogits
      ? "a finite logit"
      : this.#normalise
        ? "a number of 0 or more"
        : "a probability in [0, 1]";
  }

  /** The complaint about the first cell of a row that `isBad` finds. */
  async #explainCell(bad: BadRow, isBad: (value: number, cell: number) => boolean, hint?: string): Promise<BadInput> {
    const { values, width, gaps } = this.#blockOf(bad.columns);
    const start = bad.index * width;
    let j = 0;
    while (j < width - 1 && !isBad(values[start + j]!, start + j)) j++;
    const { table, fields } = this.#plan.classes;
    const field = fields.length === 1 ? fields[0]! : fields[j]!;
    const why = gaps?.[start + j] ?? gap.none;
    const value =
      why === gap.missing
        ? undefined
        : why === gap.notANumber
          ? await table.textAt(field, bad.row)
          : values[start + j]!;
    const expected = fields.length === 1 ? `${this.#expected} for class ${j}` : this.#expected;
    return complainAbout({ table, field }, bad.row, expected, value, hint);
  }

  #checkCells(): void {
    const { table, fields, width } = this.#plan.classes;
    const what = this.#plan.areLogits ? "logit" : "probability";
    const notThere = (bad: BadRow) => this.#explainCell(bad, (value) => value - value !== 0);
    const missing = this.#screen.mark(`missing ${what}`, notThere);
    const notANumber = this.#screen.mark(`${what} not a number`, notThere);
    const notFinite = this.#screen.mark(`${what} not finite`, notThere);
    const tooLarge = this.#screen.mark("logit too large", (bad) =>
      this.#explainCell(bad, (value) => Math.abs(value) > largestNumber, `its size may be ${largestNumber} at most`),
    );
    const largest = this.#plan.areLogits ? largestNumber : Number.MAX_VALUE;
    const wrongLength = this.#screen.mark("wrong number of values", async ({ row }) => {
      const where = `${table.file}, ${await table.place(row)}, column ${printable(fields[0]!.name)}`;
      return new BadInput(`${where}: expected ${width} values as in the first row, got another number`, {
        file: table.file,
        row,
        column: fields[0]!.name,
      });
    });
    const marksOfGaps: Readonly<Record<number, number>> = {
      [gap.none]: notFinite,
      [gap.missing]: missing,
      [gap.notANumber]: notANumber,
      [gap.wrongLength]: wrongLength,
    };
    this.#screen.add((columns, marks) => {
      const { values, gaps } = this.#blockOf(columns);
      for (let cell = 0; cell < values.length; cell++) {
        const value = values[cell]!;
        if (Math.abs(value) <= largest) continue;
        const row = Math.floor(cell / width);
        if (marks[row] !== 0) continue;
        marks[row] = value - value === 0 ? tooLarge : marksOfGaps[gaps?.[cell] ?? gap.none]!;
      }
    });
  }

  /** What the values seem to be instead of probabilities. */
  #mistake({ columns }: BadRow): string | undefined {
    const { title, fields } = this.#plan.classes;
    const subject = fields.length === 1 ? "the values" : "the columns";
    const flag = title.includes("*") ? `--logits '${printable(title)}'` : `--logits ${printable(title)}`;
    return mistakenFor(this.#blockOf(columns).values, subject, `use ${flag}`);
  }

  #checkRows(): void {
    const isOutside = (value: number) => value < 0 || (value > 1 && !this.#normalise);
    const outside = this.#screen.mark("probability outside [0, 1]", (bad) =>
      this.#explainCell(bad, isOutside, this.#mistake(bad)),
    );
    const wrongSum = this.#screen.mark("probabilities do not sum to 1", (bad) => this.#explainSum(bad));
    this.#screen.add((columns, marks, before) => {
      const { values, width } = this.#blockOf(columns);
      for (let i = 0; i < marks.length; i++) {
        if (marks[i] !== 0) continue;
        const start = i * width;
        let sum = 0;
        for (let cell = start; cell < start + width; cell++) {
          let value = values[cell]!;
          if (isOutside(value)) {
            value = this.#clipping.clip(value);
            if (Number.isNaN(value)) {
              marks[i] = outside;
              break;
            }
            values[cell] = value;
          }
          sum += value;
        }
        if (marks[i] !== 0) continue;
        if (this.#normalise && sum > 0 && sum < Number.POSITIVE_INFINITY)
          this.#divide(values, i, pairwiseSum(values, start, start + width), width, before);
        else if (!(Math.abs(sum - 1) <= sumTolerance)) marks[i] = wrongSum;
      }
    });
  }

  #divide(values: Float64Array, row: number, sum: number, width: number, before: number): void {
    const deviation = Math.abs(sum - 1);
    if (deviation > this.#largestDeviation) {
      this.#largestDeviation = deviation;
      this.#deviantRow = before + row + 1;
    }
    const start = row * width;
    for (let cell = start; cell < start + width; cell++) values[cell] = values[cell]! / sum;
  }

  async #explainSum(bad: BadRow): Promise<BadInput> {
    const { columns, index, row } = bad;
    const { values, width } = this.#blockOf(columns);
    const { table, title } = this.#plan.classes;
    let sum = 0;
    for (let cell = index * width; cell < (index + 1) * width; cell++) sum += values[cell]!;
    const off = Number(Math.abs(sum - 1).toPrecision(3));
    return new BadInput(
      `${table.file}, ${await table.place(row)}: expected probabilities (${printable(title)}) that sum to 1 within ${sumTolerance}, got a sum of ${Number(sum.toPrecision(6))}, off by ${off}`,
      {
        file: table.file,
        row,
        hint: this.#normalise ? undefined : (this.#mistake(bad) ?? "--normalise divides every row by its sum"),
      },
    );
  }

  #watchLogits({ values, width }: BlockColumn): void {
    if (!this.#logitsLookNormal) return;
    for (let start = 0; start < values.length; start += width) {
      let sum = 0;
      for (let cell = start; cell < start + width; cell++) {
        const value = values[cell]!;
        sum += value >= 0 && value <= 1 ? value : Number.NaN;
      }
      if (Math.abs(sum - 1) <= sumTolerance) continue;
      this.#logitsLookNormal = false;
      return;
    }
  }

  /** The values of a screened batch, row-major, without the rows left out. */
  values({ rows, columns }: ColumnBatch, keep: Int32Array | undefined): Matrix {
    const { values, width } = this.#blockOf(columns);
    return { data: pickRows(values, width, keep), rows: keep?.length ?? rows, cols: width };
  }

  /** What was clipped, divided or noticed, in sentences. */
  notes(): readonly string[] {
    const notes: string[] = [];
    const clipped = this.#clipping.note();
    if (clipped !== undefined) notes.push(clipped);
    if (this.#normalise)
      notes.push(
        this.#largestDeviation === 0
          ? "every row of probabilities was divided by its sum, which was 1 in all of them"
          : `every row of probabilities was divided by its sum, which was off by at most ${Number(this.#largestDeviation.toPrecision(3))} (row ${this.#deviantRow})`,
      );
    if (this.#plan.areLogits && this.#logitsLookNormal)
      notes.push("the logits are all in [0, 1] and sum to 1 in every row: if they are probabilities, use --probs");
    return notes;
  }
}
