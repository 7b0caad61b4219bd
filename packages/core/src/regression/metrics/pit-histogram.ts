import { InputError } from "../../errors.ts";
import type { SampleOptions } from "../../estimate.ts";
import { checkSample } from "../../intervals/sample.ts";
import { regularizedBeta } from "../../special/regularized-beta.ts";
import type { PitRanges } from "./pit.ts";

/** One bar of a PIT histogram. */
export interface PitBin {
  readonly from: number;
  readonly to: number;
  /** Share of the weight. */
  readonly share: number;
  /** Range that a perfect forecast shows in this bin, at the level asked for. */
  readonly lower: number;
  readonly upper: number;
}

/** Options of `pitHistogram`. */
export interface PitHistogramOptions extends SampleOptions {
  /** Bins of equal width, ≥ 1. Default 10. */
  readonly bins?: number;
}

/**
 * Histogram of the probability integral transform: flat for a perfect forecast, ∪ for one that is too narrow, ∩ for one
 * that is too wide, sloped for a biased one.
 *
 * @param ranges of `pitRanges`; a range that spans several bins is spread evenly over them
 * @returns bins in order. The range is that of binomial counts of the effective rows; it is too wide where ranges span bins
 * @throws {InputError} `empty`, `shape-mismatch`, `out-of-range`
 *
 * Source: Czado, Gneiting and Held (2009), Biometrics 65 (the non-randomised histogram).
 */
export function pitHistogram({ lower, upper }: PitRanges, options: PitHistogramOptions = {}): PitBin[] {
  const { bins = 10 } = options;
  if (!(Number.isInteger(bins) && bins >= 1))
    throw new InputError("out-of-range", `bins must be an integer >= 1, got ${bins}`);
  const sample = checkSample(lower.length, options);
  const mass = new Float64Array(bins);
  for (let i = 0; i < lower.length; i++) addRow(mass, lower[i], upper[i], sample.weights ? sample.weights[i] : 1);
  const trials = Math.max(1, Math.round(sample.effectiveN));
  const tail = (1 - sample.level) / 2;
  const least = bins === 1 ? trials : binomialQuantile(tail, trials, 1 / bins);
  const most = bins === 1 ? trials : binomialQuantile(1 - tail, trials, 1 / bins);
  return Array.from(mass, (m, b) => ({
    from: b / bins,
    to: (b + 1) / bins,
    share: m / sample.totalWeight,
    lower: least / trials,
    upper: most / trials,
  }));
}

function addRow(mass: Float64Array, low: number, high: number, weight: number): void {
  const bins = mass.length;
  const first = Math.min(bins - 1, Math.floor(low * bins));
  if (high <= low) {
    mass[first] += weight;
    return;
  }
  const last = Math.min(bins - 1, Math.ceil(high * bins) - 1);
  for (let b = first; b <= last; b++)
    mass[b] += (weight * (Math.min(high, (b + 1) / bins) - Math.max(low, b / bins))) / (high - low);
}

/** The least k with P(X ≤ k) ≥ p for a binomial X. */
function binomialQuantile(p: number, n: number, share: number): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const k = Math.floor((low + high) / 2);
    if (1 - regularizedBeta(share, k + 1, n - k) >= p) high = k;
    else low = k + 1;
  }
  return low;
}
