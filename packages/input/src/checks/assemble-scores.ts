import { NO_LABEL_YET, type Predictions } from "@candor/core";
import { BadInput } from "../bad-input.ts";
import type { Plan } from "../plan.ts";
import type { ScreenedBatch } from "../screened-rows.ts";
import { printable, shownValue } from "../show.ts";
import type { Slots } from "../slots.ts";
import type { Assembler } from "./assembler.ts";
import { BinaryLabels, isSameLabel, labelState } from "./binary-labels.ts";
import { complainAbout } from "./complain.ts";
import { LabelCodes } from "./label-codes.ts";
import type { BadRow, RowScreen } from "./row-screen.ts";
import { ScoreValues } from "./score-values.ts";
import { SharedColumns } from "./shared-columns.ts";

/** Most different texts a column with two classes may have before it is clear that it holds something else. */
const mostLabels = 10_000;

type OneScorePlan = Extract<Plan, { task: "binary" | "confidence" }>;

/** Makes binary predictions (score and label) and confidence/correct pairs. */
export class ScoreAssembler implements Assembler {
  readonly #plan: OneScorePlan;
  readonly #screen: RowScreen;
  readonly #shared: SharedColumns;
  readonly #labels: BinaryLabels;
  readonly #codes: LabelCodes;
  readonly #score: ScoreValues;
  readonly #truth: number;
  readonly #positive: string | undefined;
  readonly #known: readonly string[];
  #classes: Int32Array = new Int32Array(0);
  #names: readonly string[] | undefined;
  readonly #seen = [0, 0];

  /**
   * @param positive the label of the positive class, where the user names it
   * @param known names of both classes, where one of them alone will do
   * @param labelNames names of both classes that 0 and 1 may stand for
   */
  constructor(
    plan: OneScorePlan,
    slots: Slots,
    screen: RowScreen,
    {
      positive,
      known = [],
      labelNames = [],
    }: {
      readonly positive?: string | undefined;
      readonly known?: readonly string[] | undefined;
      readonly labelNames?: readonly string[] | undefined;
    },
  ) {
    this.#plan = plan;
    this.#screen = screen;
    this.#positive = positive;
    this.#known = known;
    this.#labels = new BinaryLabels(plan.task === "binary" ? "label" : "correct", positive, labelNames);
    this.#codes = new LabelCodes((text) => this.#labels.classify(text));
    this.#score = new ScoreValues(plan, slots, screen);
    const purpose = `expected two: is it the ${plan.task === "binary" ? "label" : "correctness"}?`;
    this.#truth = slots.add(plan.truth.table, { as: "category", field: plan.truth.field, limit: mostLabels, purpose });
    this.#checkTruth();
    this.#shared = new SharedColumns(plan, slots, screen);
  }

  #checkTruth(): void {
    const { truth, task, propensity } = this.#plan;
    const what = task === "binary" ? "label" : "correct";
    const missing = this.#screen.mark(
      propensity === undefined ? `missing ${what}` : NO_LABEL_YET,
      ({ row }) => complainAbout(truth, row, this.#labels.expectation(), undefined),
      { isLeftOut: propensity !== undefined },
    );
    const unknown = this.#screen.mark(task === "binary" ? "unknown label" : "correct neither 0 nor 1", (bad) =>
      this.#explainUnknown(bad),
    );
    this.#screen.add((columns, marks) => {
      const column = columns[this.#truth];
      if (column?.as !== "category") throw new TypeError("not a column of categories");
      const classes = this.#codes.classes(column);
      this.#classes = classes;
      for (let i = 0; i < marks.length; i++)
        if (classes[i]! < 0 && marks[i] === 0) marks[i] = classes[i] === labelState.missing ? missing : unknown;
    });
  }

  async #explainUnknown({ columns, index, row }: BadRow): Promise<BadInput> {
    const { truth, task } = this.#plan;
    const column = columns[this.#truth];
    if (column?.as !== "category") throw new TypeError("not a column of categories");
    const value = column.values[column.codes[index]!];
    const expected = this.#labels.expectation();
    if (!this.#labels.isUndecided || task === "confidence") return complainAbout(truth, row, expected, value);
    const names = column.values.map((name) => printable(name, 40));
    const hint =
      names.length === 2
        ? `the labels are ${names[0]} and ${names[1]}: say which one is positive, e.g. --positive ${names[1]}`
        : `a binary label has two values, the positive one named with --positive; this column has ${names.length} so far`;
    return complainAbout(truth, row, expected, value, hint);
  }

  classNames(): readonly string[] {
    if (this.#plan.task === "confidence") return [];
    return this.#namesSoFar();
  }

  /** A class not seen so far goes by the name that is known of it. */
  #namesSoFar(): readonly string[] {
    return this.#labels.names(this.#known);
  }

  assemble(batch: ScreenedBatch): Predictions {
    const { columns, keep } = batch;
    const probabilities = this.#score.values(batch, keep);
    const outcomes = new Uint8Array(probabilities.length);
    for (let i = 0; i < outcomes.length; i++) outcomes[i] = this.#classes[keep === undefined ? i : keep[i]!]!;
    const parts = this.#shared.parts(columns, keep);
    this.#count(outcomes, parts.weights);
    this.#names ??= this.#namesSoFar();
    const base = {
      rows: probabilities.length,
      classNames: this.#plan.task === "confidence" ? [] : this.#names,
      ...parts,
    };
    if (this.#plan.task === "binary") return { task: "binary", probabilities, outcomes, ...base };
    return { task: "confidence", confidences: probabilities, correct: outcomes, ...base };
  }

  #count(outcomes: Uint8Array, weights: Float64Array | undefined): void {
    let positives = 0;
    let rows = 0;
    for (let i = 0; i < outcomes.length; i++) {
      if (weights !== undefined && weights[i] === 0) continue;
      rows++;
      positives += outcomes[i]!;
    }
    this.#seen[0] = this.#seen[0]! + rows - positives;
    this.#seen[1] = this.#seen[1]! + positives;
  }

  finish(): void {
    this.#shared.finish();
    if (this.#plan.task === "confidence") return;
    const { table, field } = this.#plan.truth;
    const only = this.#seen[0] === 0 ? 1 : this.#seen[1] === 0 ? 0 : undefined;
    if (only === undefined) return;
    const name = this.#labels.names()[only] ?? "";
    if (this.#seen[only]! > 0 && isSameLabel(this.#known[only] ?? "", name)) return;
    const unmet = this.#positive !== undefined && only === 0;
    throw new BadInput(
      `${table.file}: expected both classes, but ${unmet ? `no row has the label ${shownValue(this.#positive)}` : `every label is ${shownValue(name)}`}`,
      { file: table.file, column: field.name },
    );
  }

  notes(): readonly string[] {
    const notes = [...this.#score.notes(), ...this.#labels.notes()];
    if (this.#plan.task === "confidence" && this.#seen.includes(0))
      notes.push(this.#seen[1] === 0 ? "no prediction is correct" : "every prediction is correct");
    return notes;
  }
}
