import { addFoldedNormal, type Cumulants } from "../../intervals/folded-normal.ts";
import { type HypothesisPath, invertPath } from "../../intervals/path-inversion.ts";
import type { Interval } from "../../intervals/proportion.ts";
import { cosineInverse } from "../../kernels/cosine-transform.ts";
import { type ResidualField, smoothedCoefficients } from "./smooth-ece-field.ts";
import { squaredKernelSums } from "./smooth-ece-squares.ts";

/** Grid points per kernel width; |field| varies on the scale of the width. */
const POINTS_PER_SIGMA = 4;
/** Expected failures of a perfect model within a kernel, below which its variance is a lower bound of the noise. */
const FEW = 5;

/**
 * Interval of a smoothed norm ∫|field|, by inverting tests along fields that shrink to zero (lower end) or grow
 * (upper).
 *
 * The noise at each place is normal with variance Σw²·Var(y − p)·K²; places further apart than 2√π·σ, the integral of
 * the kernel's autocorrelation, count as independent. That is exact for a lone score, and too wide (by a fifth under
 * perfect calibration) for evenly spread ones. The variance of a residual goes from p(1 − p) where the gap is nil to
 * its mean square.
 *
 * @param sigma width of the kernel, ≥ `field.finest`
 * @param statistic the norm observed
 * @param quantity what the norm stands for when it is the given multiple of the one observed
 */
export function smoothedNormInterval(
  field: ResidualField,
  sigma: number,
  statistic: number,
  quantity: (multiple: number) => number,
  { level, effectiveN }: { readonly level: number; readonly effectiveN: number },
): Interval {
  const { coefficients, cells, plan } = field;
  const smoothed = smoothedCoefficients(coefficients, sigma);
  const points = 2 ** Math.ceil(Math.log2(Math.max(32, smoothed.length, POINTS_PER_SIGMA / sigma)));
  const gap = cosineInverse(smoothed, plan(points));
  const calm = squaredKernelSums(cells.nullVariance, sigma, points, plan);
  const noise = squaredKernelSums(cells.squaredResiduals, sigma, points, plan);
  const block = 2 * Math.sqrt(Math.PI) * sigma;
  const few = FEW / (block * effectiveN) ** 2;
  let total = 0;
  let sum = 0;
  for (let j = 0; j < points; j++) {
    calm[j] = Math.max(0, calm[j]);
    noise[j] = Math.max(0, noise[j]);
    if (calm[j] < few) noise[j] = Math.max(noise[j], calm[j]);
    gap[j] = Math.abs(gap[j]);
    total += noise[j];
    sum += gap[j];
  }
  if (!(total > 0 && sum > 0)) return { lower: statistic, upper: statistic };
  const path = (truth: (j: number, t: number) => number): HypothesisPath => ({
    quantity: (t) => {
      let hypothesis = 0;
      for (let j = 0; j < points; j++) hypothesis += truth(j, t);
      return quantity(hypothesis / sum);
    },
    cumulants: (t) => {
      const sums: Cumulants = { mean: 0, variance: 0, third: 0 };
      let hypothesis = 0;
      for (let j = 0; j < points; j++) {
        const mean = truth(j, t);
        hypothesis += mean;
        const share = gap[j] > 0 ? Math.min(1, mean / gap[j]) : 1;
        addFoldedNormal(sums, mean, Math.sqrt(calm[j] + share * (noise[j] - calm[j])));
      }
      return {
        mean: sums.mean / points,
        variance: Math.max(0, (sums.variance * block) / points - (hypothesis / points) ** 2 / effectiveN),
        third: (sums.third * block ** 2) / points,
      };
    },
  });
  const scale = Math.sqrt(total / points / block);
  const grown = (j: number, t: number): number => gap[j] + ((t - 1) * noise[j]) / scale;
  const penalty = sum / total;
  const shrunk = (j: number, t: number): number =>
    t === 0 ? 0 : Math.max(0, gap[j] - ((penalty * (1 - t)) / t) * noise[j]);
  const constrained = path((j, t) => (t < 1 ? shrunk(j, t) : grown(j, t)));
  return invertPath(statistic, constrained, constrained, level);
}
