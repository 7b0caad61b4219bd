import { InputError } from "../../errors.ts";
import type { SampleOptions, TestEstimate } from "../../estimate.ts";
import type { CheckedSample } from "../../intervals/sample.ts";

/** A test on cumulative differences; `value` is in units of probability. */
export interface CumulativeTestEstimate extends TestEstimate {
  /**
   * `value` over its scale √(Σw²p(1 − p))/Σw: what the null distribution is about, and what other tools report.
   * Infinite where scores of 0 and 1 alone were contradicted. `z` holds the same number.
   */
  readonly statistic: number;
}

/** Options of the tests on cumulative differences. */
export interface CumulativeOptions extends SampleOptions {
  /** Ascending argsort of the probabilities, where it is known already. */
  readonly order?: Uint32Array;
}

/** Where the curve of cumulative differences goes, and how far chance takes it. */
export interface CumulativeDifferences {
  /** Extremes of Σ_{p ≤ t} w(y − p) / Σw over all scores t; its value before the first, 0, is not among them. */
  readonly highest: number;
  readonly lowest: number;
  /** √(Σw²p(1 − p)) / Σw: its standard deviation at the end under perfect calibration. */
  readonly scale: number;
  /** √(Σw²(y − p)²) / Σw: an upper bound of its standard deviation whatever the calibration. */
  readonly spread: number;
}

/**
 * Cumulative differences between outcomes and probabilities in ascending order of probability; rows with equal
 * probability enter together, so that the order of the rows does not matter.
 *
 * @param order ascending argsort of `probabilities`
 * @throws {InputError} `shape-mismatch`, `out-of-range` for an order that is not one
 */
export function cumulativeDifferences(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  order: Uint32Array,
  { rows, weights, squaredWeights, totalWeight }: CheckedSample,
): CumulativeDifferences {
  if (order.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but the order has ${order.length} positions`);
  let highest = -Infinity;
  let lowest = Infinity;
  let sum = 0;
  let calm = 0;
  let spread = 0;
  let p = probabilities[order[0]];
  for (let k = 0; k < rows; k++) {
    const i = order[k];
    const w = weights ? weights[i] : 1;
    const square = squaredWeights ? squaredWeights[i] : w * w;
    const next = k + 1 < rows ? probabilities[order[k + 1]] : Infinity;
    const r = outcomes[i] - p;
    sum += w * r;
    calm += square * p * (1 - p);
    spread += square * r * r;
    if (!(next >= p))
      throw new InputError("out-of-range", `the order must be ascending, got ${next} after ${p} at position ${k + 1}`);
    if (next > p) {
      if (sum > highest) highest = sum;
      if (sum < lowest) lowest = sum;
    }
    p = next;
  }
  return {
    highest: highest / totalWeight,
    lowest: lowest / totalWeight,
    scale: Math.sqrt(calm) / totalWeight,
    spread: Math.sqrt(spread) / totalWeight,
  };
}
