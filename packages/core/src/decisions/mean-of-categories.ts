import type { Estimate, IntervalKind, Spec } from "../estimate.ts";
import { estimateFromVariance } from "../intervals/mean.ts";
import { wilson } from "../intervals/proportion.ts";
import type { CheckedSample } from "../intervals/sample.ts";

/** Rows counted by category. */
export interface Categories {
  /** Value of every category. */
  readonly values: Float64Array;
  /** Σw of the rows of each; categories that can occur but did not have 0. */
  readonly mass: Float64Array;
  /** Σw² of the rows of each. */
  readonly squares: Float64Array;
}

/** More different values than this are treated as a continuous quantity. */
const MOST_VALUES = 48;

/** Categories of equal value put together, by ascending value. */
function merged({ values, mass, squares }: Categories): Categories {
  const distinct = Float64Array.from(new Set(values)).sort();
  const place = new Map(Array.from(distinct, (value, k) => [value, k]));
  const totals = new Float64Array(distinct.length);
  const totalSquares = new Float64Array(distinct.length);
  for (let k = 0; k < values.length; k++) {
    const at = place.get(values[k]) ?? 0;
    totals[at] += mass[k];
    totalSquares[at] += squares[k];
  }
  return { values: distinct, mass: totals, squares: totalSquares };
}

/**
 * The mean of a quantity that takes few values, with an interval that knows of values not seen.
 *
 * The mean is a sum of shares times values. Every share has its Wilson interval, and the distances of their ends from the
 * shares are put together as standard errors would be, with the covariances of shares of the same rows (MOVER). With all
 * values seen often it is the usual interval; of 50 rows without an error it still says that errors may come.
 *
 * @param categories values, with rows counted; at least one row
 * @returns `asymptotic`; lower and upper stay within the smallest and largest value. Of more than 48 values a Student t
 *   interval
 *
 * Source: Zou, Huang and Zhang (2009), "A note on confidence interval estimation for a linear function of binomial
 * proportions", Comput. Stat. Data Anal. 53, with the covariances of Newcombe (1998), Stat. Med. 17, for paired shares.
 * Accuracy: covers 93 to 98 of 100 at a level of 0.95 from 20 rows on, 91 to 96 under uneven weights, in simulations with
 * a rare dear value, where a
 * Student t interval covers 46 to 95.
 */
export function meanOfCategories(
  categories: Categories,
  spec: Spec,
  sample: CheckedSample,
  interval: IntervalKind = "asymptotic",
): Estimate {
  const { values, mass, squares } = merged(categories);
  const { level, n, effectiveN } = sample;
  const count = values.length;
  let total = 0;
  let totalSquares = 0;
  let reference = 0;
  for (let k = 0; k < count; k++) {
    total += mass[k];
    totalSquares += squares[k];
    if (mass[k] > mass[reference]) reference = k;
  }
  const share = mass.map((m) => m / total);
  let value = 0;
  for (let k = 0; k < count; k++) value += share[k] * (values[k] - values[reference]);
  value += values[reference];
  value = Math.min(values[count - 1], Math.max(values[0], value));
  const covariance = (j: number, k: number): number => {
    const both = j === k ? squares[j] : 0;
    return (
      (both - share[k] * squares[j] - share[j] * squares[k] + share[j] * share[k] * totalSquares) / (total * total)
    );
  };
  if (count > MOST_VALUES) {
    let variance = 0;
    for (let k = 0; k < count; k++) variance += squares[k] * (values[k] - value) ** 2;
    const limits = { min: values[0], max: values[count - 1], kind: interval };
    return estimateFromVariance(value, variance / (total * total), spec, sample, limits);
  }
  const down = new Float64Array(count);
  const up = new Float64Array(count);
  const deviation = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const variance = covariance(k, k);
    deviation[k] = Math.sqrt(Math.max(0, variance));
    const p = share[k];
    const size = p > 0 && p < 1 && variance > 0 ? (p * (1 - p)) / variance : effectiveN;
    const ends = wilson(Math.min(1, p), size, level);
    const coefficient = values[k] - values[reference];
    const toLower = coefficient * (p - ends.lower);
    const toUpper = coefficient * (ends.upper - p);
    down[k] = coefficient >= 0 ? toLower : toUpper;
    up[k] = coefficient >= 0 ? toUpper : toLower;
  }
  let below = 0;
  let above = 0;
  for (let j = 0; j < count; j++)
    for (let k = 0; k < count; k++) {
      const scale = deviation[j] * deviation[k];
      const correlation = j === k ? 1 : scale > 0 ? covariance(j, k) / scale : 0;
      below += correlation * down[j] * down[k];
      above += correlation * up[j] * up[k];
    }
  return {
    value,
    lower: Math.min(value, Math.max(values[0], value - Math.sqrt(Math.max(0, below)))),
    upper: Math.max(value, Math.min(values[count - 1], value + Math.sqrt(Math.max(0, above)))),
    level,
    n,
    effectiveN,
    interval,
    spec,
  };
}
