import {
  fitOodDetector,
  fprAtTpr,
  type LinearHead,
  type Matrix,
  marginScore,
  type OodFitOptions,
  type OodMethod,
  type OodScores,
  oodAupr,
  oodAuroc,
  oodScores,
  softmax,
} from "@candor/core";
import { describe, expect, it } from "vitest";
import { isRecord, type Reference } from "../calibrate/reference-json.ts";
import { digits, golden, type OodData, present, resnet } from "./ood-data.ts";

/** A ridge of 1e-6 of the mean variance, added, is this share of a weighted mean, all distances 1 + 1e-6 times as large. */
const RIDGE = 1e-6;
/** Some features of the ResNet never vary, and a singular covariance is shrunk by 1e-6 at least, a trillionth more than wanted. */
const SINGULAR = 1e-7;
const shrinkage = RIDGE / (1 + RIDGE);

const names: readonly (readonly [OodMethod, string, OodFitOptions, number])[] = [
  ["msp", "msp", {}, 1],
  ["max-logit", "mls", {}, 1],
  ["energy", "energy", {}, 1],
  ["entropy", "neg_entropy", {}, 1],
  ["gen", "gen", {}, 1],
  ["mahalanobis", "mds", { shrinkage }, 1 / (1 + RIDGE)],
  ["relative-mahalanobis", "rmds", { shrinkage }, 1 / (1 + RIDGE)],
  ["knn", "knn50", {}, 1],
  ["vim", "vim", { rankTolerance: 1e-15 }, 1],
  ["react", "react90", {}, 1],
  ["ash-p", "ash_p90", {}, 1],
  ["ash-s", "ash_s90", {}, 1],
  ["scale", "scale90", { percentile: 0.9 }, 1],
  ["ash-b", "ash_b90", {}, 1],
  ["she", "she", {}, 1],
];

function close(what: string, value: number, expected: unknown, tolerance: number): void {
  const goal = typeof expected === "number" ? expected : Number.NaN;
  const difference = Math.abs(value - goal) / Math.max(1, Math.abs(goal));
  expect(difference, `${what}: ${value} against ${goal}`).toBeLessThan(tolerance);
}

interface Figures {
  readonly firsts: Reference;
  readonly figures: Reference;
}

function figuresOf(section: string, outside: string): Figures {
  const reference = golden(section);
  const firsts = reference["id_first3"];
  const figures = reference[outside];
  if (!isRecord(firsts) || !isRecord(figures)) throw new Error(`${section} has no figures`);
  return { firsts, figures };
}

function agreeOnScores(name: string, unit: number, { firsts, figures }: Figures, scores: OodScores): void {
  const first = firsts[name];
  const expected = figures[name];
  if (!Array.isArray(first) || !isRecord(expected)) throw new Error(`there is no ${name}`);
  first.forEach((goal, i) => {
    close(`${name}[${i}]`, (scores.inside[i] ?? Number.NaN) * unit, goal, unit === 1 ? 1e-9 : SINGULAR);
  });
  close(`${name} auroc`, oodAuroc(scores).value, expected["auroc"], 1e-9);
  close(`${name} step`, oodAupr(scores).value, expected["ap_out_step"], 1e-9);
  close(`${name} trapezoid`, oodAupr(scores, { rule: "trapezoid" }).value, expected["aupr_out_trap"], 1e-9);
  const insidePositive = oodAupr(scores, { rule: "trapezoid", positive: "inside" });
  close(`${name} inside`, insidePositive.value, expected["aupr_in_trap"], 1e-9);
  close(`${name} fpr inside`, fprAtTpr(scores).value, expected["fpr95_id_positive"], 1e-9);
  const outsidePositive = fprAtTpr(scores, { positive: "outside" });
  close(`${name} fpr outside`, outsidePositive.value, expected["fpr95_ood_positive"], 1e-9);
}

function logitsOf({ weights, bias }: LinearHead, { data, rows, cols }: Matrix): Matrix {
  const logits = new Float64Array(rows * weights.rows);
  for (let i = 0; i < logits.length; i++) {
    const row = data.subarray(Math.floor(i / weights.rows) * cols);
    const label = i % weights.rows;
    logits[i] = weights.data
      .subarray(label * cols, (label + 1) * cols)
      .reduce((sum, weight, j) => sum + weight * (row[j] ?? Number.NaN), bias[label] ?? Number.NaN);
  }
  return { data: logits, rows, cols: weights.rows };
}

function agree(rows: OodData, section: string, outside: string, dimension: number): void {
  const figures = figuresOf(section, outside);
  for (const [method, name, options, unit] of names) {
    const detector = fitOodDetector(
      { features: rows.train, labels: rows.labels },
      { method, head: rows.head, ...(method === "vim" && { dimension }), ...options },
    );
    const score = (features: Matrix): Float64Array => oodScores(detector, { features });
    agreeOnScores(name, unit, figures, { inside: score(rows.test), outside: score(rows.outside) });
  }
  const margins = (features: Matrix): Float64Array => marginScore(softmax(logitsOf(rows.head, features)));
  agreeOnScores("margin", 1, figures, { inside: margins(rows.test), outside: margins(rows.outside) });
}

describe.skipIf(!present)("reference figures of detectors", () => {
  it("oodScores(detector) reproduces every score of CIFAR-10 against SVHN", () => {
    agree(resnet(), "ood_resnet18_cifar3_vs_svhn", "svhn", 256);
  });
  it("oodScores(detector) reproduces every score of digits 0 to 7 against 8 and 9", () => {
    agree(digits(), "ood_digits_0to7_vs_8_9", "digits_8_9", 8);
  });
});
