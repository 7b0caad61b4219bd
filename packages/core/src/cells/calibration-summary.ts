import { InputError } from "../errors.ts";
import { wilson } from "../intervals/proportion.ts";
import { hasUnevenWeights, sampleOfSums } from "../intervals/sample.ts";
import { weightedShareInterval } from "../intervals/share-interval.ts";
import { type BinStatistics, emptyStatistics } from "../metrics/calibration/bin-statistics.ts";
import { debiasedL1, gapInterval } from "../metrics/calibration/binned-calibration-error.ts";
import { gapSpread } from "../metrics/calibration/calibration-in-the-large.ts";
import { expectedFloor } from "../metrics/calibration/expected-floor.ts";
import { studentTQuantile } from "../special/student-t.ts";
import type { CellMoment } from "./cells.ts";
import { recalibrationSlope } from "./recalibration-slope.ts";

/** A number with the ends of its interval. */
export interface Bounded {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

/** How runs of neighbouring cells were added up: groups, and the bins of the calibration error that they make up. */
export interface CellGroups {
  /** Bin of each group, ascending; no group lies in two bins. */
  readonly bin: Int16Array;
  readonly bins: number;
  /** 1 where all values of the group are ≥ 0.5, 0 where all are below. */
  readonly positive: Uint8Array;
}

/** The sums of cells, one value per group. */
export type GroupSums = Readonly<Record<CellMoment, Float64Array>>;

/** The few numbers that a point of a series shows. */
export interface CalibrationSummary {
  /** Rows, and rows after Kish. */
  readonly n: number;
  readonly effectiveN: number;
  /** Share of outcomes that were 1: the accuracy, where the probability is a confidence. The interval of `accuracy`. */
  readonly rate: Bounded;
  /** Mean probability of the same rows. Student-t interval. */
  readonly meanProbability: Bounded;
  /** Share of rows on whose side of 0.5 the outcome fell. The interval of `accuracy`. */
  readonly accuracy: Bounded;
  /** Mean of max(p, 1 − p). Student-t interval. */
  readonly meanConfidence: Bounded;
  /** `meanProbability` minus `rate`: positive is over-confident. The interval of `meanCalibrationGap`. */
  readonly gap: Bounded;
  /** Slope of the logistic recalibration, 1 is right, below 1 is too extreme; or why there is none, in words. */
  readonly slope: Bounded | string;
  /** Calibration error as it is, and the parts of it in bins where probabilities are too high and too low. */
  readonly plugInEce: number;
  readonly tooHigh: number;
  readonly tooLow: number;
  /** Calibration error without its upward bias, and the interval of `debiasedCalibrationError`. */
  readonly ece: Bounded;
  /** The calibration error that a perfect model would be expected to show on as many rows, before the bias is taken off. */
  readonly noiseFloor: number;
  readonly brier: Bounded;
}

/**
 * The numbers of a point of a series, from the sums of groups of cells instead of rows: no loop over rows or resamples.
 *
 * @param sums of one set of pairs, one value per group of `groups`
 * @param level of all intervals, in (0, 1)
 * @param wanted `slope: false` leaves the slope out: it needs groups finer than bins, all else does not
 * @throws {InputError} `empty` where no pair has weight, `shape-mismatch`, `out-of-range`
 *
 * Accuracy: without weights `rate`, `meanProbability`, `accuracy`, `gap`, `ece`, `noiseFloor` with their intervals and the
 * value of `brier` are those of the rows up to rounding. The interval of `brier` and the slope take the rows of a group at
 * its mean probability. Under weights the intervals take the weights as independent of the place within a group.
 */
export function calibrationSummary(
  sums: GroupSums,
  groups: CellGroups,
  level = 0.95,
  wanted: { readonly slope: boolean } = { slope: true },
): CalibrationSummary {
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  const size = groups.bin.length;
  if (sums.count.length !== size || groups.positive.length !== size)
    throw new InputError("shape-mismatch", `there are ${size} groups but ${sums.count.length} sums`);
  const bins = emptyStatistics(groups.bins);
  const total = new Float64Array(TOTALS);
  for (let g = 0; g < size; g++) if (sums.weight[g] > 0) addGroup(sums, g, groups, bins, total);
  const [n, weight, squared, positive, probability, signed, residual, variance, right, confident] = total;
  const [confidentSquares, squaredLoss, lossOfSquares, squaresOfP, squaredPositive, squaredRight] = total.subarray(10);
  if (!(weight > 0)) throw new InputError("empty", "at least one pair with weight is needed, got none");
  const sample = sampleOfSums(n, weight, squared, level);
  const { effectiveN } = sample;
  const freedom = effectiveN - 1;
  const quantile = freedom > 1e-9 ? studentTQuantile(0.5 + level / 2, freedom) : Infinity;
  const around = (value: number, spread: number, least: number, most: number): Bounded => {
    const half = quantile < Infinity ? quantile * Math.sqrt((Math.max(0, spread) * effectiveN) / freedom) : Infinity;
    return { value, lower: Math.max(least, value - half), upper: Math.min(most, value + half) };
  };
  const isUneven = hasUnevenWeights(sample);
  const share = (hits: number, hitSquares: number): Bounded => {
    const value = Math.min(1, Math.max(0, hits / weight));
    if (!isUneven) return { value, ...wilson(value, effectiveN, level) };
    const { lower, upper } = weightedShareInterval({ total: weight, squares: squared, hits, hitSquares }, level);
    return { value, lower: Math.min(lower, value), upper: Math.max(upper, value) };
  };
  const unit = weight * weight;
  const meanP = probability / weight;
  const meanConfidence = confident / weight;
  const gap = (probability - positive) / weight;
  const squares = Math.max(0, residual - 2 * gap * signed + gap * gap * squared);
  const { variance: gapVariance, reach } = gapSpread(squares, variance, sample);
  const plainGap = around(gap, gapVariance, -1, 1);
  const brier = Math.max(0, squaredLoss / weight);
  const [tooHigh, tooLow] = sides(bins, weight);
  const ece = debiasedL1(bins, sample);
  const error = gapInterval(bins, sample, "l1");
  return {
    n,
    effectiveN,
    rate: share(positive, squaredPositive),
    meanProbability: around(meanP, (squaresOfP - meanP * meanP * squared) / unit, 0, 1),
    accuracy: share(right, squaredRight),
    meanConfidence: around(meanConfidence, (confidentSquares - meanConfidence * meanConfidence * squared) / unit, 0, 1),
    gap: {
      value: gap,
      lower: Math.max(-1, Math.min(plainGap.lower, gap - reach)),
      upper: Math.min(1, Math.max(plainGap.upper, gap + reach)),
    },
    slope: wanted.slope ? recalibrationSlope(sums, effectiveN, around) : "the slope was not asked for",
    plugInEce: tooHigh + tooLow,
    tooHigh,
    tooLow,
    ece: { value: ece, lower: Math.min(ece, error.lower), upper: Math.max(ece, error.upper) },
    noiseFloor: expectedFloor(bins, sample),
    brier: around(brier, (lossOfSquares - brier * brier * squared) / unit, 0, 1),
  };
}

function sides({ probability, outcome, bins }: BinStatistics, weight: number): [number, number] {
  let high = 0;
  let low = 0;
  for (let b = 0; b < bins; b++) {
    const gap = (probability[b] - outcome[b]) / weight;
    if (gap > 0) high += gap;
    else low -= gap;
  }
  return [high, low];
}

const TOTALS = 16;

/** Adds a group to the sums of its bin and to the totals, in the order in which `calibrationSummary` reads them. */
function addGroup(sums: GroupSums, g: number, groups: CellGroups, bins: BinStatistics, total: Float64Array): void {
  const w = sums.weight[g];
  const wPositive = Math.min(w, sums.weightPositive[g]);
  const wNegative = w - wPositive;
  const q = sums.squared[g];
  const qPositive = Math.min(q, sums.squaredPositive[g]);
  const qNegative = q - qPositive;
  const p = sums.p[g];
  const pp = sums.pp[g];
  const pPositive = Math.min(p, sums.pPositive[g]);
  const meanPositive = wPositive > 0 ? pPositive / wPositive : 0;
  const meanNegative = wNegative > 0 ? (p - pPositive) / wNegative : 0;
  const perWeight = q / w;
  const within = Math.max(0, pp - meanPositive * pPositive - meanNegative * (p - pPositive)) * perWeight;
  const missPositive = 1 - meanPositive;
  const residual = qPositive * missPositive * missPositive + qNegative * meanNegative * meanNegative + within;
  const variance = Math.max(0, p - pp) * perWeight;
  const isPositive = groups.positive[g] === 1;
  const mean = p / w;
  const confident = isPositive ? mean : 1 - mean;
  const ofP = mean * mean * q + Math.max(0, pp - mean * p) * perWeight;
  const b = groups.bin[g];
  bins.count[b] += sums.count[g];
  bins.weight[b] += w;
  bins.probability[b] += p;
  bins.outcome[b] += wPositive;
  bins.squared[b] += q;
  bins.residual[b] += residual;
  bins.variance[b] += variance;
  total[0] += sums.count[g];
  total[1] += w;
  total[2] += q;
  total[3] += wPositive;
  total[4] += p;
  total[5] += qNegative * meanNegative - qPositive * missPositive;
  total[6] += residual;
  total[7] += variance;
  total[8] += isPositive ? wPositive : wNegative;
  total[9] += confident * w;
  total[10] += isPositive ? ofP : q - 2 * q * mean + ofP;
  total[11] += pp - 2 * pPositive + wPositive;
  const squarePositive = missPositive * missPositive;
  const squareNegative = meanNegative * meanNegative;
  total[12] += qPositive * squarePositive * squarePositive + qNegative * squareNegative * squareNegative;
  total[13] += ofP;
  total[14] += qPositive;
  total[15] += isPositive ? qPositive : qNegative;
}
