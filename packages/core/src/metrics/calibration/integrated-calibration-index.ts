import { InputError } from "../../errors.ts";
import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { type CheckedSample, checkSample, isUnweighted } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import { lowess } from "../../kernels/lowess.ts";
import { meanWithin } from "../../kernels/mean-within.ts";
import { normalQuantile } from "../../special/normal.ts";
import { weighted } from "../weighted.ts";
import { integratedIndexInterval, lineDeviations } from "./integrated-calibration-interval.ts";

/** Distances between the smooth calibration curve and the diagonal, over the rows. */
export interface IntegratedCalibration {
  /** Mean distance. */
  readonly ici: Estimate;
  /** Median distance. */
  readonly e50: Estimate;
  /** 90th percentile of the distance. */
  readonly e90: Estimate;
  /** Largest distance. */
  readonly eMax: Estimate;
}

/** Options of `integratedCalibrationIndex`. */
export interface IntegratedCalibrationOptions extends SampleOptions {
  /** Share of the rows that each local line sees, in (0, 1]. Default 2/3. */
  readonly span?: number;
  /** Ascending argsort of the probabilities, where it is known already. */
  readonly order?: Uint32Array;
}

/** Distinct scores beyond which neighbours are pooled. */
const MOST_LEVELS = 5000;

/**
 * Integrated calibration index and its kin: how far a lowess curve of the outcome on the probability lies from the
 * diagonal, at the probabilities of the rows.
 *
 * @param probabilities n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns four distances in units of probability, all with `approximate` intervals for the same smoothing of the true
 *   rates: ICI by inverting tests along the observed distances times t, E50 from the pointwise band of the curve, E90
 *   and Emax from a simultaneous one
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Austin & Steyerberg (2019), "The Integrated Calibration Index", Stat. Med. 38; curve and quantiles as R's
 * rms::val.prob: lowess with span 2/3, no robustness iterations, 1 % interpolation; the curve may leave [0, 1]. Under
 * weights the window holds its share of the weight and quantiles are inverse distribution functions.
 * Accuracy: exact up to 5000 distinct scores; above, neighbours are pooled into groups of at most 1/5000 of the weight
 * and of the range, which moves the ICI by about 1e-6 and Emax by about 1e-5.
 */
export function integratedCalibrationIndex(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: IntegratedCalibrationOptions = {},
): IntegratedCalibration {
  const { span = 2 / 3 } = options;
  if (!(span > 0 && span <= 1)) throw new InputError("out-of-range", `span must be in (0, 1], got ${span}`);
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const levels = pooledLevels(probabilities, outcomes, options.order ?? argsort(probabilities), sample);
  const { n, totalWeight, level, effectiveN } = sample;
  const reach = (Math.max(2, Math.min(n, Math.floor(span * n + 1e-7))) / n) * totalWeight;
  const fit = lowess(levels.scores, levels.rates, levels.weights, { reach });
  const count = levels.scores.length;
  const distances = fit.values.map((value, j) => Math.abs(value - levels.scores[j]));

  const noise = levelNoise(levels, fit.values);
  const { deviations, places } = lineDeviations(fit, noise, levels.scores);
  const pointwise = normalQuantile(0.5 + level / 2);
  const simultaneous = normalQuantile(0.5 + level ** (1 / places) / 2);

  const isCounted = isUnweighted(sample);
  let total = 0;
  for (let j = 0; j < count; j++) total += levels.weights[j] * distances[j];
  const ici = total / totalWeight;
  const interval = integratedIndexInterval(fit, noise, levels, ici, sample);
  const estimate = (metric: string, value: number, lower: number, upper: number): Estimate => ({
    value,
    lower: Math.min(value, lower),
    upper: Math.max(value, Math.min(1, upper)),
    level,
    n,
    effectiveN,
    interval: "approximate",
    spec: { metric, smoother: "lowess", span, delta: 0.01, iterations: 0, ...weighted(sample) },
  });
  const quantile = (metric: string, q: number, z: number): Estimate => {
    const nearest = distances.map((distance, j) => Math.max(0, distance - z * deviations[j]));
    const farthest = distances.map((distance, j) => distance + z * deviations[j]);
    const [value, lower, upper] = [distances, nearest, farthest].map((values) =>
      levelQuantile(values, levels.weights, q, isCounted),
    );
    return estimate(metric, value, lower, upper);
  };
  return {
    ici: estimate("ici", ici, interval.lower, interval.upper),
    e50: quantile("e50", 0.5, pointwise),
    e90: quantile("e90", 0.9, simultaneous),
    eMax: quantile("emax", 1, simultaneous),
  };
}

