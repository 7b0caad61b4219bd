import type { Forecast, RegressionPredictions } from "@candor/core";
import type { SharedParts } from "../checks/shared-columns.ts";
import type { ReadSummary } from "../opened-predictions.ts";

/** Some rows of forecasts, without outcomes. */
export interface ForecastBatch extends SharedParts {
  /** Rows of the file, bad ones included. */
  readonly rows: number;
  /** Positions of the good rows in the batch; undefined when all are good. */
  readonly keep: Int32Array | undefined;
  /** Of the good rows. */
  readonly forecast: Forecast;
}

/** What every opened file of forecasts can tell. */
export interface OpenedBase {
  /** What is forecast of each number. */
  readonly kind: Forecast["kind"];
  /** Of quantiles, ascending; of an interval its one level; none otherwise. */
  readonly levels: readonly number[];
  /** Names of the columns used, by role. */
  readonly columns: Readonly<Record<string, string>>;
  /** Name of the file without its folder. */
  readonly sourceName: string;
  /** Rows of the file, where it says so itself. */
  readonly rowsKnown: number | undefined;
  /** Complete once the batches have ended. */
  summary(): ReadSummary;
  /** Frees the file and removes temporary ones. Closing twice is harmless. */
  close(): Promise<void>;
}

/** A file of forecasts with outcomes that is ready to be read. */
export interface OpenedRegression extends OpenedBase {
  /**
   * The rows as checked predictions, some 10^5 numbers at a time, once. Segment codes mean the same in every batch.
   *
   * @throws {BadInput} about the first bad row (or, with `skipBad`, when no row is good), and at the end when all
   * weights are 0 or the file turns out to be damaged
   */
  batches(): AsyncGenerator<RegressionPredictions>;
}
