import type { CheckedSample } from "../../intervals/sample.ts";
import { logGamma } from "../../special/log-gamma.ts";
import type { BinStatistics } from "./bin-statistics.ts";

/**
 * Expected ECE of a perfectly calibrated model, in closed form.
 *
 * Treats the scores of one bin as equal to their mean, so that its count of events is binomial; `noiseFloor` draws from
 * the scores as they are and gives a range too.
 *
 * @returns value in [0, 1]
 *
 * Source: mean absolute deviation of the binomial, De Moivre (1730); see Diaconis & Zabell (1991), Statistical Science 6.
 */
export function expectedFloor(bins: BinStatistics, { totalWeight }: CheckedSample): number {
  let sum = 0;
  for (let b = 0; b < bins.bins; b++) {
    const weight = bins.weight[b];
    if (weight === 0) continue;
    const rows = (weight * weight) / bins.squared[b];
    sum += (weight / rows) * binomialDeviation(rows, Math.min(1, bins.probability[b] / weight));
  }
  return sum / totalWeight;
}

/** E|X − np| of X ~ Binomial(n, p); n may be fractional (effective rows). */
export function binomialDeviation(n: number, p: number): number {
  if (p <= 0 || p >= 1) return 0;
  const k = Math.min(Math.floor(n * p) + 1, n);
  const logChoose = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  return 2 * k * Math.exp(logChoose + k * Math.log(p) + (n - k + 1) * Math.log1p(-p));
}
