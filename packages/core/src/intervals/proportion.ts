import { InputError } from "../errors.ts";
import type { Estimate, Spec } from "../estimate.ts";
import { normalQuantile } from "../special/normal.ts";
import { regularizedBetaInverse } from "../special/regularized-beta.ts";

/** Both ends of an interval. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Exact interval of a proportion: covers at least at `level` for every n and every truth.
 *
 * @param successes integer in [0, n]; a real number is accepted for weighted counts
 * @param n trials, > 0
 * @param level two-sided coverage in (0, 1)
 * @throws {InputError} `out-of-range`
 *
 * Source: Clopper & Pearson (1934), Biometrika 26.
 */
export function clopperPearson(successes: number, n: number, level = 0.95): Interval {
  if (!(n > 0 && successes >= 0 && successes <= n))
    throw new InputError("out-of-range", `expected 0 ≤ successes ≤ n and n > 0, got ${successes} of ${n}`);
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  const tail = (1 - level) / 2;
  return {
    lower: successes === 0 ? 0 : regularizedBetaInverse(tail, successes, n - successes + 1),
    upper: successes === n ? 1 : regularizedBetaInverse(1 - tail, successes + 1, n - successes),
  };
}

/**
 * Score interval of a proportion.
 *
 * @param share observed proportion in [0, 1]
 * @param n trials (effective n under weights), > 0
 * @param level two-sided coverage in (0, 1)
 * @throws {InputError} `out-of-range`
 *
 * Source: Wilson (1927), JASA 22; coverage near nominal for all n (Brown, Cai & DasGupta 2001).
 */
export function wilson(share: number, n: number, level = 0.95): Interval {
  if (!(n > 0 && share >= 0 && share <= 1))
    throw new InputError("out-of-range", `expected a share in [0, 1] and n > 0, got ${share} of ${n}`);
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  const z = normalQuantile(0.5 + level / 2);
  const z2 = (z * z) / n;
  const centre = (share + z2 / 2) / (1 + z2);
  const half = (z / (1 + z2)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n));
  return {
    lower: share === 0 ? 0 : Math.max(0, centre - half),
    upper: share === 1 ? 1 : Math.min(1, centre + half),
  };
}

/** How far sums of weights may carry a share out of [0, 1]. */
const ROUNDING = 1e-9;

/**
 * A proportion with its Wilson interval.
 *
 * @param share observed (weighted) proportion in [0, 1]; rounding may have moved it out by 1e-9
 * @param n rows
 * @param effectiveN Kish's effective rows; the interval uses it in place of n
 * @throws {InputError} `out-of-range`
 */
export function proportionEstimate(
  share: number,
  spec: Spec,
  n: number,
  effectiveN: number = n,
  level = 0.95,
): Estimate {
  const value = share > -ROUNDING && share < 1 + ROUNDING ? Math.min(1, Math.max(0, share)) : share;
  return { value, ...wilson(value, effectiveN, level), level, n, effectiveN, interval: "asymptotic", spec };
}
