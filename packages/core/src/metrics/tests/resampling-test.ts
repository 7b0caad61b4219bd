import { InputError } from "../../errors.ts";
import type { SampleOptions, TestEstimate } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { checkSample } from "../../intervals/sample.ts";
import { binningSpec, equalWidthBin, equalWidthEdges } from "../../kernels/bins.ts";
import type { Random } from "../../random/random.ts";
import { weighted } from "../weighted.ts";

/** A statistic that grows with miscalibration. `outcomes` is a buffer that is reused between calls: do not keep it. */
export type CalibrationStatistic = (
  probabilities: Float64Array,
  outcomes: Uint8Array,
  weights: Float64Array | undefined,
) => number;

/** Options of `resamplingTest`. */
export interface ResamplingOptions extends SampleOptions {
  /** Source of the draws; n uniforms per draw. */
  readonly random: Random;
  /** Label vectors drawn from the probabilities, ≥ 1. Default 999, which makes 0.001 the smallest p-value. */
  readonly draws?: number;
  /** What is compared; larger is worse. Default: the binned expected calibration error with `bins` bins. */
  readonly statistic?: CalibrationStatistic;
  /** Equal-width right-closed bins of the default statistic, ≥ 1. Default 15. */
  readonly bins?: number;
  /** Name of `statistic` for the spec. Default `custom`. */
  readonly name?: string;
}

/** Result of `resamplingTest`. */
export interface ResamplingEstimate extends TestEstimate {
  /** Mean of the statistic over the draws: what a calibrated model with these scores would show. */
  readonly nullMean: number;
}

/**
 * Exact Monte-Carlo test of calibration: labels are drawn again from the probabilities, the statistic is recomputed, and
 * the p-value is the share of draws at least as bad as the data, the data counted among them.
 *
 * @param probabilities n probabilities of outcome 1, in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns value: the statistic of the data, without an interval; `pValue` = (1 + #{draws ≥ value})/(1 + draws), valid
 *   for any n, any weights and any statistic
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite` (also for the statistic), `out-of-range`;
 *   `incompatible` for merged rows, whose labels cannot be drawn one by one
 *
 * Source: Bröcker and Smith (2007), Weather and Forecasting 22 (consistency resampling); Davison and Hinkley (1997),
 * §4.2 (the + 1). Time: draws·n.
 * Accuracy: draws that differ from the data by rounding alone (1e-12 relative) count as equal.
 */
export function resamplingTest(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: ResamplingOptions,
): ResamplingEstimate {
  const { random, draws = 999, statistic, bins = 15, name = "custom" } = options;
  if (!(Number.isInteger(draws) && draws >= 1))
    throw new InputError("out-of-range", `draws must be an integer ≥ 1, got ${draws}`);
  if (options.merged) throw new InputError("incompatible", "labels of merged rows cannot be drawn again one by one");
  const choices = binningSpec({ bins });
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const { n, rows, weights, level, effectiveN } = sample;
  const compute = statistic ?? binnedError(probabilities, weights, bins);
  const evaluate = (labels: Uint8Array): number => {
    const result = compute(probabilities, labels, weights);
    if (!Number.isFinite(result)) throw new InputError("not-finite", `the statistic is ${result}`);
    return result;
  };

  const value = evaluate(outcomes);
  const slack = 1e-12 * Math.abs(value);
  const labels = new Uint8Array(rows);
  let reached = 0;
  let total = 0;
  for (let draw = 0; draw < draws; draw++) {
    for (let i = 0; i < rows; i++) labels[i] = random.uniform() < probabilities[i] ? 1 : 0;
    const drawn = evaluate(labels);
    if (drawn >= value - slack) reached++;
    total += drawn;
  }
  return {
    value,
    lower: value,
    upper: value,
    level,
    n,
    effectiveN,
    interval: "none",
    spec: {
      metric: "resampling-test",
      draws,
      ...(statistic ? { statistic: name } : { statistic: "ece", norm: "l1", ...choices }),
      ...weighted(sample),
    },
    pValue: (1 + reached) / (1 + draws),
    nullMean: total / draws,
  };
}

/** Σ_b |Σ w(p − y)| / Σw over equal-width right-closed bins; the bins are found once. */
function binnedError(
  probabilities: Float64Array,
  weights: Float64Array | undefined,
  bins: number,
): CalibrationStatistic {
  const rows = probabilities.length;
  const edges = equalWidthEdges(bins);
  const binOf = new Uint32Array(rows);
  const expected = new Float64Array(bins);
  let mass = 0;
  for (let i = 0; i < rows; i++) {
    const b = equalWidthBin(probabilities[i], bins, edges, "right-closed");
    binOf[i] = b;
    const w = weights ? weights[i] : 1;
    expected[b] += w * probabilities[i];
    mass += w;
  }
  const observed = new Float64Array(bins);
  return (_, labels) => {
    observed.fill(0);
    for (let i = 0; i < rows; i++) if (labels[i] === 1) observed[binOf[i]] += weights ? weights[i] : 1;
    let error = 0;
    for (let b = 0; b < bins; b++) error += Math.abs(observed[b] - expected[b]);
    return error / mass;
  };
}
