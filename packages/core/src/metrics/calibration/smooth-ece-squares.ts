import { type CosinePlan, cosineForward, cosineInverse } from "../../kernels/cosine-transform.ts";
import { smoothedCoefficients } from "./smooth-ece-field.ts";

/**
 * Sums Σ_j masses_j·K_σ(t, x_j)² with the reflected Gaussian kernel: what the variance of a smoothed field is made of.
 *
 * @param masses one per equal cell of [0, 1], at its midpoint; a power of two of them
 * @param sigma width of the kernel
 * @param points number of midpoints t at which the sums come out, a power of two
 *
 * The square of a Gaussian is a Gaussian narrower by √2; near 0 and 1 the product of a kernel with its own reflection
 * is added. Kernels so wide that both reflections meet (sigma > 0.3) are off by their overlap.
 */
export function squaredKernelSums(
  masses: Float64Array,
  sigma: number,
  points: number,
  plan: (size: number) => CosinePlan,
): Float64Array {
  const cells = masses.length;
  const smoothed = smoothedCoefficients(cosineForward(masses, plan(cells)), sigma / Math.SQRT2);
  const out = cosineInverse(smoothed.subarray(0, Math.min(smoothed.length, points)), plan(points));
  const reach = Math.min(cells, Math.ceil(7 * sigma * cells));
  let atZero = 0;
  let atOne = 0;
  for (let j = 0; j < reach; j++) {
    const factor = Math.exp(-(((j + 0.5) / cells / sigma) ** 2));
    atZero += masses[j] * factor;
    atOne += masses[cells - 1 - j] * factor;
  }
  const scale = 1 / (2 * Math.sqrt(Math.PI) * sigma);
  const overlap = 1 / (Math.PI * sigma * sigma);
  for (let j = 0; j < points; j++) {
    const t = (j + 0.5) / points;
    const both = atZero * Math.exp(-((t / sigma) ** 2)) + atOne * Math.exp(-(((1 - t) / sigma) ** 2));
    out[j] = scale * out[j] + overlap * both;
  }
  return out;
}
