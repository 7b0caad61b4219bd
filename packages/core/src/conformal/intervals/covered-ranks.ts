import type { ConformalIntervals, ConformalPart, IntervalMethod, TwoSidedPart } from "../conformal-document.ts";
import { coverageRange } from "../coverage-range.ts";
import type { Fraction } from "../exact-decimal.ts";

/**
 * The average coverage of a part over calibration sets, k / (n + 1) without ties; the true coverage then has the
 * distribution Beta(k, n + 1 − k).
 *
 * @returns the fraction; null under weights, for the two independent scores of `cqr-asymmetric`, and where the interval
 * is the whole line, whose coverage is 1
 */
export function coveredRanks(part: ConformalPart | TwoSidedPart, { kind }: IntervalMethod): Fraction | null {
  if (part.rank === null || part.rank > part.n) return null;
  const denominator = BigInt(part.n + 1);
  if (!("upperRank" in part)) return { numerator: BigInt(part.rank), denominator };
  if (part.upperRank === null || kind === "cqr-asymmetric") return null;
  return { numerator: BigInt(part.rank + part.upperRank) - denominator, denominator };
}

/**
 * Central 90 % range of the true coverage of a part over calibration sets; 1 throughout for the whole line, else null
 * where `coveredRanks` is.
 */
export function intervalCoverageRange(
  part: ConformalPart | TwoSidedPart,
  interval: IntervalMethod,
): ConformalIntervals["coverageRange"] {
  if (part.rank !== null && part.rank > part.n) return { lower: 1, upper: 1 };
  const covered = coveredRanks(part, interval);
  if (covered === null) return null;
  const { lower, upper } = coverageRange(part.n, covered);
  return { lower, upper };
}
