import { InputError } from "../../errors.ts";
import { checkLevel, checkLevels } from "../../regression/check-forecast.ts";
import type { Forecast } from "../../regression/forecasts.ts";
import { column, endLevels, pointOf } from "../../regression/quantile-view.ts";
import type { IntervalMethod } from "../conformal-document.ts";
import { checkFinite, checkPositive } from "./check-columns.ts";

/**
 * What every method comes down to: the interval [low − q · lowUnit, high + q · highUnit], whose scores are
 * (low − y) / lowUnit and (y − high) / highUnit.
 */
export interface IntervalBase {
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Null where all units are 1. */
  readonly lowUnit: Float64Array | null;
  readonly highUnit: Float64Array | null;
  /**
   * Rows that a method in proportion to a width cannot scale, because the width, or a half of it, is not > 0: ascending.
   * Their units are 0, their scores Infinity and their intervals the whole line.
   */
  readonly unscaled: readonly number[];
}

/** Whether the two sides of a method have quantiles of their own, each with half of the error. */
export function isTwoSided({ kind }: IntervalMethod): boolean {
  return kind === "split-signed" || kind === "cqr-asymmetric" || kind === "predictive-system";
}

/** Whether a method starts from two quantiles or ends of an interval rather than from one number. */
export function readsQuantiles({ kind }: IntervalMethod): boolean {
  return kind === "cqr" || kind === "cqr-asymmetric" || kind === "cqr-r" || kind === "cqr-m";
}

/** Number of rows of a forecast. */
export function forecastRows(forecast: Forecast): number {
  switch (forecast.kind) {
    case "point":
    case "point-and-sigma":
      return forecast.point.length;
    case "quantiles":
      return forecast.values.rows;
    case "interval":
      return forecast.lower.length;
  }
}

/**
 * The levels of the two quantile columns that a method of the `cqr` family reads: of a quantile forecast, those nearest
 * to (1 ∓ level) / 2 below and above the median; of an interval forecast, its ends.
 *
 * @param level wanted coverage in (0, 1)
 * @throws {InputError} `incompatible` where there are no two such columns
 */
export function nearestQuantileLevels(forecast: Forecast, level: number): readonly [number, number] {
  if (forecast.kind === "interval") return levelsOfEnds(forecast.level);
  if (forecast.kind !== "quantiles") throw needsQuantiles(forecast);
  const below = forecast.levels.filter((value) => value < 0.5);
  const above = forecast.levels.filter((value) => value > 0.5);
  if (below.length === 0 || above.length === 0)
    throw new InputError(
      "incompatible",
      `one quantile below the median and one above it are needed, got levels ${forecast.levels.join(", ")}`,
    );
  return [nearest(below, (1 - level) / 2), nearest(above, (1 + level) / 2)];
}

/**
 * Where intervals of a method start from, for every row.
 *
 * @param quantileLevels the two columns that methods of the `cqr` family read; null for others
 * @throws {InputError} `incompatible` where the forecast lacks what the method needs; `shape-mismatch`, `not-finite`,
 * `out-of-range` with the row
 */
export function intervalBase(
  method: IntervalMethod,
  forecast: Forecast,
  quantileLevels: readonly [number, number] | null,
): IntervalBase {
  const rows = forecastRows(forecast);
  if (forecast.kind === "quantiles") checkLevelColumns(forecast);
  if (readsQuantiles(method)) return quantileBase(method, forecast, quantileLevels, rows);
  const point = middleOf(forecast, `${method.kind} needs a point forecast or a median`);
  checkFinite(point, rows, "the point forecasts");
  const unit = unitOf(method, forecast, point, rows);
  return { low: point, high: point, lowUnit: unit, highUnit: unit, unscaled: [] };
}

function checkLevelColumns({ levels, values }: Extract<Forecast, { kind: "quantiles" }>): void {
  checkLevels(levels);
  if (values.cols !== levels.length)
    throw new InputError("shape-mismatch", `there are ${levels.length} levels but ${values.cols} columns of quantiles`);
}

