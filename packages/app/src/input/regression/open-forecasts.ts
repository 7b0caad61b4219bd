import type { Forecast, RegressionPredictions } from "@candor/core";
import type { InputOptions, ReadContext } from "../input-options.ts";
import { openSources } from "../open-sources.ts";
import type { RowSource } from "../row-source.ts";
import { makeForecastPlan } from "./forecast-plan.ts";
import { ForecastReader } from "./forecast-reader.ts";
import type { ForecastBatch, OpenedForecasts, OpenedRegression } from "./opened-forecasts.ts";

async function openReader(
  path: string | undefined,
  options: InputOptions,
  context: ReadContext,
  kind: Forecast["kind"] | undefined,
  needsOutcome: boolean,
): Promise<{ reader: ForecastReader; rowSource: RowSource | undefined }> {
  const sources = await openSources(path, options, context);
  try {
    const plan = await makeForecastPlan(sources.set, options, kind, needsOutcome);
    const rowSource = needsOutcome ? undefined : await sources.set.main?.rowSource();
    return { reader: new ForecastReader(plan, sources, options, context), rowSource };
  } catch (error) {
    await sources.close();
    throw error;
  }
}

function common(reader: ForecastReader) {
  const { kind, levels, columns, sourceName } = reader;
  return {
    kind,
    levels,
    columns,
    sourceName,
    get rowsKnown() {
      return reader.rowsKnown;
    },
    summary: () => reader.summary(),
    close: () => reader.close(),
  };
}

async function* predictions(reader: ForecastReader): AsyncGenerator<RegressionPredictions> {
  for await (const { rows: _, keep: __, outcomes, ...parts } of reader.read()) {
    if (outcomes === undefined) throw new TypeError("the outcomes were not read");
    yield { task: "regression", rows: outcomes.length, outcomes, ...parts };
  }
}

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
  context: ReadContext = {},
  kind?: Forecast["kind"],
): Promise<OpenedRegression> {
  const { reader } = await openReader(path, options, context, kind, true);
  return Object.assign(common(reader), { batches: () => predictions(reader) });
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
  options: InputOptions,
  kind: Forecast["kind"] | undefined,
  context: ReadContext = {},
): Promise<OpenedForecasts> {
  const { reader, rowSource } = await openReader(path, options, context, kind, false);
  const { skipsMalformed, spool } = reader;
  return Object.assign(common(reader), { rowSource, skipsMalformed, spool, batches: () => forecasts(reader) });
}
