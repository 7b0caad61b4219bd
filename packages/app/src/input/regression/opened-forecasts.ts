import type { ForecastBatch, OpenedBase } from "@candor/input";
import type { RowSource } from "../row-source.ts";
import type { Spool } from "../spool.ts";

/** A file of forecasts whose outcomes are not needed. */
export interface OpenedForecasts extends OpenedBase {
  /** How all columns of the main file are copied; undefined where there is none, or an array. */
  readonly rowSource: RowSource | undefined;
  /** What is not a row at all is left out and counted instead of refused. */
  readonly skipsMalformed: boolean;
  /** A place for temporary files, gone when the forecasts are closed. */
  readonly spool: () => Spool;
  /** As those of `OpenedRegression`, with the places of the good rows. */
  batches(): AsyncGenerator<ForecastBatch>;
}