function unitOf(method: IntervalMethod, forecast: Forecast, point: Float64Array, rows: number): Float64Array | null {
  if (method.kind === "gamma") {
    checkPositive(point, rows, "the point forecasts of gamma scores");
    return point;
  }
  if (method.kind !== "normalised" && !(method.kind === "predictive-system" && method.isNormalised)) return null;
  if (forecast.kind !== "point-and-sigma")
    throw new InputError(
      "incompatible",
      `normalised residuals need a sigma per row, the forecasts are ${said(forecast)}`,
    );
  checkPositive(forecast.sigma, rows, "sigma");
  return forecast.sigma;
}

function quantileBase(
  { kind }: IntervalMethod,
  forecast: Forecast,
  levels: readonly [number, number] | null,
  rows: number,
): IntervalBase {
  if (levels === null)
    throw new InputError("incompatible", `${kind} needs the levels of two quantile columns, got none`);
  const [low, high] = endsOf(forecast, levels);
  checkFinite(low, rows, `the forecasts of level ${levels[0]}`);
  checkFinite(high, rows, `the forecasts of level ${levels[1]}`);
  if (kind === "cqr-r") return scaledBase(low, high, [[low, high]]);
  if (kind !== "cqr-m") return { low, high, lowUnit: null, highUnit: null, unscaled: [] };
  const median = middleOf(forecast, "cqr-m needs the quantile of level 0.5");
  checkFinite(median, rows, "the median forecasts");
  return scaledBase(low, high, [
    [low, median],
    [median, high],
  ]);
}

/** Units are the differences of the first and of the last pair of columns. */
function scaledBase(
  low: Float64Array,
  high: Float64Array,
  pairs: readonly (readonly [Float64Array, Float64Array])[],
): IntervalBase {
  const units = pairs.map(([from, to]) => to.map((end, i) => end - from[i]));
  const unscaled: number[] = [];
  for (let i = 0; i < low.length; i++) {
    if (units.every((unit) => unit[i] > 0 && unit[i] < Infinity)) continue;
    unscaled.push(i);
    for (const unit of units) unit[i] = 0;
  }
  return { low, high, lowUnit: units[0], highUnit: units[units.length - 1], unscaled };
}

/** The number of a forecast that a method starts from. */
function middleOf(forecast: Forecast, needs: string): Float64Array {
  const point = pointOf(forecast);
  if (point !== undefined) return point;
  throw new InputError("incompatible", `${needs}, the forecasts are ${said(forecast)}`);
}

function endsOf(forecast: Forecast, levels: readonly [number, number]): readonly [Float64Array, Float64Array] {
  if (forecast.kind === "quantiles") return [levelColumn(forecast, levels[0]), levelColumn(forecast, levels[1])];
  if (forecast.kind !== "interval") throw needsQuantiles(forecast);
  const [low, high] = levelsOfEnds(forecast.level);
  if (low !== levels[0] || high !== levels[1])
    throw new InputError(
      "incompatible",
      `quantiles of levels ${levels[0]} and ${levels[1]} are needed, the intervals have level ${forecast.level}`,
    );
  return [forecast.lower, forecast.upper];
}

function levelColumn({ levels, values }: Extract<Forecast, { kind: "quantiles" }>, level: number): Float64Array {
  const place = levels.indexOf(level);
  if (place < 0)
    throw new InputError("incompatible", `a quantile of level ${level} is needed, the levels are ${levels.join(", ")}`);
  return column(values, place);
}

/** The exact levels of the ends of an interval forecast. */
function levelsOfEnds(level: number): readonly [number, number] {
  checkLevel(level, "level of the intervals");
  return endLevels(level);
}

function nearest(levels: readonly number[], goal: number): number {
  return levels.reduce((best, level) => (Math.abs(level - goal) < Math.abs(best - goal) ? level : best));
}

function needsQuantiles(forecast: Forecast): InputError {
  return new InputError(
    "incompatible",
    `quantile or interval forecasts are needed, the forecasts are ${said(forecast)}`,
  );
}

function said(forecast: Forecast): string {
  switch (forecast.kind) {
    case "point":
      return "points only";
    case "point-and-sigma":
      return "points with a sigma";
    case "quantiles":
      return `quantiles of levels ${forecast.levels.join(", ")}`;
    case "interval":
      return forecast.point === null ? "intervals without a point" : "intervals with a point";
  }
}
