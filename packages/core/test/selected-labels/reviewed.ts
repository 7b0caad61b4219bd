import type { Random, SelectedLabels } from "../../src/index.ts";
import { regularizedBeta } from "../../src/special/regularized-beta.ts";

/** Rows of an overconfident model: what it said of each, and whether it was right. */
export interface Traffic {
  readonly confidences: Float64Array;
  readonly right: Uint8Array;
}

/** P(right) of a prediction with this confidence. */
export function chance(confidence: number): number {
  const odds = Math.log(confidence / (1 - confidence + 1e-9));
  return 1 / (1 + Math.exp(-(0.78 * odds + 0.12)));
}

/** Confidence at a quantile. */
export function confidenceAt(quantile: number): number {
  return 0.35 + 0.65 * quantile ** 0.62;
}

/** The traffic consists of these confidences, equally often. */
const GRID = 4096;
const confidenceOf: Float64Array = Float64Array.from({ length: GRID }, (_, k) => confidenceAt((k + 0.5) / GRID));
const chanceOf: Float64Array = confidenceOf.map(chance);

export function traffic(rows: number, random: Random): Traffic {
  const confidences = new Float64Array(rows);
  const right = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    const k = Math.trunc(random.uniform() * GRID);
    confidences[i] = confidenceOf[k];
    right[i] = random.uniform() < chanceOf[k] ? 1 : 0;
  }
  return { confidences, right };
}

/** The accuracy of endless traffic. */
export function trueAccuracy(): number {
  return chanceOf.reduce((sum, p) => sum + p / GRID, 0);
}

/** The labels of some rows. */
export function labelsOf(
  { confidences, right }: Traffic,
  rows: Int32Array,
  propensities: Float64Array,
): SelectedLabels {
  return {
    confidences: Float64Array.from(rows, (i) => confidences[i]),
    outcomes: Uint8Array.from(rows, (i) => right[i]),
    propensities: Float64Array.from(rows, (i) => propensities[i]),
  };
}

/** P(at most so many of n), of a binomial. */
export function binomialAtMost(hits: number, n: number, p: number): number {
  return hits >= n ? 1 : regularizedBeta(1 - p, n - hits, hits + 1);
}
