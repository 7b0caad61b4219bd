import { normalCdf, normalPdf } from "../special/normal.ts";

/** First three cumulants of a sum of independent terms, filled in place. */
export interface Cumulants {
  mean: number;
  variance: number;
  third: number;
}

/**
 * Adds mean, variance and third central moment of |N(mean, sd²)| to `into`.
 *
 * @param mean ≥ 0
 * @param sd ≥ 0; 0 adds the constant `mean`
 *
 * Source: Leone, Nelson & Nottingham (1961), Technometrics 3; the third moment by direct integration.
 */
export function addFoldedNormal(into: Cumulants, mean: number, sd: number): void {
  if (sd === 0) {
    into.mean += mean;
    return;
  }
  const ratio = mean / sd;
  const sign = 1 - 2 * normalCdf(-ratio);
  const density = normalPdf(ratio);
  const first = 2 * sd * density + mean * sign;
  const second = mean * mean + sd * sd;
  const third = mean * (mean * mean + 3 * sd * sd) * sign + 2 * sd * (mean * mean + 2 * sd * sd) * density;
  into.mean += first;
  into.variance += Math.max(0, second - first * first);
  into.third += third - 3 * first * second + 2 * first * first * first;
}

/** Expectation of |N(mean, sd²)|. */
export function foldedNormalMean(mean: number, sd: number): number {
  const cumulants: Cumulants = { mean: 0, variance: 0, third: 0 };
  addFoldedNormal(cumulants, Math.abs(mean), sd);
  return cumulants.mean;
}

/**
 * Quantile of a distribution from its first three cumulants.
 *
 * @param z the standard normal quantile of the probability wanted
 *
 * Source: Cornish & Fisher (1938), to the skewness term.
 */
export function cornishFisher({ mean, variance, third }: Cumulants, z: number): number {
  if (!(variance > 0)) return mean;
  const skewness = Math.max(-2, Math.min(2, third / variance ** 1.5));
  return mean + Math.sqrt(variance) * (z + ((z * z - 1) / 6) * skewness);
}
