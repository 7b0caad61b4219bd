import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { type CheckedSample, checkSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import { massEnd } from "../../kernels/bins.ts";
import { expectedCalibrationError, type LabelRule, type Norm } from "./binned-calibration-error.ts";

/** Options of `sweepCalibrationError`. */
export interface SweepOptions extends SampleOptions {
  /** Default `l1`. */
  readonly norm?: Exclude<Norm, "max">;
  /** Recorded in the spec. Default `positive-class`. */
  readonly label?: LabelRule;
  readonly order?: Uint32Array;
}

/**
 * Binned calibration error with as many equal-mass bins as keep the observed rates increasing.
 *
 * The number of bins grows from 1 while the rates of the bins stay non-decreasing; the last number that does is used.
 * Fewer bins mean less upward bias, a monotone diagram means that the bins are not yet mostly noise. Scores that part the
 * outcomes without error would ask for a bin per row; no more than 10 000 bins are tried.
 *
 * @param probabilities n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns value in [0, 1]; the spec holds the number of bins found. The interval takes that number as given
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Roelofs, Cain, Shlens & Mozer (2022), "Mitigating Bias in Calibration Error Estimation", AISTATS, §4.
 */
export function sweepCalibrationError(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: SweepOptions = {},
): Estimate {
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const order = options.order ?? argsort(probabilities);
  const bins = monotoneBins(outcomes, order, sample);
  const { norm = "l1", ...rest } = options;
  const estimate = expectedCalibrationError(probabilities, outcomes, {
    ...rest,
    norm,
    order,
    binning: "equal-mass",
    bins,
  });
  return { ...estimate, interval: "approximate", spec: { ...estimate.spec, metric: "sweep-calibration-error" } };
}

const MOST_BINS = 10_000;

/** Observed rates this much lower than the bin before still count as equal: weights are added up in floating point. */
const SLACK = 1e-12;

/** The largest number of equal-mass bins, counted up from 1, before the observed rates first decrease. */
function monotoneBins(outcomes: Uint8Array, order: Uint32Array, { weights, n, totalWeight }: CheckedSample): number {
  const rows = order.length;
  const middle = weights ? new Float64Array(rows) : undefined;
  const weight = new Float64Array(rows + 1);
  const positive = new Float64Array(rows + 1);
  let first = rows;
  let last = -1;
  for (let k = 0; k < rows; k++) {
    const i = order[k];
    const w = weights ? weights[i] : 1;
    if (middle) middle[k] = weight[k] + w / 2;
    weight[k + 1] = weight[k] + w;
    positive[k + 1] = positive[k] + w * outcomes[i];
    if (outcomes[i] === 1) first = Math.min(first, k);
    else last = k;
  }
  const most = Math.min(rows, MOST_BINS);
  if (first > last) return most;
  const perRow = totalWeight / n;
  const endOf = (b: number, bins: number): number =>
    b >= bins
      ? rows
      : middle
        ? firstWhere(rows, (k) => middle[k] >= massEnd(b, bins, n) * perRow)
        : massEnd(b, bins, n);
  for (let bins = 2; bins <= most; bins++) {
    let b = firstWhere(bins, (k) => endOf(k + 1, bins) > first);
    let start = endOf(b, bins);
    let previous = -1;
    while (b < bins && start <= last) {
      const end = endOf(++b, bins);
      const mass = weight[end] - weight[start];
      if (mass > 0) {
        const rate = (positive[end] - positive[start]) / mass;
        if (rate < previous - SLACK) return bins - 1;
        previous = rate;
      }
      start = end;
    }
  }
  return most;
}

/** The smallest k in [0, count) for which a condition that stays true once true holds; `count` where it never does. */
function firstWhere(count: number, holds: (k: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const mid = (low + high) >>> 1;
    if (holds(mid)) high = mid;
    else low = mid + 1;
  }
  return low;
}
