import { combineColumns } from "../../calibration/segments/combine-columns.ts";
import { InputError } from "../../errors.ts";
import { sortedCopy } from "../../kernels/argsort.ts";
import { pick } from "../../kernels/pick.ts";
import type { RegressionPredictions } from "../../regression/forecasts.ts";
import { regressionDataFingerprint } from "../../regression/recalibrate/data-fingerprint.ts";
import { codeGroups } from "../../report/code-groups.ts";
import type { ConformalIntervals, ConformalPart, IntervalMethod, TwoSidedPart } from "../conformal-document.ts";
import { conformalPart } from "../conformal-part.ts";
import { findColumns } from "../find-columns.ts";
import { intervalCoverageRange } from "./covered-ranks.ts";
import { type IntervalBase, intervalBase, isTwoSided, nearestQuantileLevels, readsQuantiles } from "./interval-base.ts";
import { intervalScores, type SideScores, sideScores } from "./interval-scores.ts";
import { intervalAssumptions, intervalWarnings, unscaledWarnings } from "./interval-sentences.ts";
import { sideLevel } from "./side-level.ts";

/** What intervals shall be. */
export interface IntervalsOptions {
  readonly interval: IntervalMethod;
  /** Wanted coverage, a decimal in (0, 1). */
  readonly level: number;
  /** Names of segment columns: each combination of their values gets quantiles, and a guarantee, of its own. Default: none. */
  readonly by?: readonly string[];
  /**
   * Levels of the two quantile columns that the `cqr` methods read. Default: those nearest to (1 ∓ level) / 2 on either
   * side of the median.
   */
  readonly quantileLevels?: readonly [number, number];
}

/** Fitted intervals without the fields that say who made them and from which file. */
export type IntervalsFit = Omit<ConformalIntervals, "version" | "created" | "source" | "fingerprint">;

/**
 * What `fitConformalIntervals` says, before it is sealed.
 *
 * @throws {InputError} as `fitConformalIntervals`
 */
export function fitIntervals(predictions: RegressionPredictions, options: IntervalsOptions): IntervalsFit {
  const { interval, level, by = [] } = options;
  const { forecast, outcomes, rows, weights } = predictions;
  const side = sideLevel(level);
  checkKind(interval);
  if (rows === 0) throw new InputError("empty", "prediction intervals need calibration rows, got none");
  if (weights !== undefined) checkWeights(weights, rows);
  const quantileLevels = levelsOf(predictions, options);
  const base = intervalBase(interval, forecast, quantileLevels);
  if (weights !== undefined) refuseUnscaled(base, interval);
  const twoSided = isTwoSided(interval);
  const scores = twoSided ? sideScores(base, outcomes) : oneScore(base, outcomes);
  const groups = rowsOfGroups(predictions, by);
  const parts = groups.map((group): ConformalPart | TwoSidedPart => {
    const { values } = group;
    const weightsHere = weights && groupValues(group, weights);
    const below = groupValues(group, scores.below);
    if (!twoSided) return conformalPart(values, below, weightsHere, level);
    const lower = conformalPart(values, below, weightsHere, side);
    const upper = conformalPart(values, groupValues(group, scores.above), weightsHere, side);
    return {
      ...lower,
      upperRank: upper.rank,
      upperQuantile: upper.quantile,
      ...(upper.weighted === undefined ? {} : { upperWeighted: upper.weighted }),
    };
  });
  for (const part of parts)
    if (part.rank !== null && part.rank <= part.n && part.quantile === null) refuseUnscaled(base, interval);
  const n = parts.reduce((total, part) => total + part.n, 0);
  const only = parts.length === 1 && by.length === 0 ? parts[0] : undefined;
  const condition = by.length === 0 ? ({ kind: "none" } as const) : ({ kind: "groups", columns: [...by] } as const);
  const keepsResiduals = interval.kind === "predictive-system" && weights === undefined;
  return {
    schema: "candor.conformal/1",
    method: interval.kind,
    level,
    n,
    rank: only?.rank ?? null,
    quantile: only?.quantile ?? null,
    coverageRange: only === undefined ? null : intervalCoverageRange(only, interval),
    weighted: weights !== undefined,
    dataHash: regressionDataFingerprint(predictions),
    assumptions: intervalAssumptions(level, weights !== undefined, by),
    warnings: [
      ...unscaledWarnings(base.unscaled.length, rows),
      ...intervalWarnings(parts, level, twoSided ? side : level, by),
    ],
    evaluation: null,
    task: "regression",
    interval,
    quantileLevels,
    condition,
    parts,
    residuals: keepsResiduals
      ? groups.flatMap((group) => Array.from(sortedCopy(groupValues(group, scores.above))))
      : null,
  };
}

const KINDS: readonly IntervalMethod["kind"][] = [
  "split",
  "split-signed",
  "normalised",
  "gamma",
  "cqr",
  "cqr-asymmetric",
  "cqr-r",
  "cqr-m",
  "predictive-system",
];

function checkKind({ kind }: IntervalMethod): void {
  if (!KINDS.includes(kind))
    throw new InputError("unknown-option", `the method must be one of ${KINDS.join(", ")}, got ${kind}`);
}

/** The one score of each row, which is that of both sides. */
function oneScore(base: IntervalBase, outcomes: Float64Array): SideScores {
  const below = intervalScores(base, outcomes);
  return { below, above: below };
}

function levelsOf(
  { forecast }: RegressionPredictions,
  { interval, level, quantileLevels }: IntervalsOptions,
): readonly [number, number] | null {
  if (!readsQuantiles(interval)) {
    if (quantileLevels === undefined) return null;
    throw new InputError(
      "incompatible",
      `quantile levels are for methods of the cqr family, the method is ${interval.kind}`,
    );
  }
  if (quantileLevels === undefined) return nearestQuantileLevels(forecast, level);
  const [low, high] = quantileLevels;
  if (!(low > 0 && low < high && high < 1))
    throw new InputError("out-of-range", `quantile levels must ascend in (0, 1), got ${low} and ${high}`);
  return [low, high];
}

function refuseUnscaled({ unscaled }: IntervalBase, { kind }: IntervalMethod): void {
  if (unscaled.length === 0) return;
  const what = kind === "cqr-m" ? "each half of the width between the quantiles" : "the width between the quantiles";
  throw new InputError(
    "out-of-range",
    `${kind} scales by ${what}, which must be > 0 and is not in ${unscaled.length} rows, row ${unscaled[0]} first; cqr needs no width`,
    unscaled[0],
  );
}

interface Group {
  readonly values: readonly string[];
  readonly rows: Uint32Array | null;
}

function rowsOfGroups({ segments, rows }: RegressionPredictions, by: readonly string[]): Group[] {
  if (by.length === 0) return [{ values: [], rows: null }];
  const { codes, values } = combineColumns(findColumns(segments, by), rows);
  return codeGroups(codes, values.length).map((chosen, code) => ({ values: values[code], rows: chosen }));
}

function groupValues({ rows }: Group, values: Float64Array): Float64Array {
  return rows === null ? values : pick(values, rows);
}

function checkWeights(weights: Float64Array, rows: number): void {
  if (weights.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but ${weights.length} weights`);
  let total = 0;
  for (let i = 0; i < rows; i++) {
    if (!(weights[i] >= 0 && weights[i] < Infinity))
      throw new InputError("out-of-range", `weights must be finite and >= 0, got ${weights[i]} at row ${i}`, i);
    total += weights[i];
  }
  if (total === 0) throw new InputError("out-of-range", "all weights are zero");
}
