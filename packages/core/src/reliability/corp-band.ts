import { isotonicRegression, isotonicValue } from "../kernels/isotonic.ts";
import { meanWithin } from "../kernels/mean-within.ts";
import type { Random } from "../random/random.ts";

/** Runs of scores that the band is made from. */
const MOST_RUNS = 2000;
/** Expected failures beyond which a binomial draw is replaced by a normal one. */
const MOST_STEPS = 30;

/** How a consistency band is drawn. */
export interface BandOptions {
  readonly random: Random;
  readonly draws: number;
  readonly level: number;
}

/**
 * Pointwise quantiles of isotonic curves of outcomes drawn from the scores themselves.
 *
 * @param sorted scores, ascending
 * @param squares Σw² per row
 * @param weights Σw per row
 * @param places ascending; where the band is wanted
 * @returns the central range at `level` at each place
 *
 * Source: Dimitriadis, Gneiting & Jordan (2021), SI: consistency bands by resampling.
 */
export function consistencyBand(
  sorted: Float64Array,
  squares: Float64Array,
  weights: Float64Array,
  places: Float64Array,
  { random, draws, level }: BandOptions,
): { readonly lower: Float64Array; readonly upper: Float64Array } {
  const runs = pooledRuns(sorted, squares, weights);
  const count = places.length;
  const values = new Float64Array(draws * count);
  const rates = new Float64Array(runs.scores.length);
  for (let d = 0; d < draws; d++) {
    for (let j = 0; j < rates.length; j++) rates[j] = drawnRate(runs.scores[j], runs.trials[j], random);
    const fit = isotonicRegression(runs.scores, rates, runs.weights);
    for (let k = 0; k < count; k++) values[k * draws + d] = isotonicValue(fit, places[k]);
  }
  const rank = Math.floor(((1 - level) / 2) * draws);
  const lower = new Float64Array(count);
  const upper = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    const column = values.subarray(k * draws, (k + 1) * draws).sort();
    lower[k] = column[rank];
    upper[k] = column[draws - 1 - rank];
  }
  return { lower, upper };
}

/** Equal scores together, then neighbours up to equal shares of the weight; the mean of a run stays within it. */
function pooledRuns(
  sorted: Float64Array,
  squares: Float64Array,
  weights: Float64Array,
): { scores: Float64Array; weights: Float64Array; trials: Float64Array } {
  const rows = sorted.length;
  let total = 0;
  let levels = 0;
  for (let i = 0; i < rows; i++) {
    total += weights[i];
    if (i === 0 || sorted[i] > sorted[i - 1]) levels++;
  }
  const share = levels <= MOST_RUNS ? 0 : total / MOST_RUNS;
  const scores: number[] = [];
  const masses: number[] = [];
  const trials: number[] = [];
  let weight = 0;
  let square = 0;
  let moment = 0;
  let before = 0;
  let first = sorted[0];
  for (let i = 0; i < rows; i++) {
    if (weight === 0) first = sorted[i];
    weight += weights[i];
    square += squares[i];
    moment += weights[i] * sorted[i];
    const isTied = i + 1 < rows && sorted[i + 1] === sorted[i];
    if (isTied || !(weight > 0)) continue;
    if (before + weight < share * (scores.length + 1) && i + 1 < rows) continue;
    scores.push(meanWithin(moment, weight, first, sorted[i]));
    masses.push(weight);
    trials.push(square > 0 ? (weight * weight) / square : 1);
    before += weight;
    weight = 0;
    square = 0;
    moment = 0;
  }
  return { scores: Float64Array.from(scores), weights: Float64Array.from(masses), trials: Float64Array.from(trials) };
}

/** Share of successes in about `trials` trials: binomial by inversion, normal where that takes many steps. */
function drawnRate(rate: number, trials: number, random: Random): number {
  const p = Math.min(rate, 1 - rate);
  if (!(p > 0)) return rate;
  const m = Math.max(1, Math.round(trials));
  let hits: number;
  if (m * p <= MOST_STEPS) {
    const odds = p / (1 - p);
    let u = random.uniform();
    let mass = (1 - p) ** m;
    hits = 0;
    while (u > mass && hits < m) {
      u -= mass;
      mass *= ((m - hits) / (hits + 1)) * odds;
      hits++;
    }
  } else {
    const draw = m * p + Math.sqrt(m * p * (1 - p)) * random.normal();
    hits = Math.min(m, Math.max(0, draw));
  }
  return rate <= 0.5 ? hits / m : 1 - hits / m;
}
