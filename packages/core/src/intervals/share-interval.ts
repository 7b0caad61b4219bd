import { normalQuantile } from "../special/normal.ts";
import { regularizedBetaInverse } from "../special/regularized-beta.ts";
import { studentTQuantile } from "../special/student-t.ts";
import type { Interval } from "./proportion.ts";

/** What is known of a share that was estimated with a given precision. */
export interface ShareEvidence {
  /** The share, in [0, 1]. */
  readonly value: number;
  /** Its variance, ≥ 0. */
  readonly variance: number;
  /** How many rows the variance rests on: (Σw²)² / Σw⁴ for a weighted mean. */
  readonly carriers: number;
}

/**
 * Interval of a share that is not a plain proportion: Jeffreys' interval at the number of rows of which a plain share
 * would vary as much, made wider where the variance itself rests on few rows.
 *
 * @param level two-sided coverage in (0, 1)
 *
 * Source: Korn and Graubard (1998), Surv. Methodol. 24, with Jeffreys' limits (Franco, Little, Louis and Slud 2019,
 * J. Surv. Stat. Methodol. 7, on which of the limits covers best).
 */
export function shareInterval({ value, variance, carriers }: ShareEvidence, level: number): Interval {
  const tail = (1 - level) / 2;
  const freedom = carriers - 1;
  if (!(freedom > 0.05)) return { lower: 0, upper: 1 };
  const stretch = normalQuantile(1 - tail) / studentTQuantile(1 - tail, freedom);
  if (!(variance > 0) || !(value > 0 && value < 1)) return { lower: value, upper: value };
  const rows = Math.max(1e-3, ((value * (1 - value)) / variance) * stretch * stretch);
  const lower = regularizedBetaInverse(tail, value * rows, (1 - value) * rows);
  const upper = regularizedBetaInverse(1 - tail, value * rows, (1 - value) * rows);
  return { lower: Math.min(lower, value), upper: Math.max(upper, value) };
}

/** Sums over rows of uneven weights of which a share is asked. */
export interface WeightedShareSums {
  /** Σw and Σw² of all rows, and of those that are hits. */
  readonly total: number;
  readonly squares: number;
  readonly hits: number;
  readonly hitSquares: number;
}

/**
 * Interval of a weighted share by what its own rows vary, with half a row of the usual weight added on either side. It
 * holds where the weights go with the outcome, as they do where unsure rows were labelled more often.
 *
 * @param level two-sided coverage in (0, 1)
 */
export function weightedShareInterval(
  { total, squares, hits, hitSquares }: WeightedShareSums,
  level: number,
): Interval {
  const weight = squares / total;
  const value = (hits + weight / 2) / (total + weight);
  const own = hitSquares + (weight * weight) / 2;
  const all = squares + weight * weight;
  const variance = Math.max(0, own * (1 - 2 * value) + value * value * all) / (total + weight) ** 2;
  return shareInterval({ value, variance, carriers: (total * total) / squares }, level);
}
