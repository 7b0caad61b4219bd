import { combineColumns } from "../../calibration/segments/combine-columns.ts";
import { InputError } from "../../errors.ts";
import type { Forecast } from "../../regression/forecasts.ts";
import { codeGroups } from "../../report/code-groups.ts";
import type { SegmentColumn } from "../../report/predictions.ts";
import type { ConformalPart, TwoSidedPart } from "../conformal-document.ts";
import { type WeightedScores, weightedQuantileAt } from "../conformal-quantile.ts";
import { exactDecimal, type Fraction } from "../exact-decimal.ts";
import { findColumns } from "../find-columns.ts";
import { openThresholds } from "../weighted-thresholds.ts";
import type { IntervalsFit } from "./fit-intervals.ts";
import { forecastRows, type IntervalBase, intervalBase, isTwoSided } from "./interval-base.ts";
import { type Intervals, writeEnds } from "./interval-ends.ts";
import { sideLevel } from "./side-level.ts";

/** What `predictIntervals` reads of a document. */
export type IntervalsRule = Pick<
  IntervalsFit,
  "interval" | "level" | "quantileLevels" | "condition" | "parts" | "weighted"
>;

/** Options of `predictIntervals`. */
export interface PredictIntervalsOptions {
  /** Columns of n codes; those that the document's condition names are found by name, others are ignored. */
  readonly segments?: readonly SegmentColumn[];
  /** Weight of each row in the unit of the calibration weights, ≥ 0; needed where the document is weighted. */
  readonly testWeights?: Float64Array;
}

/**
 * The interval of every row.
 *
 * Whatever the score of the method lets in lies inside: ends are moved out by a rounding error where needed, so that ties
 * cost no coverage. An interval is empty where its upper end is below its lower end, which negative quantiles of the `cqr`
 * methods can cause: no outcome is then as ordinary as `level` asks. Groups that the document does not know get the whole line.
 *
 * @param document of `fitConformalIntervals`, or a sealed one
 * @param forecast of the kind the document was fitted on
 * @returns −Infinity and Infinity where an end is unbounded
 * @throws {InputError} `incompatible` where the forecast or the segments lack what the document needs, where weights are
 * missing, or come to a document without; `shape-mismatch`; `not-finite`, `out-of-range` with the row
 */
export function predictIntervals(
  document: IntervalsRule,
  forecast: Forecast,
  { segments = [], testWeights }: PredictIntervalsOptions = {},
): Intervals {
  const rows = forecastRows(forecast);
  const base = intervalBase(document.interval, forecast, document.quantileLevels);
  checkTestWeights(document, testWeights, rows);
  const lower = new Float64Array(rows).fill(-Infinity);
  const upper = new Float64Array(rows).fill(Infinity);
  const level = exactDecimal(isTwoSided(document.interval) ? sideLevel(document.level) : document.level);
  for (const [part, chosen] of rowsOfParts(document, segments, rows))
    if (testWeights === undefined || part.weighted === undefined)
      writeEnds(base, part.quantile ?? Infinity, aboveOf(part) ?? Infinity, chosen, { lower, upper });
    else writeWeighted(base, part, level, testWeights, chosen, { lower, upper });
  return { lower, upper };
}

function aboveOf(part: ConformalPart | TwoSidedPart): number | null {
  return "upperQuantile" in part ? part.upperQuantile : part.quantile;
}

function writeWeighted(
  base: IntervalBase,
  part: ConformalPart | TwoSidedPart,
  level: Fraction,
  testWeights: Float64Array,
  chosen: Uint32Array | null,
  intervals: Intervals,
): void {
  if (part.weighted === undefined) return;
  const below = openThresholds(part.weighted);
  const above: WeightedScores =
    "upperWeighted" in part && part.upperWeighted !== undefined ? openThresholds(part.upperWeighted) : below;
  const row = new Uint32Array(1);
  const count = chosen === null ? testWeights.length : chosen.length;
  for (let j = 0; j < count; j++) {
    row[0] = chosen === null ? j : chosen[j];
    const weight = testWeights[row[0]];
    const q = weightedQuantileAt(below, weight, level);
    writeEnds(base, q, above === below ? q : weightedQuantileAt(above, weight, level), row, intervals);
  }
}

function rowsOfParts(
  { condition, parts }: IntervalsRule,
  segments: readonly SegmentColumn[],
  rows: number,
): [ConformalPart | TwoSidedPart, Uint32Array | null][] {
  if (condition.kind === "none") return parts.map((part) => [part, null]);
  const { codes, values } = combineColumns(findColumns(segments, condition.columns), rows);
  const known = new Map(parts.map((part) => [JSON.stringify(part.values), part]));
  return codeGroups(codes, values.length).flatMap((chosen, code) => {
    const part = known.get(JSON.stringify(values[code]));
    return part === undefined ? [] : [[part, chosen]];
  });
}

function checkTestWeights({ weighted }: IntervalsRule, testWeights: Float64Array | undefined, rows: number): void {
  if (testWeights === undefined) {
    if (!weighted) return;
    throw new InputError("incompatible", "the intervals were fitted with weights: each row needs its weight");
  }
  if (!weighted)
    throw new InputError("incompatible", "the intervals were fitted without weights and cannot use those of new rows");
  if (testWeights.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} forecasts but ${testWeights.length} weights`);
  for (let i = 0; i < rows; i++)
    if (!(testWeights[i] >= 0 && testWeights[i] < Infinity))
      throw new InputError("out-of-range", `weights must be finite and >= 0, got ${testWeights[i]} at row ${i}`, i);
}
