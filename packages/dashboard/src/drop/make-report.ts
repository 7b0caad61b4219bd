import { type RegressionReport, type ReportDocument, regressionReport } from "@candor/core";
import {
  collectForReport,
  collectRegression,
  type Field,
  flaggedFamily,
  type InputOptions,
  looksLikeForecasts,
  mostForecastValues,
  openBlob,
  predictionsOf,
  regressionOf,
  reportOn,
  type Table,
  TableSet,
} from "@candor/input";

/** A report of either kind. */
export type AnyReport = ReportDocument | RegressionReport;

/** How the making of a report is watched. */
export interface Watch {
  /** The columns are known; what they are used for is not. */
  onFields(fields: readonly Pick<Field, "name" | "kind">[]): void;
  /** Part of the file read in [0, 1], where it can be told, and the rows so far. */
  onProgress(fraction: number | undefined, rows: number): void;
  /** All rows are read. */
  onComputing(rows: number): void;
}

/** What to report on. */
export interface DroppedFile {
  readonly blob: Blob;
  readonly name: string;
  /** What `candor report` takes as flags. */
  readonly options: InputOptions;
  /** Coverage of the intervals. */
  readonly level: number;
  /** Of Candor. */
  readonly version: string;
}

async function openParquet(blob: Blob, file: string): Promise<Table> {
  const { openParquetBlob } = await import("./parquet/parquet-table.ts");
  return openParquetBlob(blob, file);
}

/**
 * The report on a file that the browser holds: the same document that `candor report FILE --json` writes.
 *
 * @throws {BadInput} when the file or the options cannot be used, or a row is bad and bad rows are not left out
 * @throws {InputError} when the rows cannot be reported on
 */
export async function makeReport(dropped: DroppedFile, watch: Watch): Promise<AnyReport> {
  const { blob, name, options, level, version } = dropped;
  const table = await openBlob(blob, name, options.format, openParquet);
  watch.onFields(table.fields.map((field) => ({ name: field.name, kind: field.kind })));
  const family = flaggedFamily(options) ?? ((await looksLikeForecasts(table, options)) ? "regression" : "classes");
  const sources = { set: new TableSet(table, async () => undefined), close: () => table.close() };
  const context = { onProgress: watch.onProgress.bind(watch) };
  if (family === "regression") {
    const opened = await regressionOf(sources, options, context);
    try {
      const predictions = await collectRegression(opened, mostForecastValues);
      const { rowsRead, skipped, notes } = opened.summary();
      const source = { name: opened.sourceName, rows: rowsRead, skipped, columns: opened.columns, notes };
      watch.onComputing(rowsRead);
      return regressionReport(predictions, { version, level, source: { ...source, approximate: false } });
    } finally {
      await opened.close();
    }
  }
  const opened = await predictionsOf(sources, options, context);
  try {
    const rows = await collectForReport(opened, { mode: "auto" });
    watch.onComputing(rows.source.rows);
    return reportOn(rows, { version, level });
  } finally {
    await opened.close();
  }
}
