import {
  accumulate,
  approximateReport,
  createAccumulator,
  type Predictions,
  type ReportAccumulator,
  type ReportDocument,
  report,
} from "@candor/core";
import { type Collected, collectBatches, type SizeMode } from "./collect-batches.ts";
import type { DataSource } from "./data-source.ts";
import type { OpenedPredictions } from "./opened-predictions.ts";

/** All rows of a file, or what they add up to, and where they came from. */
export type CollectedRows = Collected<ReportAccumulator> & { readonly source: DataSource };

/** How rows are collected for a report. */
export interface CollectOptions {
  readonly mode: SizeMode;
  /** Applied to every batch first, as by a calibrator. */
  readonly change?: ((batch: Predictions) => Predictions) | undefined;
  /** What that decided, in sentences; asked for at the end. */
  readonly changeNotes?: (() => readonly string[]) | undefined;
}

/** Reads an opened file to its end; it stays open. */
export async function collectForReport(
  opened: OpenedPredictions,
  { mode, change, changeNotes }: CollectOptions,
): Promise<CollectedRows> {
  const sums = { create: () => createAccumulator(opened.task), add: accumulate };
  const held = await collectBatches(opened, mode, sums, change);
  const { rowsRead, skipped, notes } = opened.summary();
  const source = { name: opened.sourceName, rows: rowsRead, skipped, columns: opened.columns };
  return { ...held, source: { ...source, notes: [...(changeNotes?.() ?? []), ...notes] } };
}

/** What a report says besides what is in the rows. */
export interface ReportWords {
  readonly version: string;
  readonly level: number;
  /** The comparison with another model. Default: none. */
  readonly versus?: ReportDocument["versus"];
}

/** The report on collected rows: of all of them, or of their cells. */
export function reportOn(rows: CollectedRows, { version, level, versus = null }: ReportWords): ReportDocument {
  const { source, predictions, sums } = rows;
  if (sums) return approximateReport(sums, { version, source, level });
  return report(predictions, { version, level, source: { ...source, approximate: false }, versus });
}
