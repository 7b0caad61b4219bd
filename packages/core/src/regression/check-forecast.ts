import { InputError } from "../errors.ts";
import type { Matrix } from "../matrix.ts";
import type { Forecast, RegressionPredictions } from "./forecasts.ts";

/**
 * Lets columns pass that are equally long, not empty and finite.
 *
 * @param columns by the name a complaint uses
 * @returns rows of each
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite` with the row
 */
export function checkColumns(columns: Readonly<Record<string, Float64Array>>): number {
  const [[first, { length: rows }], ...others] = Object.entries(columns);
  if (rows === 0) throw new InputError("empty", "at least one row is needed, got none");
  for (const [name, { length }] of others)
    if (length !== rows)
      throw new InputError("shape-mismatch", `there are ${rows} of ${first} but ${length} of ${name}`);
  for (const [name, values] of Object.entries(columns)) checkFinite(values, name, 1);
  return rows;
}

function checkFinite(values: Float64Array, name: string, cols: number): void {
  if (allFinite(values)) return;
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i])) {
      const row = Math.floor(i / cols);
      const column = cols > 1 ? ` column ${i % cols}` : "";
      throw new InputError("not-finite", `${name} ${values[i]} at row ${row}${column} is not a finite number`, row);
    }
}

/** Zero times a number is zero only where it is finite: one sum instead of a test per number. */
function allFinite(values: Float64Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * 0;
  return sum === 0;
}

/** @throws {InputError} `out-of-range` with the row of the first sigma that is not > 0 */
export function checkSigma(sigma: Float64Array): void {
  for (let i = 0; i < sigma.length; i++)
    if (!(sigma[i] > 0)) throw new InputError("out-of-range", `sigma ${sigma[i]} at row ${i} is not > 0`, i);
}

/** @throws {InputError} `out-of-range` unless the level is in (0, 1) */
export function checkLevel(level: number, name = "level"): void {
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `${name} must be in (0, 1), got ${level}`);
}

/**
 * Lets quantiles pass whose columns go with levels.
 *
 * @param levels ascending, each once, in (0, 1)
 * @throws {InputError} `empty`, `shape-mismatch`, `out-of-range`, `not-finite`
 */
export function checkQuantiles(levels: readonly number[], values: Matrix, outcomes: Float64Array): void {
  checkLevels(levels);
  if (values.cols !== levels.length)
    throw new InputError("shape-mismatch", `there are ${levels.length} levels but ${values.cols} columns of quantiles`);
  if (values.rows !== checkColumns({ outcomes }))
    throw new InputError(
      "shape-mismatch",
      `there are ${values.rows} rows of quantiles but ${outcomes.length} outcomes`,
    );
  checkFinite(values.data, "quantile", values.cols);
}

/** @throws {InputError} `empty`, `out-of-range` with the position of the first bad level */
export function checkLevels(levels: readonly number[]): void {
  if (levels.length === 0) throw new InputError("empty", "at least one quantile level is needed, got none");
  levels.forEach((level, k) => {
    if (!(level > 0 && level < 1))
      throw new InputError("out-of-range", `quantile level ${level} at position ${k} is not in (0, 1)`, k);
    if (k > 0 && !(level > levels[k - 1]))
      throw new InputError("out-of-range", `quantile levels must ascend, got ${level} after ${levels[k - 1]}`, k);
  });
}

/**
 * Lets a forecast pass that goes with its outcomes.
 *
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`
 */
export function checkForecast(forecast: Forecast, outcomes: Float64Array): void {
  if (forecast.kind === "point") checkColumns({ point: forecast.point, outcomes });
  else if (forecast.kind === "point-and-sigma") {
    checkColumns({ point: forecast.point, sigma: forecast.sigma, outcomes });
    checkSigma(forecast.sigma);
  } else if (forecast.kind === "quantiles") checkQuantiles(forecast.levels, forecast.values, outcomes);
  else if (forecast.kind === "interval") {
    const { lower, upper, point } = forecast;
    checkColumns({ lower, upper, outcomes, ...(point ? { point } : {}) });
    checkLevel(forecast.level, "the level of the interval");
  } else throw new InputError("unknown-option", `a forecast of an unknown kind: ${JSON.stringify(forecast)}`);
}

/**
 * Lets predictions pass whose columns go together.
 *
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`
 */
export function checkRegressionPredictions(predictions: RegressionPredictions): void {
  const { rows, forecast, outcomes, segments, groups, time } = predictions;
  checkForecast(forecast, outcomes);
  if (rows !== outcomes.length)
    throw new InputError(
      "shape-mismatch",
      `the predictions say ${rows} rows but there are ${outcomes.length} outcomes`,
    );
  const columns = [...segments, ...(groups ? [groups] : [])];
  for (const { name, codes } of columns)
    if (codes.length !== rows)
      throw new InputError("shape-mismatch", `there are ${rows} rows but ${codes.length} values of ${name}`);
  if (time && time.values.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but ${time.values.length} values of ${time.name}`);
}
