import type { CheckedSample } from "../../intervals/sample.ts";

/** What a row adds to a weighted sum of outcomes. */
export interface RowSteps {
  /** By how much one outcome moves the sum, in units of the largest such step; undefined where all are equal. */
  readonly steps: Float64Array | undefined;
  /** Independent outcomes behind each row; undefined where each row is one. */
  readonly counts: Float64Array | undefined;
}

/** Relative difference of weights that is rounding. */
const ROUNDING = 1e-9;

/**
 * Steps and counts of the rows of a checked sample: a row that stands for several has Σw²/Σw as its step and (Σw)²/Σw² as
 * its count. Weights that are equal, but for those of 0, are no weights.
 */
export function rowSteps({ rows, weights, squaredWeights }: CheckedSample): RowSteps {
  if (weights === undefined) return { steps: undefined, counts: undefined };
  const steps = new Float64Array(rows);
  const counts = new Float64Array(rows);
  let smallest = Infinity;
  let largest = 0;
  for (let i = 0; i < rows; i++) {
    const w = weights[i];
    if (w === 0) continue;
    steps[i] = squaredWeights ? squaredWeights[i] / w : w;
    counts[i] = squaredWeights ? w / steps[i] : 1;
    smallest = Math.min(smallest, steps[i]);
    largest = Math.max(largest, steps[i]);
  }
  const isWhole = counts.every((count) => Math.abs(count - Math.round(count)) <= ROUNDING * count);
  if (isWhole && largest - smallest <= ROUNDING * largest) return { steps: undefined, counts: counts.map(Math.round) };
  return { steps: steps.map((step) => step / largest), counts };
}
