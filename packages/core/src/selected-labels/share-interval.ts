import type { Interval } from "../intervals/proportion.ts";
import { normalQuantile } from "../special/normal.ts";
import { regularizedBetaInverse } from "../special/regularized-beta.ts";
import { studentTQuantile } from "../special/student-t.ts";

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
