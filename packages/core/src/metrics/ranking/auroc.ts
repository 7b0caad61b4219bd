import { InputError } from "../../errors.ts";
import type { Estimate } from "../../estimate.ts";
import { clopperPearson } from "../../intervals/proportion.ts";
import { checkSample } from "../../intervals/sample.ts";
import { studentTQuantile } from "../../special/student-t.ts";
import { weighted } from "../weighted.ts";
import { checkScores } from "./check-scores.ts";
import { ENOUGH_ROWS, logitEstimate } from "./logit-interval.ts";
import { aurocFromCodes, rankCodes } from "./rank-codes.ts";
import { sortCodes } from "./sort-codes.ts";
import { type RankedOptions, type TieGroups, tieGroups } from "./tie-groups.ts";

/** Options of `auroc`. */
export interface AurocOptions extends RankedOptions {
  /** On which scale the interval is symmetric. `logit` (default) keeps it inside [0, 1]; `identity` is cut there. */
  readonly scale?: "logit" | "identity";
}

/**
 * Area under the ROC curve: the probability that a random positive scores above a random negative, ties counting half.
 *
 * @param scores n finite reals; higher means more likely positive
 * @param outcomes n values, 0 or 1; both must occur with some weight
 * @returns a number in [0, 1], higher is better, ½ is no ranking at all. Interval: DeLong variance (under weights its
 *   sandwich form), Student-t with min(n₁, n₀) − 1 degrees of freedom; `approximate` where the rarer outcome has fewer than
 *   20 effective rows. Where the classes separate completely, the variance is 0 and the interval is Clopper–Pearson's of
 *   min(n₁, n₀) disjoint pairs (`conservative`)
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `one-class`, `unknown-option`
 *
 * Source: Bamber (1975), J. Math. Psych. 12; DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44, in the
 * O(n log n) form of Sun and Xu (2014); logit scale: Pepe (2003), §5.2.4.
 */
export function auroc(scores: Float64Array, outcomes: Uint8Array, options: AurocOptions = {}): Estimate {
  const { scale = "logit", order } = options;
  if (scale !== "logit" && scale !== "identity")
    throw new InputError("unknown-option", `scale must be "logit" or "identity", got ${JSON.stringify(scale)}`);
  checkScores(scores, outcomes);
  const sample = checkSample(scores.length, options);
  const { value, variance, pairs } = sample.weights
    ? aurocFromGroups(tieGroups(scores, outcomes, sample, order))
    : aurocFromCodes(order ? rankCodes(scores, outcomes, order) : sortCodes(scores, outcomes));
  const { n, level, effectiveN } = sample;
  const spec = { metric: "auroc", ties: "half", variance: "delong", scale, ...weighted(sample) };
  if (value === 0 || value === 1) {
    const ends = clopperPearson(value * pairs, pairs, level);
    return { value, ...ends, level, n, effectiveN, interval: "conservative", spec };
  }
  if (scale === "logit") return logitEstimate(value, variance, spec, sample, { rarer: pairs });
  const half = studentTQuantile(0.5 + level / 2, Math.max(1, pairs - 1)) * Math.sqrt(variance);
  const interval = pairs < ENOUGH_ROWS ? "approximate" : "asymptotic";
  const ends = { lower: Math.max(0, value - half), upper: Math.min(1, value + half) };
  return { value, ...ends, level, n, effectiveN, interval, spec };
}

/** AUROC of grouped rows, its DeLong variance, and how many disjoint (effective) pairs of unlike outcomes there are. */
export function aurocFromGroups({ count, mass, hits, squares, squaredHits, totalHits }: TieGroups): {
  value: number;
  variance: number;
  pairs: number;
} {
  let misses = 0;
  for (let g = 0; g < count; g++) misses += mass[g] - hits[g];
  if (!(totalHits > 0 && misses > 0))
    throw new InputError("one-class", `every outcome with weight is ${totalHits > 0 ? 1 : 0}, both 0 and 1 are needed`);

  let hitsAbove = 0;
  let missesAbove = 0;
  let concordant = 0;
  let discordant = 0;
  for (let g = 0; g < count; g++) {
    const missed = mass[g] - hits[g];
    concordant += missed * (hitsAbove + hits[g] / 2);
    discordant += hits[g] * (missesAbove + missed / 2);
    hitsAbove += hits[g];
    missesAbove += missed;
  }
  const value = concordant / (concordant + discordant);

  hitsAbove = 0;
  missesAbove = 0;
  let hitSquares = 0;
  let missSquares = 0;
  let hitVariance = 0;
  let missVariance = 0;
  for (let g = 0; g < count; g++) {
    const missed = mass[g] - hits[g];
    const ofHit = (misses - missesAbove - missed / 2) / misses - value;
    const ofMiss = (hitsAbove + hits[g] / 2) / totalHits - value;
    const q1 = squaredHits[g];
    const q0 = squares[g] - q1;
    hitSquares += q1;
    missSquares += q0;
    hitVariance += q1 * ofHit * ofHit;
    missVariance += q0 * ofMiss * ofMiss;
    hitsAbove += hits[g];
    missesAbove += missed;
  }
  const positives = (totalHits * totalHits) / hitSquares;
  const negatives = (misses * misses) / missSquares;
  const unbiased = (sum: number, total: number, effective: number) =>
    effective > 1 + 1e-9 ? (sum / (total * total)) * (effective / (effective - 1)) : Infinity;
  return {
    value,
    variance: unbiased(hitVariance, totalHits, positives) + unbiased(missVariance, misses, negatives),
    pairs: Math.min(positives, negatives),
  };
}
