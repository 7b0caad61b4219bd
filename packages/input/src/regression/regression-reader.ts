import type { Forecast, RegressionPredictions } from "@candor/core";
import type { InputOptions, ReadContext } from "../input-options.ts";
import type { OpenedTables } from "../opened-tables.ts";
import { makeForecastPlan } from "./forecast-plan.ts";
import { ForecastReader } from "./forecast-reader.ts";
import type { OpenedBase, OpenedRegression } from "./opened-regression.ts";

/** What an opened file of forecasts tells of its reader. */
export function openedForecasts(reader: ForecastReader): OpenedBase {
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

/**
 * Decides, from flags and names, what the columns of opened files of forecasts with outcomes are.
 *
 * @param sources closed with what comes back, and here where something is wrong
 * @param kind the kind of forecast that is needed, if only one will do
 * @throws {BadInput} when the files or the flags cannot be used
 */
export async function regressionOf(
  sources: OpenedTables,
  options: InputOptions,
  context: ReadContext = {},
  kind?: Forecast["kind"],
): Promise<OpenedRegression> {
  try {
    const plan = await makeForecastPlan(sources.set, options, kind, true);
    const reader = new ForecastReader(plan, sources, options, context);
    return Object.assign(openedForecasts(reader), { batches: () => predictions(reader) });
  } catch (error) {
    await sources.close();
    throw error;
  }
}
