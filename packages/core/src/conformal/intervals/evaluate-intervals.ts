import { combineColumns } from "../../calibration/segments/combine-columns.ts";
import { InputError } from "../../errors.ts";
import type { Estimate, Spec } from "../../estimate.ts";
import { meanEstimate } from "../../intervals/mean.ts";
import { proportionEstimate } from "../../intervals/proportion.ts";
import { checkSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import { pick } from "../../kernels/pick.ts";
import { weightedQuantile } from "../../kernels/weighted-quantile.ts";
import type { RegressionPredictions } from "../../regression/forecasts.ts";
import { codeGroups } from "../../report/code-groups.ts";
import type { ConformalEvaluation } from "../conformal-document.ts";
import { coveragePValue } from "../coverage-range.ts";
import { coveredRanks } from "./covered-ranks.ts";
import type { Intervals } from "./interval-ends.ts";
import { type IntervalsRule, predictIntervals } from "./predict-intervals.ts";

/** Most groups of rows by the width of their interval. */
const WIDTH_BINS = 5;

/** Choices of `evaluateIntervals`. */
export interface EvaluateIntervalsOptions {
  /** Coverage of the intervals around the figures, in (0, 1). Default 0.95. */
  readonly confidence?: number;
  /**
   * Weight of each row in the unit of the calibration weights of a weighted document. Default: the weights of the
   * predictions, as for rows that are like the calibration rows and weighted to the new ones.
   */
  readonly testWeights?: Float64Array;
}

/** 1 for rows whose outcome is inside their interval, ends included, and the width, 0 where the interval is empty. */
interface Rows {
  readonly covered: Float64Array;
  readonly width: Float64Array;
  readonly weights: Float64Array | undefined;
  readonly confidence: number;
}

/**
 * How intervals do on rows that they were not fitted on.
 *
 * @param document of `fitConformalIntervals`, or a sealed one
 * @param predictions n ≥ 1 test rows; their weights weigh the averages
 * @param options see `EvaluateIntervalsOptions`
 * @returns widths in the unit of the outcome, of finite intervals; an empty interval covers nothing and has width 0.
 * Coverage of groups is by the columns of the document's condition, together, or by each segment column; coverage by
 * width has at most five groups, rows of equal width in one. `pValue` is null with weights and wherever the distribution
 * of the coverage is not known: several groups, `cqr-asymmetric`, whole lines,
 * outcomes that lie on an end
 * @throws {InputError} `empty`, and those of `predictIntervals`; `not-finite` with the row of a bad outcome
 */
export function evaluateIntervals(
  document: IntervalsRule,
  predictions: RegressionPredictions,
  options: EvaluateIntervalsOptions = {},
): ConformalEvaluation {
  const { forecast, outcomes, segments, weights, rows: n } = predictions;
  const { confidence = 0.95, testWeights = document.weighted ? weights : undefined } = options;
  checkSample(n, { level: confidence, ...(weights === undefined ? {} : { weights }) });
  const intervals = predictIntervals(document, forecast, {
    segments,
    ...(testWeights === undefined ? {} : { testWeights }),
  });
  const rows: Rows = { ...measured(intervals, outcomes), weights, confidence };
  const counts = countEnds(intervals);
  const bounded = boundedRows(rows);
  return {
    n,
    coverage: coverageOf(rows, null, "interval-coverage"),
    meanSize: bounded.length === 0 ? null : meanWidth(rows, bounded),
    medianSize: bounded.length === 0 ? null : medianWidth(rows, bounded),
    ...counts,
    singletons: null,
    classCoverage: [],
    groupCoverage: groupsOf(document, predictions).flatMap(({ name, chosen }) =>
      present(rows, chosen).length === 0
        ? []
        : [{ name, n: chosen.length, coverage: coverageOf(rows, chosen, "group-interval-coverage") }],
    ),
    sizeCoverage: widthBins(rows, bounded),
    pValue: liesOnEnd(intervals, outcomes) ? null : pValueOf(document, rows),
  };
}

function measured({ lower, upper }: Intervals, outcomes: Float64Array): Pick<Rows, "covered" | "width"> {
  const n = lower.length;
  if (outcomes.length !== n)
    throw new InputError("shape-mismatch", `there are ${n} forecasts but ${outcomes.length} outcomes`);
  const covered = new Float64Array(n);
  const width = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const outcome = outcomes[i];
    if (!Number.isFinite(outcome))
      throw new InputError("not-finite", `outcomes must be finite numbers, got ${outcome} at row ${i}`, i);
    covered[i] = outcome >= lower[i] && outcome <= upper[i] ? 1 : 0;
    width[i] = upper[i] < lower[i] ? 0 : upper[i] - lower[i];
  }
  return { covered, width };
}

