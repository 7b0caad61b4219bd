import { normalSurvival } from "../../special/normal.ts";

/** A weighted sum of independent 0/1 variables, less its mean: Σ factor · (y - p), with `counts` copies of each. */
export interface LinearSum {
  /** In (0, 1). */
  readonly probabilities: Float64Array;
  readonly factors: Float64Array;
  readonly counts: Float64Array;
}

const MAX_STEPS = 60;

/**
 * The probability of a sum as far above its mean as `value`, or further, relatively accurate far out in the tail.
 *
 * @param value > 0
 * @param isLattice true where the sum moves in steps of 1 (all factors 1)
 * @returns a number in [0, 1]; the exact product where `value` is the largest possible
 *
 * Source: Lugannani and Rice (1980), Adv. Appl. Prob. 12, in the form of Barndorff-Nielsen (1986), Biometrika 73; step
 * correction of Daniels (1987), Int. Stat. Rev. 55, equation 6.1.
 */
export function linearTail({ probabilities, factors, counts }: LinearSum, value: number, isLattice: boolean): number {
  let variance = 0;
  let highest = 0;
  let logHighest = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i];
    const a = factors[i];
    variance += counts[i] * a * a * p * (1 - p);
    highest += counts[i] * a * (a > 0 ? 1 - p : -p);
    if (a !== 0) logHighest += counts[i] * (a > 0 ? Math.log(p) : Math.log1p(-p));
  }
  if (!(variance > 0) || value * value < 1e-4 * variance) return 0.5;
  if (value >= highest * (1 - 1e-12)) return Math.exp(logHighest);
  const sums = new Float64Array(3);
  let low = 0;
  let high = Infinity;
  let t = value / variance;
  for (let step = 0; step < MAX_STEPS; step++) {
    cumulants(probabilities, factors, counts, t, sums);
    const miss = sums[1] - value;
    if (miss < 0) low = t;
    else high = t;
    if (Math.abs(miss) <= 1e-10 * value) break;
    const newton = t - miss / sums[2];
    t = newton > low && newton < high ? newton : high === Infinity ? 2 * t : (low + high) / 2;
  }
  const r = Math.sqrt(Math.max(0, 2 * (t * value - sums[0])));
  const u = (isLattice ? -Math.expm1(-t) : t) * Math.sqrt(sums[2]);
  return normalSurvival(r + Math.log(u / r) / r);
}

/** The cumulant generating function of the sum at t, with its first and second derivative. */
function cumulants(p: Float64Array, a: Float64Array, counts: Float64Array, t: number, out: Float64Array): void {
  let value = 0;
  let first = 0;
  let second = 0;
  for (let i = 0; i < p.length; i++) {
    const up = t * a[i];
    const grown = p[i] * Math.exp(up);
    const total = 1 - p[i] + grown;
    const tilted = grown === Infinity ? 1 : grown / total;
    const n = counts[i];
    value += n * ((grown === Infinity ? Math.log(p[i]) + up : Math.log(total)) - up * p[i]);
    first += n * a[i] * (tilted - p[i]);
    second += n * a[i] * a[i] * tilted * (1 - tilted);
  }
  out[0] = value;
  out[1] = first;
  out[2] = second;
}
