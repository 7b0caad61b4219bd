import { checkPairs } from "../../intervals/check-pairs.ts";
import { type CheckedSample, checkSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import type { FitOptions } from "../fit.ts";
import { rowsPerWeight } from "./logistic-terms.ts";
import { sortMagnitudes } from "./sort-magnitudes.ts";

/** Checked rows in ascending order of score, without those of zero weight. */
export interface SortedPairs {
  readonly scores: Float64Array;
  readonly outcomes: Uint8Array;
  /**
   * Scaled by `rowsPerWeight`, so that a row added by a method weighs 1 beside them; undefined where all are 1.
   */
  readonly weights: Float64Array | undefined;
  readonly sample: CheckedSample;
}

/**
 * Rows in ascending order of score. The order among equal scores is not specified.
 *
 * @param scores n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function sortPairs(scores: Float64Array, outcomes: Uint8Array, options: FitOptions): SortedPairs {
  checkPairs(scores, outcomes, "score");
  const sample = checkSample(scores.length, options);
  return sample.weights === undefined
    ? sortUnweighted(scores, outcomes, sample)
    : sortWeighted(scores, outcomes, sample.weights, sample);
}

/** The sign bit carries the outcome, so that one array moves instead of three. */
function sortUnweighted(scores: Float64Array, outcomes: Uint8Array, sample: CheckedSample): SortedPairs {
  const n = scores.length;
  const sorted = new Float64Array(n);
  for (let i = 0; i < n; i++) sorted[i] = outcomes[i] === 1 ? -Math.abs(scores[i]) : Math.abs(scores[i]);
  sortMagnitudes(sorted);
  const signs = new Int8Array(sorted.buffer);
  const signByte = new Uint8Array(Float64Array.of(-0).buffer).indexOf(128);
  const sortedOutcomes = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    sortedOutcomes[i] = signs[8 * i + signByte] < 0 ? 1 : 0;
    sorted[i] = Math.abs(sorted[i]);
  }
  return { scores: sorted, outcomes: sortedOutcomes, weights: undefined, sample };
}

function sortWeighted(
  scores: Float64Array,
  outcomes: Uint8Array,
  weights: Float64Array,
  sample: CheckedSample,
): SortedPairs {
  const n = scores.length;
  const order = argsort(scores);
  const sortedScores = new Float64Array(n);
  const sortedOutcomes = new Uint8Array(n);
  const sortedWeights = new Float64Array(n);
  const factor = rowsPerWeight(sample);
  let used = 0;
  for (let k = 0; k < n; k++) {
    const i = order[k];
    if (weights[i] === 0) continue;
    sortedScores[used] = scores[i] + 0;
    sortedOutcomes[used] = outcomes[i];
    sortedWeights[used++] = weights[i] * factor;
  }
  return {
    scores: sortedScores.subarray(0, used),
    outcomes: sortedOutcomes.subarray(0, used),
    weights: sortedWeights.subarray(0, used),
    sample,
  };
}
