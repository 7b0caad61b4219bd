import { InputError } from "../errors.ts";
import { sortedCopy } from "../kernels/argsort.ts";
import { countBelow, countUpTo } from "../kernels/count-sorted.ts";

/** Calibration scores in ascending order, so that each p-value takes two binary searches. */
export interface PreparedScores {
  readonly sorted: Float64Array;
}

/**
 * The form of calibration scores from which p-values follow in O(log n).
 *
 * @param scores n nonconformity scores (larger is stranger), n ≥ 0, ±Infinity allowed; left as they are
 * @throws {InputError} `not-finite` with the position of the first NaN
 */
export function prepareScores(scores: Float64Array): PreparedScores {
  return { sorted: sortedCopy(scores) };
}

/**
 * The share of scores, the new one among them, that are at least as strange: (#{sᵢ ≥ s} + 1)/(n + 1). At or below p with
 * probability ≤ p where the scores are exchangeable.
 *
 * @param prepared of `prepareScores`
 * @param score of the new row; ±Infinity allowed
 * @returns in [1/(n + 1), 1]; small means strange
 * @throws {InputError} `not-finite`
 *
 * Source: Vovk, Gammerman and Shafer (2005), "Algorithmic Learning in a Random World", section 2.2.
 */
export function conformalPValue({ sorted }: PreparedScores, score: number): number {
  const n = sorted.length;
  return (n - countBelow(sorted, checked(score)) + 1) / (n + 1);
}

/**
 * The same with ties broken by chance: (#{sᵢ > s} + τ (#{sᵢ = s} + 1))/(n + 1). Exactly uniform where the scores are
 * exchangeable, whatever the ties; independent from row to row where each row is compared with all rows before it.
 *
 * @param prepared of `prepareScores`
 * @param score of the new row; ±Infinity allowed
 * @param tau in [0, 1], drawn uniformly and anew for each row; 1 gives `conformalPValue`
 * @returns in [0, 1]
 * @throws {InputError} `not-finite`, `out-of-range`
 *
 * Source: Vovk, Gammerman and Shafer (2005), equation 2.20. The new score counts among the ties: leaving it out of the
 * part that τ multiplies gives p-values that are too large on one side, and tests built on them alarm too often.
 */
export function smoothedPValue({ sorted }: PreparedScores, score: number, tau: number): number {
  if (!(tau >= 0 && tau <= 1)) throw new InputError("out-of-range", `tau must be in [0, 1], got ${tau}`);
  const below = countBelow(sorted, checked(score));
  const upTo = countUpTo(sorted, score);
  const n = sorted.length;
  return (n - upTo + tau * (upTo - below + 1)) / (n + 1);
}

/** What the p-values of all classes of a row say about its likeliest class. */
export interface PValueSummary {
  /** Class with the largest p-value; the first of equals. */
  readonly label: number;
  /** The largest p-value: small where no class fits the row. */
  readonly credibility: number;
  /** One minus the second largest: the highest level at which the prediction set holds at most one class. */
  readonly confidence: number;
}

/**
 * The likeliest class by p-values, with confidence and credibility.
 *
 * @param pValues one per class, in [0, 1], at least two
 * @throws {InputError} `too-few`, `out-of-range`
 *
 * Source: Vovk, Gammerman and Shafer (2005), section 3.4.
 */
export function confidenceAndCredibility(pValues: Float64Array): PValueSummary {
  if (pValues.length < 2)
    throw new InputError("too-few", `confidence compares at least two classes, got ${pValues.length} p-values`);
  let label = 0;
  let largest = -1;
  let second = -1;
  for (let k = 0; k < pValues.length; k++) {
    const p = pValues[k];
    if (!(p >= 0 && p <= 1)) throw new InputError("out-of-range", `p-value ${k} must be in [0, 1], got ${p}`, k);
    if (p > largest) {
      second = largest;
      largest = p;
      label = k;
    } else if (p > second) second = p;
  }
  return { label, credibility: largest, confidence: 1 - second };
}

function checked(score: number): number {
  if (Number.isNaN(score)) throw new InputError("not-finite", "the score is NaN and has no rank");
  return score;
}