/** Rows pooled by score. */
export interface PooledLevels {
  readonly scores: Float64Array;
  readonly rates: Float64Array;
  /** Σw and Σw² per score. */
  readonly weights: Float64Array;
  readonly squares: Float64Array;
}

function pooledLevels(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  order: Uint32Array,
  { rows, weights, squaredWeights, totalWeight }: CheckedSample,
): PooledLevels {
  if (order.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but the order has ${order.length} positions`);
  let distinct = 1;
  for (let k = 1; k < rows; k++) {
    const step = probabilities[order[k]] - probabilities[order[k - 1]];
    if (step < 0) throw new InputError("out-of-range", `the order must be ascending, but it descends at position ${k}`);
    if (step > 0) distinct++;
  }
  const share = distinct <= MOST_LEVELS ? 0 : totalWeight / MOST_LEVELS;
  const width = (probabilities[order[rows - 1]] - probabilities[order[0]]) / MOST_LEVELS;
  const scores: number[] = [];
  const rates: number[] = [];
  const masses: number[] = [];
  const squares: number[] = [];
  let weight = 0;
  let square = 0;
  let moment = 0;
  let hits = 0;
  let start = probabilities[order[0]];
  for (let k = 0; k < rows; k++) {
    const i = order[k];
    const p = probabilities[i];
    const w = weights ? weights[i] : 1;
    weight += w;
    square += squaredWeights ? squaredWeights[i] : w * w;
    moment += w * p;
    hits += w * outcomes[i];
    const next = k + 1 < rows ? probabilities[order[k + 1]] : Infinity;
    if (!(weight > 0) || next === p || (weight < share && next - start <= width)) continue;
    scores.push(meanWithin(moment, weight, start, p));
    rates.push(hits / weight);
    masses.push(weight);
    squares.push(square);
    start = next;
    weight = 0;
    square = 0;
    moment = 0;
    hits = 0;
  }
  return {
    scores: Float64Array.from(scores),
    rates: Float64Array.from(rates),
    weights: Float64Array.from(masses),
    squares: Float64Array.from(squares),
  };
}

/** Sampling variance of the rate at each score: that of the curve, or of a perfect model where that is larger. */
function levelNoise({ scores, weights, squares }: PooledLevels, curve: Float64Array): Float64Array {
  return scores.map((p, j) => {
    const rate = Math.min(1, Math.max(0, curve[j]));
    return (Math.max(rate * (1 - rate), p * (1 - p)) * squares[j]) / weights[j] ** 2;
  });
}

/**
 * Quantile over rows: linear between order statistics where weights are counts, else the inverse distribution function.
 */
function levelQuantile(values: Float64Array, weights: Float64Array, q: number, isCounted: boolean): number {
  const order = argsort(values);
  let total = 0;
  for (const w of weights) total += w;
  const at = (rank: number): number => {
    let sum = 0;
    for (const j of order) {
      sum += weights[j];
      if (sum > rank) return values[j];
    }
    return values[order[order.length - 1]];
  };
  if (!isCounted) return at(q * total * (1 - 1e-12));
  const rank = (total - 1) * q;
  const low = Math.floor(rank);
  const first = at(low);
  return rank === low ? first : first + (rank - low) * (at(low + 1) - first);
}
