import type { Estimate, SampleOptions } from "../../estimate.ts";
import { absoluteSumInterval } from "../../intervals/absolute-sum.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { type CheckedSample, checkSample } from "../../intervals/sample.ts";
import { type BinningOptions, binningSpec } from "../../kernels/bins.ts";
import { normalQuantile } from "../../special/normal.ts";
import { weighted } from "../weighted.ts";
import { binStatistics } from "./bin-statistics.ts";
import { binGaps, type LabelRule } from "./binned-calibration-error.ts";

/** Options of `overconfidence` and `underconfidence`. */
export interface DirectionOptions extends SampleOptions, BinningOptions {
  /** Recorded in the spec. Default `positive-class`. */
  readonly label?: LabelRule;
  /** Ascending argsort of the probabilities, where it is known already (equal mass needs it). */
  readonly order?: Uint32Array;
}

/**
 * The part of the expected calibration error that comes from bins that promise too much: Σ share·max(mean probability −
 * observed rate, 0). Together with `underconfidence` it adds up to the ECE of the same bins.
 *
 * @param probabilities n values in [0, 1]; for those of a positive class, read "too high" for "over-confident"
 * @param outcomes n values, 0 or 1
 * @returns in [0, 1]; default bins: 15 of equal width, (lo, hi]. The interval is `approximate`: that of a sum of
 *   absolute gaps over the bins that lean to this side, stretched upwards by what bins that lean to the other side may
 *   hide
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: the ECE of Guo et al. (2017) with the sign of each bin kept. Thulasidasan et al. (2019), NeurIPS, weight each
 * bin by its confidence once more.
 */
export function overconfidence(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: DirectionOptions = {},
): Estimate {
  return oneSided(probabilities, outcomes, options, "overconfidence");
}

/**
 * The part of the expected calibration error that comes from bins that promise too little: Σ share·max(observed rate −
 * mean probability, 0). Bins, interval and refusals are those of `overconfidence`.
 *
 * @param probabilities n values in [0, 1]; for those of a positive class, read "too low" for "under-confident"
 * @param outcomes n values, 0 or 1
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function underconfidence(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: DirectionOptions = {},
): Estimate {
  return oneSided(probabilities, outcomes, options, "underconfidence");
}

function oneSided(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: DirectionOptions,
  metric: "overconfidence" | "underconfidence",
): Estimate {
  const { label = "positive-class" } = options;
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const gaps = binGaps(binStatistics(probabilities, outcomes, options, sample, options.order), sample);
  return {
    ...partOf(gaps, metric === "overconfidence" ? -1 : 1, sample),
    interval: "approximate",
    spec: { metric, norm: "l1", ...binningSpec(options), label, ...weighted(sample) },
  };
}

/** Gaps this small are 0: which side rounding puts them on must not show in the interval. */
const ROUNDING = 1e-12;

/** Value and interval of the sum of the gaps of one sign. */
function partOf(
  { gap, dispersion }: { readonly gap: Float64Array; readonly dispersion: Float64Array },
  sign: number,
  { n, effectiveN, level }: CheckedSample,
): Omit<Estimate, "interval" | "spec"> {
  const z = normalQuantile(0.5 + level / 2);
  const leaning = Array.from(gap, (_, b) => b).filter((b) => sign * gap[b] > ROUNDING);
  let value = 0;
  for (const b of leaning) value += Math.abs(gap[b]);
  let hidden = 0;
  for (let b = 0; b < gap.length; b++)
    if (sign * gap[b] <= ROUNDING) hidden += Math.max(0, z * Math.sqrt(dispersion[b]) - Math.abs(gap[b])) ** 2;
  const own = absoluteSumInterval(
    {
      gap: Float64Array.from(leaning, (b) => gap[b]),
      dispersion: Float64Array.from(leaning, (b) => dispersion[b]),
      effectiveN,
    },
    level,
  );
  const above = Math.max(0, own.upper - value);
  return {
    value,
    lower: Math.min(own.lower, value),
    upper: Math.min(1, value + Math.sqrt(above * above + hidden)),
    level,
    n,
    effectiveN,
  };
}
