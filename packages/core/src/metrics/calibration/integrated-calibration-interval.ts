import { addFoldedNormal, type Cumulants } from "../../intervals/folded-normal.ts";
import { invertPath } from "../../intervals/path-inversion.ts";
import type { Interval } from "../../intervals/proportion.ts";
import type { LocalLine, LowessFit } from "../../kernels/lowess.ts";
import { normalCdf } from "../../special/normal.ts";

/** How far chance moves a lowess curve. */
export interface LineDeviations {
  /** Standard deviation at every x: exact where a line was fitted, interpolated between. */
  readonly deviations: Float64Array;
  /**
   * Independent places that the maximum over the curve is worth: twice (tr R)² / tr R² of the correlations R between
   * the fitted places. The factor is from simulation (without it a band for the maximum covers 91 % instead of 95 %).
   */
  readonly places: number;
}

/**
 * Standard deviation of a lowess curve.
 *
 * @param noise variance of y at every x
 * @param x ascending
 */
export function lineDeviations({ lines }: LowessFit, noise: Float64Array, x: Float64Array): LineDeviations {
  const deviations = new Float64Array(x.length);
  const { sd, correlations } = lineCovariances(lines, noise);
  lines.forEach((line, f) => {
    deviations[line.at] = sd[f];
    if (f === 0) return;
    const before = lines[f - 1];
    for (let j = before.at + 1; j < line.at; j++) {
      const share = (x[j] - x[before.at]) / (x[line.at] - x[before.at]);
      deviations[j] = (1 - share) * sd[f - 1] + share * sd[f];
    }
  });
  let squares = 0;
  for (const r of correlations) squares += r * r;
  return { deviations, places: squares > 0 ? Math.max(1, (2 * lines.length ** 2) / squares) : 1 };
}

function lineCovariances(
  lines: readonly LocalLine[],
  noise: Float64Array,
): { readonly sd: Float64Array; readonly correlations: Float64Array } {
  const count = lines.length;
  const correlations = new Float64Array(count * count);
  const sd = Float64Array.from(lines, (line) => Math.sqrt(covariance(line, line, noise)));
  for (let f = 0; f < count; f++)
    for (let g = 0; g <= f; g++) {
      const product = sd[f] * sd[g];
      const r = product > 0 ? (f === g ? 1 : covariance(lines[f], lines[g], noise) / product) : 0;
      correlations[f * count + g] = r;
      correlations[g * count + f] = r;
    }
  return { sd, correlations };
}

function covariance(a: LocalLine, b: LocalLine, noise: Float64Array): number {
  const from = Math.max(a.from, b.from);
  const to = Math.min(a.from + a.weights.length, b.from + b.weights.length);
  let sum = 0;
  for (let j = from; j < to; j++) sum += a.weights[j - a.from] * b.weights[j - b.from] * noise[j];
  return sum;
}

/**
 * Interval of the mean distance between a lowess curve and the diagonal, by inverting tests along the observed
 * distances times t.
 *
 * The curve's errors at the fitted places are normal with the covariance of the local lines. The variance of the sum of
 * absolute values joins its two limits, all distances nil and all far from it, by the probability of the sign seen.
 *
 * @param noise variance of the rate at every score
 * @param ici the mean distance observed
 */
export function integratedIndexInterval(
  fit: LowessFit,
  noise: Float64Array,
  { scores, weights }: { readonly scores: Float64Array; readonly weights: Float64Array },
  ici: number,
  { level, effectiveN }: { readonly level: number; readonly effectiveN: number },
): Interval {
  const { lines, values } = fit;
  const count = lines.length;
  const gaps = Float64Array.from(lines, ({ at }) => values[at] - scores[at]);
  const shares = placeShares(lines, scores, weights);
  const { sd, correlations } = lineCovariances(lines, noise);
  const folded = correlations.map(foldedCorrelation);
  let statistic = 0;
  let squares = 0;
  for (let f = 0; f < count; f++) {
    statistic += shares[f] * Math.abs(gaps[f]);
    squares += shares[f] * gaps[f] * gaps[f];
  }
  if (!(statistic > 0)) return { lower: 0, upper: ici };
  const spread = Math.max(0, squares - statistic * statistic) / effectiveN;
  const slopes = new Float64Array(count);
  const cumulants = (t: number): Cumulants => {
    let mean = 0;
    let skewness = 0;
    let mass = 0;
    for (let f = 0; f < count; f++) {
      const truth = t * Math.abs(gaps[f]);
      const one: Cumulants = { mean: 0, variance: 0, third: 0 };
      addFoldedNormal(one, truth, sd[f]);
      mean += shares[f] * one.mean;
      const weight = shares[f] * Math.sqrt(one.variance);
      mass += weight;
      if (one.variance > 0) skewness += (weight * one.third) / one.variance ** 1.5;
      slopes[f] = sd[f] > 0 ? (2 * normalCdf(truth / sd[f]) - 1) * Math.sign(gaps[f]) : 0;
    }
    let variance = t * t * spread;
    for (let f = 0; f < count; f++) {
      const rest = Math.sqrt(1 - slopes[f] * slopes[f]);
      for (let g = 0; g < count; g++) {
        const k = f * count + g;
        const both = rest * Math.sqrt(1 - slopes[g] * slopes[g]);
        const product = shares[f] * shares[g] * sd[f] * sd[g];
        variance += product * (slopes[f] * slopes[g] * correlations[k] + both * folded[k]);
      }
    }
    variance = Math.max(0, variance);
    const blocks = variance > 0 ? Math.max(1, (mass * mass) / variance) : 1;
    return { mean, variance, third: mass > 0 ? ((skewness / mass) * variance ** 1.5) / Math.sqrt(blocks) : 0 };
  };
  const path = { quantity: (t: number): number => t * ici, cumulants };
  return invertPath(statistic, path, path, level);
}

/** Share of the weight that each fitted place stands for, scores in between split by nearness. */
function placeShares(lines: readonly LocalLine[], scores: Float64Array, weights: Float64Array): Float64Array {
  const shares = new Float64Array(lines.length);
  let total = 0;
  let k = 0;
  for (let j = 0; j < scores.length; j++) {
    while (lines[k].at < j) k++;
    total += weights[j];
    if (lines[k].at === j) {
      shares[k] += weights[j];
      continue;
    }
    const from = scores[lines[k - 1].at];
    const share = (scores[j] - from) / (scores[lines[k].at] - from);
    shares[k - 1] += (1 - share) * weights[j];
    shares[k] += share * weights[j];
  }
  return shares.map((share) => share / total);
}

/** Cov(|X|, |Y|) of standard normals with correlation r. */
function foldedCorrelation(r: number): number {
  const c = Math.min(1, Math.max(-1, r));
  return (2 / Math.PI) * (Math.sqrt(1 - c * c) + c * Math.asin(c) - 1);
}
