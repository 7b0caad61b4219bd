import { InputError } from "../../errors.ts";
import { type CheckedSample, checkSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import { assignBins } from "../../kernels/bins.ts";
import { createRandom, type Random } from "../../random/random.ts";
import type { NoiseFloor } from "../../report/document.ts";
import { type BinStatistics, binStatistics } from "./bin-statistics.ts";
import { type BinnedErrorOptions, binnedErrorSpec, binnedErrorValue, gapInterval } from "./binned-calibration-error.ts";

/** Options of `noiseFloor`. */
export interface NoiseFloorOptions extends BinnedErrorOptions {
  /** Width of the interval of the error that `moreLabels` aims for, in (0, 1). Default 0.02. */
  readonly wantedWidth?: number;
  /** Draws from the null distribution. Default 2000. */
  readonly draws?: number;
  /** Default: a generator with a fixed seed, so that the same data give the same floor. */
  readonly random?: Random;
}

/** Errors this close are equal: they are summed in another order. Few rows make ties common, and ties count. */
const ROUNDING = 1e-10;

/**
 * What a perfectly calibrated model with these very scores would show at this n.
 *
 * Labels are drawn from the scores: in bins where many failures are expected the gap is normal, elsewhere rows with a
 * probability from 0.01 to 0.99 are drawn one by one and the rest as Poisson counts.
 *
 * @param probabilities n values in [0, 1]
 * @param outcomes n values, 0 or 1: for the observed error, its p-value and the labels still needed
 * @returns expected error and its central range under perfect calibration; `pValue` is (1 + #{null ≥ observed}) /
 *   (1 + draws); `moreLabels` scales the present width of the interval with 1/√n
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: consistency resampling, Bröcker & Smith (2007), Weather and Forecasting 22.
 */
export function noiseFloor(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: NoiseFloorOptions = {},
): NoiseFloor {
  const { norm = "l1", wantedWidth = 0.02, draws = 2000, random = createRandom(20260401) } = options;
  if (!(wantedWidth > 0 && wantedWidth < 1))
    throw new InputError("out-of-range", `wantedWidth must be in (0, 1), got ${wantedWidth}`);
  if (!(Number.isInteger(draws) && draws >= 100))
    throw new InputError("out-of-range", `draws must be a whole number ≥ 100, got ${draws}`);
  const sample = checkSample(probabilities.length, options);
  const bins = binStatistics(probabilities, outcomes, options, sample, options.order);
  const observed = binnedErrorValue(bins, sample, norm);
  const atLeast = observed - ROUNDING;
  const draw = nullSampler(probabilities, bins, sample, options);
  const values = new Float64Array(draws);
  const scratch: BinStatistics = { ...bins, outcome: new Float64Array(bins.bins) };
  let sum = 0;
  let beyond = 0;
  for (let k = 0; k < draws; k++) {
    for (let b = 0; b < bins.bins; b++) scratch.outcome[b] = bins.probability[b] + draw(b, random);
    values[k] = binnedErrorValue(scratch, sample, norm);
    sum += values[k];
    if (values[k] >= atLeast) beyond++;
  }
  values.sort();
  const tail = (1 - sample.level) / 2;
  const { lower, upper } = gapInterval(bins, sample, norm);
  const growth = ((upper - lower) / wantedWidth) ** 2;
  return {
    value: sum / draws,
    lower: values[Math.floor(tail * (draws - 1))],
    upper: values[Math.ceil((1 - tail) * (draws - 1))],
    level: sample.level,
    n: sample.n,
    pValue: (1 + beyond) / (1 + draws),
    wantedWidth,
    moreLabels: growth > 1 ? Math.ceil(sample.n * (growth - 1)) : 0,
    spec: { ...binnedErrorSpec(sample, options), metric: `noise-floor-${norm}`, draws },
  };
}

/** Expected failures of a bin above which its gap is drawn from a normal distribution. */
const NORMAL_ABOVE = 30;

/** Probabilities nearer to 0 or 1 than this are drawn together, as a Poisson count. */
const RARE_BELOW = 0.01;

/** What is drawn one by one in a bin: probabilities, the weight of one draw, and the number of draws. */
interface Coins {
  readonly probability: number[];
  readonly weight: number[];
  readonly draws: number[];
}

/** A function that draws Σw(y − p) of one bin under perfect calibration. */
function nullSampler(
  probabilities: Float64Array,
  bins: BinStatistics,
  sample: CheckedSample,
  options: NoiseFloorOptions,
): (bin: number, random: Random) => number {
  const { n, weights, squaredWeights, effectiveN, totalWeight } = sample;
  const typical = totalWeight / effectiveN;
  const isNormal = Array.from(bins.variance, (v) => v >= NORMAL_ABOVE * typical * typical);
  const coins: Coins[] = Array.from(isNormal, () => ({ probability: [], weight: [], draws: [] }));
  const rarePositive = new Float64Array(bins.bins);
  const rareNegative = new Float64Array(bins.bins);
  if (isNormal.includes(false)) {
    const { index } = assignBins(probabilities, options, () => options.order ?? argsort(probabilities), weights, n);
    for (let i = 0; i < probabilities.length; i++) {
      const b = index[i];
      const w = weights ? weights[i] : 1;
      if (isNormal[b] || w === 0) continue;
      const p = probabilities[i];
      if (p < RARE_BELOW) rarePositive[b] += (w / typical) * p;
      else if (p > 1 - RARE_BELOW) rareNegative[b] += (w / typical) * (1 - p);
      else {
        const draws = squaredWeights ? Math.max(1, Math.round((w * w) / squaredWeights[i])) : 1;
        coins[b].probability.push(p);
        coins[b].weight.push(w / draws);
        coins[b].draws.push(draws);
      }
    }
  }
  return (b, random) => {
    if (bins.weight[b] === 0) return 0;
    if (isNormal[b]) return Math.sqrt(bins.variance[b]) * random.normal();
    const { probability, weight, draws } = coins[b];
    let gap = 0;
    for (let k = 0; k < probability.length; k++) {
      const p = probability[k];
      let hits = 0;
      for (let d = 0; d < draws[k]; d++) if (random.uniform() < p) hits++;
      gap += weight[k] * (hits - draws[k] * p);
    }
    gap += typical * (poisson(rarePositive[b], random) - rarePositive[b]);
    return gap - typical * (poisson(rareNegative[b], random) - rareNegative[b]);
  };
}

/** Poisson count by multiplication of uniforms (Knuth 1969, §3.4.1); the means here stay below 100. */
function poisson(mean: number, random: Random): number {
  if (mean === 0) return 0;
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.uniform(); product > limit; product *= random.uniform()) count++;
  return count;
}
