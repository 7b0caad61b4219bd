import { logSoftmax, NO_LABEL_YET, type Predictions, softmax } from "@candor/core";
import { BadInput } from "../bad-input.ts";
import type { Plan } from "../plan.ts";
import type { ScreenedBatch } from "../screened-rows.ts";
import { nameList, shownValue } from "../show.ts";
import type { Slots } from "../slots.ts";
import type { Assembler } from "./assembler.ts";
import { labelState } from "./binary-labels.ts";
import { ClassLabels } from "./class-labels.ts";
import { ClassValues } from "./class-values.ts";
import { complainAbout } from "./complain.ts";
import { LabelCodes } from "./label-codes.ts";
import { pickInts } from "./pick.ts";
import type { RowScreen } from "./row-screen.ts";
import { SharedColumns } from "./shared-columns.ts";

const mostClasses = 100_000;

type ClassPlan = Extract<Plan, { task: "multiclass" }>;

/** How the values of classes are treated. */
export interface ClassTreatment {
  /** Divide every row of probabilities by its sum. */
  readonly normalise: boolean;
  /** Hand on the logits as they were given, beside what is made of them. */
  readonly keepLogits: boolean;
}

/** Makes multiclass predictions from one probability or logit per class and a label. */
export class ClassAssembler implements Assembler {
  readonly #plan: ClassPlan;
  readonly #screen: RowScreen;
  readonly #shared: SharedColumns;
  readonly #values: ClassValues;
  readonly #keepLogits: boolean;
  readonly #labels: ClassLabels;
  readonly #codes: LabelCodes;
  readonly #truth: number;
  readonly #seen: Uint8Array;
  #classes: Int32Array = new Int32Array(0);

  constructor(plan: ClassPlan, slots: Slots, screen: RowScreen, { normalise, keepLogits }: ClassTreatment) {
    const { classes, truth } = plan;
    this.#plan = plan;
    this.#screen = screen;
    this.#keepLogits = keepLogits;
    this.#labels = new ClassLabels(classes.classNames);
    this.#codes = new LabelCodes((text) => this.#labels.classify(text));
    this.#seen = new Uint8Array(classes.width);
    this.#values = new ClassValues(plan, slots, screen, normalise);
    const purpose = "too many classes: is it the label?";
    this.#truth = slots.add(truth.table, { as: "category", field: truth.field, limit: mostClasses, purpose });
    this.#checkTruth();
    this.#shared = new SharedColumns(plan, slots, screen);
  }

  #checkTruth(): void {
    const { truth, propensity } = this.#plan;
    const expected = () => {
      const { classNames, areIndices } = this.#labels;
      return areIndices
        ? `a class index from 0 to ${classNames.length - 1}`
        : `one of the classes ${nameList(classNames, 20)}`;
    };
    const missing = this.#screen.mark(
      propensity === undefined ? "missing label" : NO_LABEL_YET,
      ({ row }) => complainAbout(truth, row, expected(), undefined),
      { isLeftOut: propensity !== undefined },
    );
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

  assemble(batch: ScreenedBatch): Predictions {
    const { columns, keep } = batch;
    const labels = pickInts(this.#classes, keep);
    const data = this.#values.values(batch, keep);
    const parts = this.#shared.parts(columns, keep);
    for (let i = 0; i < labels.length; i++) if (parts.weights?.[i] !== 0) this.#seen[labels[i]!] = 1;
    const base = { task: "multiclass", rows: labels.length, labels, classNames: this.classNames(), ...parts } as const;
    if (!this.#plan.areLogits) return { ...base, probabilities: data };
    const made = { probabilities: softmax(data), logProbabilities: logSoftmax(data) };
    return { ...base, ...made, ...(this.#keepLogits ? { logits: data } : {}) };
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
    return this.#values.notes();
  }
}
