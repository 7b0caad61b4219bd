import { InputError } from "../../errors.ts";
import type { Estimate, Spec } from "../../estimate.ts";
import { type CheckedSample, checkSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import { rankCodes } from "../ranking/rank-codes.ts";
import { sortCodes } from "../ranking/sort-codes.ts";
import type { RankedOptions, TieGroups } from "../ranking/tie-groups.ts";
import { weighted } from "../weighted.ts";
import { AURC_SHAPE, areaEstimate, lossSummary } from "./area-interval.ts";
import { continuousArea, expectedTiesArea, fileOrderArea, linearArea } from "./aurc-areas.ts";
import { aurcFromCodes, prefixMeanFromCodes } from "./aurc-from-codes.ts";
import { aurcInfluence, influenceVariance } from "./group-influence.ts";
import { type Correctness, checkSelective, lossGroups } from "./selective-rows.ts";

/**
 * How the area under the risk-coverage curve is taken.
 *
 * - `prefix-mean`: mean over k of (losses among the k surest)/k, tied rows as they come (Geifman, Uziel and El-Yaniv 2019)
 * - `expected-ties`: the same, averaged over all orders of tied rows, in closed form
 * - `fd-shifts`: trapezoids over the thresholds, ties grouped, the first risk repeated at coverage 0
 * - `fd-shifts-nonlinear`: the same points, joined by what accepting a random part of a tie would give
 * - `torch-uncertainty`: trapezoids over single rows from coverage 1/n on, divided by 1 − 1/n
 */
export type AurcConvention =
  | "prefix-mean"
  | "expected-ties"
  | "fd-shifts"
  | "fd-shifts-nonlinear"
  | "torch-uncertainty";

/** Options of `aurc`. */
export interface AurcOptions extends RankedOptions {
  /** Default `prefix-mean`. Prefer `expected-ties` where confidences repeat. */
  readonly convention?: AurcConvention;
}

/**
 * Area under the risk-coverage curve: the mean loss among accepted rows, averaged over how many are accepted.
 *
 * @param confidence n finite reals; higher means surer
 * @param correct n values, 0 or 1, or grades in [0, 1] as a `Float64Array`
 * @returns a number in [0, 1], lower is better; the mean loss is what a random order scores. Interval: influence function,
 *   the same for all conventions (they differ by O(1/n) apart from ties), Student-t on the logit scale with one degree of
 *   freedom less than there are errors (or correct rows, if rarer); `approximate` below 20 of them, where it is too wide
 *   rather than too narrow. Without any error, or any correct row, it comes from Clopper–Pearson (`conservative`)
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`; `incompatible` for merged
 *   rows under a convention that needs single rows; `too-few` for `torch-uncertainty` on one row
 *
 * Source: Geifman and El-Yaniv (2017), NeurIPS; Geifman, Uziel and El-Yaniv (2019), ICLR; fd-shifts: Traub et al. (2024),
 * NeurIPS; TorchUncertainty's `AURC`.
 */
export function aurc(confidence: Float64Array, correct: Correctness, options: AurcOptions = {}): Estimate {
  const { convention = "prefix-mean" } = options;
  const byRow = needsRows(convention);
  checkSelective(confidence, correct);
  const sample = checkSample(confidence.length, options);
  checkMerged(convention, sample);
  const spec = aurcSpec("aurc", convention, sample);
  const { order } = options;
  if (convention === "prefix-mean" && !sample.weights && correct instanceof Uint8Array) {
    const codes = order ? rankCodes(confidence, correct, order, 1) : sortCodes(confidence, correct, 1);
    const { area, variance, errors } = aurcFromCodes(codes);
    const losses = { rate: errors / sample.n, rarer: Math.min(errors, sample.n - errors) };
    return areaEstimate(area, variance, spec, sample, losses, AURC_SHAPE);
  }
  const sorted = order ?? argsort(confidence);
  const groups = lossGroups(confidence, correct, sample, sorted);
  const value = byRow
    ? rowArea(confidence, correct, sample, convention, sorted)
    : groupArea(groups, sample, convention);
  const variance = influenceVariance(groups, aurcInfluence(groups), sample);
  return areaEstimate(value, variance, spec, sample, lossSummary(groups), AURC_SHAPE);
}

export type RowConvention = "prefix-mean" | "torch-uncertainty";
export type GroupConvention = Exclude<AurcConvention, RowConvention>;

/** True for conventions that depend on the order of tied rows. @throws {InputError} `unknown-option` */
export function needsRows(convention: AurcConvention): convention is RowConvention {
  if (!(convention in TIES))
    throw new InputError(
      "unknown-option",
      `convention must be one of ${Object.keys(TIES).join(", ")}, got ${JSON.stringify(convention)}`,
    );
  return convention === "prefix-mean" || convention === "torch-uncertainty";
}

/** @throws {InputError} `incompatible` */
export function checkMerged(convention: AurcConvention, { squaredWeights }: CheckedSample): void {
  if (squaredWeights && needsRows(convention))
    throw new InputError("incompatible", `convention ${convention} needs single rows, these are merged`);
}

/** Area of a convention that only needs the groups. */
export function groupArea(groups: TieGroups, sample: CheckedSample, convention: GroupConvention): number {
  if (convention === "expected-ties") return expectedTiesArea(groups, sample);
  return convention === "fd-shifts" ? linearArea(groups) : continuousArea(groups);
}

/** Area of a convention that goes row by row. @throws {InputError} `too-few` */
export function rowArea(
  confidence: Float64Array,
  correct: Correctness,
  { weights, effectiveN }: CheckedSample,
  convention: RowConvention,
  order: Uint32Array,
): number {
  if (convention === "torch-uncertainty" && effectiveN <= 1 + 1e-12)
    throw new InputError("too-few", "the torch-uncertainty convention needs at least two rows");
  if (convention === "prefix-mean" && !weights && correct instanceof Uint8Array)
    return prefixMeanFromCodes(rankCodes(confidence, correct, order, 1)).area;
  return fileOrderArea(confidence, correct, order, weights, convention === "prefix-mean" ? "mean" : "trapezoid");
}

const TIES: Readonly<Record<AurcConvention, string>> = {
  "prefix-mean": "file-order",
  "expected-ties": "expected",
  "fd-shifts": "grouped",
  "fd-shifts-nonlinear": "grouped",
  "torch-uncertainty": "file-order",
};

/** The spec of an area in a convention. */
export function aurcSpec(metric: string, convention: AurcConvention, sample: CheckedSample): Spec {
  return { metric, convention, ties: TIES[convention], ...weighted(sample) };
}
