import { InputError } from "../../errors.ts";
import type { Estimate } from "../../estimate.ts";
import { type CheckedSample, checkSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import { studentTQuantile } from "../../special/student-t.ts";
import type { RankedOptions } from "../ranking/tie-groups.ts";
import { AURC_SHAPE, excessEstimate, lossSummary } from "./area-interval.ts";
import { aurcSpec, checkMerged, groupArea, needsRows, rowArea } from "./aurc.ts";
import { excessVariance } from "./excess-variance.ts";
import { aurcInfluence } from "./group-influence.ts";
import { type ExcessConvention, optimalArea } from "./optimal-area.ts";
import { type Correctness, checkSelective, lossGroups } from "./selective-rows.ts";

/** Options of `excessAurc` and `optimalAurc`. */
export interface ExcessAurcOptions extends RankedOptions {
  /** As for `aurc`. Default `prefix-mean`. */
  readonly convention?: ExcessConvention;
}

/**
 * E-AURC: the area under the risk-coverage curve above that of the best possible order of the same rows.
 *
 * @param confidence n finite reals; higher means surer
 * @param correct n values, 0 or 1, or grades in [0, 1] as a `Float64Array`
 * @returns a number ≥ 0, lower is better, 0 for a perfect order; only `fd-shifts` can be negative, because it subtracts a
 *   limit for many rows from trapezoids. Interval: influence functions, Student-t on the logit scale (`fd-shifts`: on the
 *   plain scale), `approximate`. At 0 the upper end comes from Clopper–Pearson's for disjoint pairs of unlike outcomes
 * @throws {InputError} as `aurc`; `unknown-option` for `torch-uncertainty`, which defines none; `incompatible` for weights
 *   with graded correctness under `prefix-mean`
 *
 * Source: Geifman, Uziel and El-Yaniv (2019), ICLR; the finite-sample optimum in place of its limit is ours.
 */
export function excessAurc(confidence: Float64Array, correct: Correctness, options: ExcessAurcOptions = {}): Estimate {
  const { convention = "prefix-mean" } = options;
  checkSelective(confidence, correct);
  const order = options.order ?? argsort(confidence);
  const sample = checkSample(confidence.length, options);
  checkExcessConvention(convention, sample);
  const groups = lossGroups(confidence, correct, sample, order);
  const area = needsRows(convention)
    ? rowArea(confidence, correct, sample, convention, order)
    : groupArea(groups, sample, convention);
  const excess = area - optimalArea(correct, sample, convention);
  const variance = excessVariance(groups, aurcInfluence, confidence, correct, order, sample);
  const spec = aurcSpec("e-aurc", convention, sample);
  const losses = lossSummary(groups);
  if (convention !== "fd-shifts") return excessEstimate(excess, variance, spec, sample, losses, AURC_SHAPE);
  const { n, level, effectiveN } = sample;
  const half = studentTQuantile(0.5 + level / 2, Math.max(1, losses.rarer - 1)) * Math.sqrt(variance);
  const ends = { lower: Math.max(-1, excess - half), upper: Math.min(1, excess + half) };
  return { value: excess, ...ends, level, n, effectiveN, interval: "approximate", spec };
}

/** @throws {InputError} `unknown-option`, `incompatible` */
export function checkExcessConvention(convention: ExcessConvention, sample: CheckedSample): void {
  if ((convention as string) === "torch-uncertainty")
    throw new InputError("unknown-option", "the torch-uncertainty convention defines no optimum to compare with");
  checkMerged(convention, sample);
  needsRows(convention);
}
