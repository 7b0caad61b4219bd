import { logSoftmax, type Matrix, type Predictions, pairwiseSum, softmax } from "@candor/core";
import { BadInput } from "../bad-input.ts";
import type { Plan } from "../plan.ts";
import { nameList, printable, shownValue } from "../show.ts";
import type { Slots } from "../slots.ts";
import { type BlockColumn, type ColumnBatch, gap } from "../table.ts";
import type { Assembler } from "./assembler.ts";
import { labelState } from "./binary-labels.ts";
import { ClassLabels } from "./class-labels.ts";
import { complainAbout } from "./complain.ts";
import { LabelCodes } from "./label-codes.ts";
import { largestNumber } from "./largest-number.ts";
import { pickInts, pickRows } from "./pick.ts";
import type { BadRow, RowScreen } from "./row-screen.ts";
import { SharedColumns } from "./shared-columns.ts";
import { Clipping, mistakenFor } from "./unit-interval.ts";

/** How far the sum of a row may be from 1. */
export const sumTolerance = 1e-3;
const mostClasses = 100_000;

type ClassPlan = Extract<Plan, { task: "multiclass" }>;

/** Makes multiclass predictions from one probability or logit per class and a label. */
export class ClassAssembler implements Assembler {
  readonly #plan: ClassPlan;
  readonly #screen: RowScreen;
  readonly #shared: SharedColumns;
  readonly #labels: ClassLabels;
  readonly #codes: LabelCodes;
  readonly #clipping = new Clipping();
  readonly #normalise: boolean;
  readonly #block: number;
  readonly #truth: number;
  readonly #seen: Uint8Array;
  #classes: Int32Array = new Int32Array(0);
  #before = 0;
  #largestDeviation = 0;
  #deviantRow = 0;
  #logitsLookNormal = true;

  /** @param normalise divide every row of probabilities by its sum */
  constructor(plan: ClassPlan, slots: Slots, screen: RowScreen, normalise: boolean) {
    const { classes, truth, areLogits } = plan;
    this.#plan = plan;
    this.#screen = screen;
    this.#normalise = normalise && !areLogits;
    this.#labels = new ClassLabels(classes.classNames);
    this.#codes = new LabelCodes((text) => this.#labels.classify(text));
    this.#seen = new Uint8Array(classes.width);
    const { table, fields, width } = classes;
    this.#block = slots.add(table, { as: "block", fields, width });
    const purpose = "too many classes: is it the label?";
    this.#truth = slots.add(truth.table, { as: "category", field: truth.field, limit: mostClasses, purpose });
    this.#checkCells();
    if (areLogits) screen.add((columns) => this.#watchLogits(this.#blockOf(columns)));
    else this.#checkRows();
    this.#checkTruth();
    this.#shared = new SharedColumns(plan, slots, screen);
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
    this.#screen.add((columns, marks) => {
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
          this.#divide(values, start, width, pairwiseSum(values, start, start + width));
        else if (!(Math.abs(sum - 1) <= sumTolerance)) marks[i] = wrongSum;
      }
    });
  }

  #divide(values: Float64Array, start: number, width: number, sum: number): void {
    const deviation = Math.abs(sum - 1);
    if (deviation > this.#largestDeviation) {
      this.#largestDeviation = deviation;
      this.#deviantRow = this.#before + start / width + 1;
    }
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

  #checkTruth(): void {
    const { truth } = this.#plan;
    const expected = () => {
      const { classNames, areIndices } = this.#labels;
      return areIndices
        ? `a class index from 0 to ${classNames.length - 1}`
        : `one of the classes ${nameList(classNames, 20)}`;
    };
    const missing = this.#screen.mark("missing label", ({ row }) => complainAbout(truth, row, expected(), undefined));
    const unknown = this.#screen.mark("unknown label", ({ columns, index, row }) => {
      const column = columns[this.#truth];
      const value = column?.as === "category" ? column.values[column.codes[index]!] : undefined;
      return complainAbout(
        truth,
        row,
        expected(),
        value,
        this.#countFromOne(column?.as === "category" ? column.values : []),
      );
    });
    this.#screen.add((columns, marks) => {
      const column = columns[this.#truth];
      if (column?.as !== "category") throw new TypeError("not a column of categories");
      const classes = this.#codes.classes(column);
      this.#classes = classes;
      for (let i = 0; i < marks.length; i++)
        if (classes[i]! < 0 && marks[i] === 0) marks[i] = classes[i] === labelState.missing ? missing : unknown;
    });
  }

  #countFromOne(values: readonly string[]): string | undefined {
    const numbers = values.map(Number);
    const { width } = this.#plan.classes;
    const fromOne = numbers.includes(width) && numbers.every((n) => Number.isInteger(n) && n >= 1 && n <= width);
    return fromOne ? "the labels seem to count from 1: subtract 1, or name the classes" : undefined;
  }

  classNames(): readonly string[] {
    return this.#labels.classNames;
  }

  async assemble({ rows, columns }: ColumnBatch, before: number): Promise<Predictions> {
    this.#before = before;
    const keep = await this.#screen.screen(columns, rows, before);
    const { values, width } = this.#blockOf(columns);
    const labels = pickInts(this.#classes, keep);
    const data: Matrix = { data: pickRows(values, width, keep), rows: labels.length, cols: width };
    const parts = this.#shared.parts(columns, keep);
    for (let i = 0; i < labels.length; i++) if (parts.weights?.[i] !== 0) this.#seen[labels[i]!] = 1;
    const base = { task: "multiclass", rows: labels.length, labels, classNames: this.classNames(), ...parts } as const;
    if (!this.#plan.areLogits) return { ...base, probabilities: data };
    return { ...base, probabilities: softmax(data), logProbabilities: logSoftmax(data) };
  }

  finish(): void {
    this.#shared.finish();
    if (this.#seen.filter((seen) => seen === 1).length !== 1) return;
    const { table, field } = this.#plan.truth;
    const name = this.classNames()[this.#seen.indexOf(1)] ?? "";
    throw new BadInput(`${table.file}: expected at least two classes, but every label is ${shownValue(name)}`, {
      file: table.file,
      column: field.name,
    });
  }

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
