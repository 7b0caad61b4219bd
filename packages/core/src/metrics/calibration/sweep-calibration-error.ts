import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { checkSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
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
 * Fewer bins mean less upward bias, a monotone diagram means that the bins are not yet mostly noise.
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
  const { weights } = checkSample(probabilities.length, options);
  const order = options.order ?? argsort(probabilities);
  const bins = monotoneBins(outcomes, order, weights);
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

/** The largest number of equal-mass bins, counted up from 1, before the observed rates first decrease. */
function monotoneBins(outcomes: Uint8Array, order: Uint32Array, weights: Float64Array | undefined): number {
  const n = order.length;
  const weight = new Float64Array(n + 1);
  const positive = new Float64Array(n + 1);
  for (let k = 0; k < n; k++) {
    const w = weights ? weights[order[k]] : 1;
    weight[k + 1] = weight[k] + w;
    positive[k + 1] = positive[k] + w * outcomes[order[k]];
  }
  const total = weight[n];
  let bins = 1;
  for (let candidate = 2; candidate <= n; candidate++) {
    let start = 0;
    let previous = -1;
    for (let b = 0; b < candidate; b++) {
      const end = weights
        ? firstBeyond(weight, ((b + 1) / candidate) * total, b === candidate - 1 ? n : -1)
        : Math.floor(n / candidate) * (b + 1) + Math.min(b + 1, n % candidate);
      const w = weight[end] - weight[start];
      if (w > 0) {
        const rate = (positive[end] - positive[start]) / w;
        if (rate < previous) return bins;
        previous = rate;
      }
      start = end;
    }
    bins = candidate;
  }
  return bins;
}

/** The number of sorted rows whose middle lies before a cumulative weight. */
function firstBeyond(weight: Float64Array, target: number, last: number): number {
  if (last >= 0) return last;
  let low = 0;
  let high = weight.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((weight[middle] + weight[middle + 1]) / 2 < target) low = middle + 1;
    else high = middle;
  }
  return low;
}
