import type { Forecast } from "@candor/core";
import {
  type ForecastBatch,
  ForecastReader,
  type InputOptions,
  makeForecastPlan,
  type OpenedRegression,
  openedForecasts,
  regressionOf,
} from "@candor/input";
import type { FileContext } from "../file-context.ts";
import { openWithMembers } from "../members/open-with-members.ts";
import type { OpenedForecasts } from "./opened-forecasts.ts";

async function* forecasts(reader: ForecastReader): AsyncGenerator<ForecastBatch> {
  for await (const { outcomes: _, ...batch } of reader.read()) yield batch;
}

/**
 * Opens a file of forecasts of numbers with their outcomes, and decides, from flags and names, what its columns are.
 *
 * @param path the file; `-` reads standard input; undefined when flags name all files
 * @param kind the kind of forecast that is needed, if only one will do
 * @throws {BadInput} when the file or the flags cannot be used
 */
export async function openRegression(
  path: string | undefined,
  options: InputOptions,
  context: FileContext = {},
  kind?: Forecast["kind"],
): Promise<OpenedRegression> {
  const { sources, options: reading } = await openWithMembers(path, options, true, context);
  return regressionOf(sources, reading, context, kind);
}

/**
 * Opens a file of forecasts of numbers whose outcomes are not needed.
 *
 * @param path the file; `-` reads standard input; undefined when flags name all files
 * @param kind what has to be forecast; the columns are recognised accordingly
 * @throws {BadInput} when the file or the flags cannot be used, or show another kind of forecast
 */
export async function openForecasts(
  path: string | undefined,
  given: InputOptions,
  kind: Forecast["kind"] | undefined,
  context: FileContext = {},
): Promise<OpenedForecasts> {
  const { sources, options } = await openWithMembers(path, given, true, context);
  try {
    const plan = await makeForecastPlan(sources.set, options, kind, false);
    const rowSource = await sources.set.main?.rowSource();
    const reader = new ForecastReader(plan, sources, options, context);
    const { skipsMalformed } = reader;
    const { spool } = sources;
    return Object.assign(openedForecasts(reader), {
      rowSource,
      skipsMalformed,
      spool,
      batches: () => forecasts(reader),
    });
  } catch (error) {
    await sources.close();
    throw error;
  }
}