function countEnds({ lower, upper }: Intervals): { empty: number; unbounded: number } {
  let empty = 0;
  let unbounded = 0;
  for (let i = 0; i < lower.length; i++) {
    if (upper[i] < lower[i]) empty++;
    if (upper[i] - lower[i] === Infinity) unbounded++;
  }
  return { empty, unbounded };
}

function liesOnEnd({ lower, upper }: Intervals, outcomes: Float64Array): boolean {
  for (let i = 0; i < outcomes.length; i++) if (outcomes[i] === lower[i] || outcomes[i] === upper[i]) return true;
  return false;
}

function isPresent({ weights }: Rows, row: number): boolean {
  return weights === undefined || weights[row] > 0;
}

function boundedRows(rows: Rows): Uint32Array {
  const { width } = rows;
  const chosen = new Uint32Array(width.length);
  let count = 0;
  for (let i = 0; i < width.length; i++) if (width[i] < Infinity && isPresent(rows, i)) chosen[count++] = i;
  return chosen.subarray(0, count);
}

function present(rows: Rows, chosen: Uint32Array): Uint32Array {
  return rows.weights === undefined ? chosen : chosen.filter((i) => isPresent(rows, i));
}

function specOf(metric: string, { weights }: Rows): Spec {
  return { metric, ends: "included", ...(weights === undefined ? {} : { weighted: true }) };
}

function coverageOf(rows: Rows, chosen: Uint32Array | null, metric: string): Estimate {
  const covered = chosen === null ? rows.covered : pick(rows.covered, chosen);
  const weights = rows.weights && (chosen === null ? rows.weights : pick(rows.weights, chosen));
  const { n, effectiveN, totalWeight } = checkSample(covered.length, weights === undefined ? {} : { weights });
  let sum = 0;
  for (let i = 0; i < covered.length; i++) sum += weights === undefined ? covered[i] : weights[i] * covered[i];
  return proportionEstimate(sum / totalWeight, specOf(metric, rows), n, effectiveN, rows.confidence);
}

function meanWidth(rows: Rows, bounded: Uint32Array): Estimate {
  return meanEstimate(pick(rows.width, bounded), specOf("mean-interval-width", rows), {
    level: rows.confidence,
    min: 0,
    ...(rows.weights === undefined ? {} : { weights: pick(rows.weights, bounded) }),
  });
}

function medianWidth(rows: Rows, bounded: Uint32Array): number {
  const width = pick(rows.width, bounded);
  if (rows.weights !== undefined) return weightedQuantile(width, 0.5, pick(rows.weights, bounded));
  return weightedQuantile(width, 0.5, undefined, { method: "linear" });
}

function groupsOf(
  { condition }: IntervalsRule,
  { segments, rows }: RegressionPredictions,
): { readonly name: string; readonly chosen: Uint32Array }[] {
  const divisions =
    condition.kind === "groups"
      ? [segments.filter((column) => condition.columns.includes(column.name))]
      : segments.map((column) => [column]);
  return divisions.flatMap((columns) => {
    const { codes, values, columns: names } = combineColumns(columns, rows);
    return codeGroups(codes, values.length).map((chosen, code) => ({
      name: `${names.join(" × ")}: ${values[code].join(" × ")}`,
      chosen,
    }));
  });
}

/** Widths this close, relatively, are one width with rounding. */
const SAME_WIDTH = 1e-9;

function widthBins(rows: Rows, bounded: Uint32Array): ConformalEvaluation["sizeCoverage"] {
  const width = pick(rows.width, bounded);
  const order = argsort(width);
  const n = order.length;
  const bins: { from: number; to: number; n: number; coverage: Estimate }[] = [];
  let start = 0;
  for (let bin = 1; bin <= WIDTH_BINS && start < n; bin++) {
    let end = Math.max(start + 1, Math.round((bin * n) / WIDTH_BINS));
    while (end < n && width[order[end]] <= width[order[end - 1]] * (1 + SAME_WIDTH)) end++;
    const chosen = order.slice(start, end).map((j) => bounded[j]);
    bins.push({
      from: width[order[start]],
      to: width[order[end - 1]],
      n: end - start,
      coverage: coverageOf(rows, chosen, "coverage-by-interval-width"),
    });
    start = end;
  }
  return bins;
}

function pValueOf({ parts, interval, condition }: IntervalsRule, { covered, weights }: Rows): number | null {
  if (parts.length !== 1 || condition.kind !== "none" || weights !== undefined) return null;
  const expected = coveredRanks(parts[0], interval);
  if (expected === null) return null;
  let inside = 0;
  for (let i = 0; i < covered.length; i++) inside += covered[i];
  return coveragePValue(parts[0].n, expected, inside, covered.length);
}
