import { InputError } from "../errors.ts";

/** Options of `samplingProbabilities`. */
export interface SamplingOptions {
  /** Labels to spend in expectation, in (0, n]. */
  readonly budget: number;
  /**
   * Share of the budget that is spread evenly over all rows, in [0, 1]: no row has a probability below floor · budget / n.
   * 1 is uniform sampling. Default 0.5: never more than 1.42 times the standard error of uniform sampling, however
   * wrong the uncertainties are.
   */
  readonly floor?: number;
}

/**
 * Probabilities of being labelled, proportional to an uncertainty, with a floor.
 *
 * Each is (1 − floor) · c · uncertainty + floor · budget / n, at most 1; what is cut off at 1 goes to the other rows in
 * proportion, so that the probabilities add up to the budget.
 *
 * @param uncertainty n values ≥ 0, in any unit. The best for a mean is √E[(y − f)² | x]; see `accuracyUncertainty`
 * @returns n values in (0, 1] (0 for a row without uncertainty where the floor is 0) that sum to the budget
 * @throws {InputError} `empty`; `not-finite`, `out-of-range` with the row; `out-of-range` for budget and floor;
 *   `incompatible` where the rows with any uncertainty are fewer than the budget and there is no floor
 *
 * Source: Zrnic and Candès (2024), "Active statistical inference", ICML, section 3.1: the rule, mixed with the uniform one.
 * Accuracy: the sum within 1e-9 of the budget, relative.
 */
export function samplingProbabilities(uncertainty: Float64Array, options: SamplingOptions): Float64Array {
  const { budget, floor = 0.5 } = options;
  const n = uncertainty.length;
  if (n === 0) throw new InputError("empty", "at least one row is needed, got none");
  if (!(budget > 0 && budget <= n))
    throw new InputError("out-of-range", `the budget must be above 0 and at most the ${n} rows, got ${budget}`);
  if (!(floor >= 0 && floor <= 1)) throw new InputError("out-of-range", `floor must be in [0, 1], got ${floor}`);
  let most = 0;
  for (let i = 0; i < n; i++) {
    const u = uncertainty[i];
    if (!(u >= 0 && u < Infinity))
      throw new InputError(
        Number.isFinite(u) ? "out-of-range" : "not-finite",
        `uncertainty ${u} at row ${i} is not a finite number ≥ 0`,
        i,
      );
    if (u > most) most = u;
  }
  if (budget === n) return new Float64Array(n).fill(1);
  const even = floor * (budget / n);
  if (most === 0 || floor === 1) return new Float64Array(n).fill(budget / n);
  const relative = uncertainty.map((u) => (u < SMALLEST * most ? 0 : u / most));
  const positive = relative.reduce((count, u) => (u > 0 ? count + 1 : count), 0);
  if (even === 0 && positive < budget)
    throw new InputError(
      "incompatible",
      `only ${positive} rows have any uncertainty but the budget is ${budget}: a floor above 0 reaches the others`,
    );
  return cappedShares(relative, even, budget);
}

/** Uncertainties below this part of the largest count as none. */
const SMALLEST = 1e-12;

/** min(1, even + c · u) with the c that makes them sum to the budget. */
function cappedShares(uncertainty: Float64Array, even: number, budget: number): Float64Array {
  const n = uncertainty.length;
  const descending = uncertainty.slice().sort().reverse();
  const after = new Float64Array(n + 1);
  for (let i = n - 1; i >= 0; i--) after[i] = after[i + 1] + descending[i];
  let capped = 0;
  let scale = 0;
  for (; after[capped] > 0; capped++) {
    scale = (budget - capped - even * (n - capped)) / after[capped];
    if (even + scale * descending[capped] <= 1) break;
  }
  if (after[capped] > 0) return uncertainty.map((u) => Math.min(1, even + scale * u));
  return uncertainty.map((u) => (u > 0 ? 1 : (budget - capped) / (n - capped)));
}

/**
 * How uncertain it is whether each prediction is right: √(p(1 − p)) of a calibrated confidence p. Sampling in proportion
 * to it gives the narrowest interval of the accuracy.
 *
 * @param confidences n values in [0, 1]
 * @returns n values in [0, ½]
 * @throws {InputError} `out-of-range`, `not-finite` with the row
 *
 * Source: Zrnic and Candès (2024), "Active statistical inference", ICML: √E[(y − f)² | x] at f = E[y | x] = p.
 */
export function accuracyUncertainty(confidences: Float64Array): Float64Array {
  return confidences.map((p, i) => {
    checkShare(p, i, "confidence");
    return Math.sqrt(p * (1 - p));
  });
}

/** Options of `thresholdProbabilities`. */
export interface ThresholdDesign {
  /** Rows with a confidence below this are labelled, in [0, 1]. */
  readonly below: number;
  /** Probability with which each of the others is labelled, in (0, 1]. */
  readonly above: number;
}

/**
 * Probabilities of "everything under a threshold, and some of the rest".
 *
 * @param confidences n values in [0, 1]
 * @returns 1 below the threshold, `above` from it on
 * @throws {InputError} `out-of-range`, `not-finite`
 */
export function thresholdProbabilities(confidences: Float64Array, { below, above }: ThresholdDesign): Float64Array {
  if (!(below >= 0 && below <= 1)) throw new InputError("out-of-range", `below must be in [0, 1], got ${below}`);
  if (!(above > 0 && above <= 1))
    throw new InputError(
      "out-of-range",
      `above must be in (0, 1], got ${above}: rows that can never be labelled leave every estimate open`,
    );
  return confidences.map((p, i) => {
    checkShare(p, i, "confidence");
    return p < below ? 1 : above;
  });
}

function checkShare(p: number, row: number, what: string): void {
  if (p >= 0 && p <= 1) return;
  throw new InputError(
    Number.isFinite(p) ? "out-of-range" : "not-finite",
    `${what} ${p} at row ${row} is not in [0, 1]`,
    row,
  );
}
