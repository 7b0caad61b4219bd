import { InputError } from "../errors.ts";
import type { OodEvidence, OodMethod, OodReads, SingleOodMethod } from "./detector.ts";
import type { OodChoice, OodNeed } from "./detectors/kind.ts";
import { oodKinds } from "./detectors/kinds.ts";
import { predictedClasses } from "./detectors/predicted-classes.ts";
import type { TrainingRows } from "./fit-part.ts";
import { checkHead } from "./head-logits.ts";
import { classesOf, type Given, planReads } from "./reads.ts";
import { checkEvidence, countRows, oodRows } from "./rows.ts";
import type { OodFitOptions } from "./training.ts";

/** Evidence that was checked, and how many rows it has. */
export interface CheckedRows {
  readonly evidence: OodEvidence;
  readonly count: number;
}

const CHOICES: readonly OodChoice[] = [
  "temperature",
  "gamma",
  "top",
  "k",
  "shrinkage",
  "dimension",
  "rankTolerance",
  "percentile",
];

/**
 * Lets options pass that the methods read.
 *
 * @throws {InputError} `incompatible` naming the option
 */
export function checkOptions(options: OodFitOptions, methods: readonly SingleOodMethod[], method: OodMethod): void {
  const surplus = CHOICES.find(
    (name) => options[name] !== undefined && !methods.some((one) => oodKinds[one].options.includes(name)),
  );
  if (surplus !== undefined || (options.ridge !== undefined && method !== "outlier-exposure"))
    throw new InputError(
      "incompatible",
      `${method} does not read ${surplus ?? "ridge"}${methods[0] === method ? "" : `; it is made of ${methods.join(", ")}`}`,
    );
}

/**
 * The training rows, every value that the methods read checked.
 *
 * @param method for messages
 * @throws {InputError} see `fitOodDetector`
 */
export function checkTraining(given: Given, methods: readonly SingleOodMethod[], method: OodMethod): TrainingRows {
  const what = "training rows";
  const count = countRows(given, what);
  if (count === 0) throw new InputError("empty", "there are no training rows");
  const needs = [...new Set(methods.flatMap((name) => oodKinds[name].needs))];
  const reads = planReads(given, needs, method);
  if (reads.probabilities !== "none" && reads.classes === 1)
    throw new InputError(
      "incompatible",
      `${method} needs an output for every class, got one per row; for a sigmoid give two logits, 0 and its own`,
    );
  checkEvidence(given, reads, what);
  const { head = null, features } = given;
  if (head !== null && features !== undefined && reads.width > 0) checkHead(head, features.cols, given.logits?.cols);
  const classes = classesOf(given);
  checkLabels(given.labels, count, classes);
  return {
    evidence: given,
    count,
    reads,
    head: reads.width > 0 ? head : null,
    labels: needs.includes("labels") ? (given.labels ?? predictedLabels(given, count, needs)) : null,
    classes,
  };
}

function checkLabels(labels: Int32Array | undefined, count: number, classes: number): void {
  if (labels === undefined) return;
  if (labels.length !== count)
    throw new InputError("shape-mismatch", `there are ${count} training rows but ${labels.length} labels`);
  const bad = labels.findIndex((label) => label < 0 || (classes > 0 && label >= classes));
  if (bad >= 0)
    throw new InputError(
      "out-of-range",
      `label ${labels[bad]} of training row ${bad} is ${classes > 0 ? `not in [0, ${classes})` : "below 0"}`,
      bad,
    );
}

function predictedLabels(given: Given, count: number, needs: readonly OodNeed[]): Int32Array {
  const reads = planReads(given, [...needs, "probabilities"], "labels");
  checkEvidence(given, reads, "training rows");
  const rows = oodRows(given, count, reads, given.head ?? null);
  return predictedClasses(reads.logits === "none" ? rows.probabilities() : rows.logits());
}

/**
 * Further rows, checked as the training rows are read.
 *
 * @param what whose rows they are
 * @throws {InputError} `empty` and those of `checkEvidence`
 */
export function checkFurther(evidence: OodEvidence, reads: OodReads, what: string): CheckedRows {
  const count = checkEvidence(evidence, reads, what);
  if (count === 0) throw new InputError("empty", `there are no ${what}`);
  return { evidence, count };
}
