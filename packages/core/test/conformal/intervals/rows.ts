import { matrixFromRows } from "../../../src/matrix.ts";
import type { Forecast, RegressionPredictions } from "../../../src/regression/forecasts.ts";
import type { SegmentColumn } from "../../../src/report/predictions.ts";

/** What documents of tests are made from. */
export const made = {
  version: "0.0.0",
  source: { name: "rows", rows: 0, skipped: [], columns: {}, approximate: false, notes: [] },
};

/** Rows with a forecast. */
export function rowsOf(
  forecast: Forecast,
  outcomes: readonly number[],
  further: Partial<RegressionPredictions> = {},
): RegressionPredictions {
  return {
    task: "regression",
    rows: outcomes.length,
    forecast,
    outcomes: Float64Array.from(outcomes),
    segments: [],
    ...further,
  };
}

export function points(...point: readonly number[]): Forecast {
  return { kind: "point", point: Float64Array.from(point) };
}

export function pointsWithSigma(point: readonly number[], sigma: readonly number[]): Forecast {
  return { kind: "point-and-sigma", point: Float64Array.from(point), sigma: Float64Array.from(sigma) };
}

/** One row of quantiles per argument. */
export function quantiles(levels: readonly number[], ...rows: readonly (readonly number[])[]): Forecast {
  return { kind: "quantiles", levels, values: matrixFromRows(rows) };
}

/** A column with one value per row. */
export function segment(name: string, rows: readonly string[]): SegmentColumn {
  const values = [...new Set(rows)];
  return { name, codes: Int32Array.from(rows, (value) => values.indexOf(value)), values };
}
