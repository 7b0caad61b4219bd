import {
  accumulate,
  approximateReport,
  type ConfidenceScore,
  createAccumulator,
  type Predictions,
  type ReportAccumulator,
  type ReportDocument,
  type ReportOptions,
  report,
  reportOnScore,
} from "@candor/core";
import { type Collected, collectBatches, type SizeMode } from "./collect-batches.ts";
import type { DataSource } from "./data-source.ts";
import type { OpenedPredictions } from "./opened-predictions.ts";

/** All rows of a file, or what they add up to, and where they came from. */
export type CollectedRows = Collected<ReportAccumulator> & {
  readonly source: DataSource;
  /** The score of outputs that the confidence is, as it is. */
  readonly score?: ConfidenceScore;
};

/** How rows are collected for a report. */
export interface CollectOptions {
  readonly mode: SizeMode;
  /** Applied to every batch first, as by a calibrator. */
  readonly change?: ((batch: Predictions) => Predictions) | undefined;
  /** What a calibrator decided, in sentences; asked for at the end. What it makes is no score of outputs any more. */
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
  return {
    ...held,
    source: { ...source, notes: [...(changeNotes?.() ?? []), ...notes] },
    ...(opened.score && changeNotes === undefined ? { score: opened.score } : {}),
  };
}

/** What a report says besides what is in the rows. */
export interface ReportWords {
  readonly version: string;
  readonly level: number;
  /** The comparison with another model. Default: none. */
  readonly versus?: ReportDocument["versus"];
  /** Of rows selected to be labelled: as in `report`. */
  readonly population?: ReportOptions["population"] | undefined;
  readonly width?: number | undefined;
}

/** The report on collected rows: of all of them, or of their cells. */
export function reportOn(
  rows: CollectedRows,
  { version, level, versus = null, population, width }: ReportWords,
): ReportDocument {
  const { source, predictions, sums, score } = rows;
  const document = sums
    ? approximateReport(sums, { version, source, level })
    : report(predictions, {
        version,
        level,
        source: { ...source, approximate: false },
        versus,
        ...(population === undefined ? {} : { population }),
        ...(width === undefined ? {} : { width }),
      });
  return score ? reportOnScore(document, score) : document;
}
