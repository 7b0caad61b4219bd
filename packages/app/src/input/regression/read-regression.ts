import type { Forecast, RegressionPredictions } from "@candor/core";
import { collectRegression, type DataSource, type InputOptions, mostForecastValues } from "@candor/input";
import type { FileContext } from "../file-context.ts";
import { openRegression } from "./open-forecasts.ts";

/** A file of forecasts read as a whole. */
export interface RegressionFile {
  readonly predictions: RegressionPredictions;
  readonly source: DataSource;
}

/**
 * All rows of a file of forecasts with outcomes, checked.
 *
 * @param path the file; `-` reads standard input; undefined when flags name all files
 * @param limit most numbers that are kept
 * @param kind the kind of forecast that is needed, if only one will do
 * @throws {BadInput} when the file or the flags cannot be used, a row is bad and bad rows are not left out, or the file
 * holds more than `limit`
 */
export async function readRegression(
  path: string | undefined,
  options: InputOptions,
  context: FileContext = {},
  limit: number = mostForecastValues,
  kind?: Forecast["kind"],
): Promise<RegressionFile> {
  const opened = await openRegression(path, options, context, kind);
  try {
    const predictions = await collectRegression(opened, limit);
    const { rowsRead, skipped, notes } = opened.summary();
    return {
      predictions,
      source: { name: opened.sourceName, rows: rowsRead, skipped, columns: opened.columns, notes },
    };
  } finally {
    await opened.close();
  }
}
