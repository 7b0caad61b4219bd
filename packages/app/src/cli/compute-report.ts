import {
  accumulate,
  approximateReport,
  createAccumulator,
  type Predictions,
  type ReportAccumulator,
  type ReportDocument,
  report,
  versusReport,
} from "@candor/core";
import {
  type InputOptions,
  joinPredictions,
  type OpenedPredictions,
  openPredictions,
  readPredictions,
} from "../input/index.ts";
import { version } from "../version.ts";
import type { CliContext } from "./context.ts";
import { createProgress } from "./progress.ts";
import { UsageError } from "./usage-error.ts";

/** Rows above which a report is computed from cells unless `--exact` is given. */
const EXACT_ROWS = 3_000_000;

/** The same for rows × classes: what would have to be held in memory. */
const EXACT_VALUES = 50_000_000;

/** What to report on. */
export interface ReportRequest {
  readonly file: string | undefined;
  readonly input: InputOptions;
  readonly versus: string | undefined;
  /** `exact` keeps all rows in memory, `cells` never does, `auto` decides by size. */
  readonly mode: "auto" | "exact" | "cells";
  readonly level: number;
}

/** Reads the file and computes its report. */
export async function computeReport(request: ReportRequest, context: CliContext): Promise<ReportDocument> {
  const { file, input, versus, level } = request;
  const progress = createProgress(context.stderr);
  const reading = {
    signal: context.signal,
    stdin: context.stdin,
    onProgress: (fraction: number | undefined, rows: number) => progress.update("reading", fraction, rows),
  };
  try {
    const opened = await openPredictions(file, input, reading);
    try {
      const { predictions, sums } = await collect(opened, versus === undefined ? request.mode : "exact");
      const { rowsRead, skipped, notes } = opened.summary();
      const source = { name: opened.sourceName, rows: rowsRead, skipped, columns: opened.columns, notes };
      progress.update("computing", undefined);
      if (sums) return approximateReport(sums, { version, source, level });
      if (versus === undefined)
        return report(predictions, { version, level, source: { ...source, approximate: false } });
      if (skipped.length > 0)
        throw new UsageError(`--versus needs the same rows in both files, but ${count(skipped)} rows were left out`);
      const other = await readPredictions(versus, input, reading);
      if (other.source.skipped.length > 0)
        throw new UsageError(`--versus needs the same rows in both files, but rows of ${versus} were left out`);
      const comparison = versusReport(
        predictions,
        other.predictions,
        { self: source.name, other: other.source.name },
        { level },
      );
      return report(predictions, { version, level, source: { ...source, approximate: false }, versus: comparison });
    } finally {
      await opened.close();
    }
  } finally {
    progress.clear();
  }
}

const count = (skipped: readonly { readonly count: number }[]): number =>
  skipped.reduce((sum, reason) => sum + reason.count, 0);

/** All rows where they fit, sums over cells where they do not. */
async function collect(
  opened: OpenedPredictions,
  mode: ReportRequest["mode"],
): Promise<{ predictions: Predictions; sums?: never } | { predictions?: never; sums: ReportAccumulator }> {
  const width = opened.task === "multiclass" ? opened.classNames.length : 1;
  const isTooLarge = (rows: number): boolean => mode === "auto" && (rows > EXACT_ROWS || rows * width > EXACT_VALUES);
  const fromStart = mode === "cells" || isTooLarge(opened.rowsKnown ?? 0);
  let sums = fromStart ? createAccumulator(opened.task) : undefined;
  let batches: Predictions[] = [];
  let rows = 0;
  for await (const batch of opened.batches()) {
    if (batch.rows === 0) continue;
    rows += batch.rows;
    if (sums === undefined && isTooLarge(rows)) {
      sums = createAccumulator(opened.task);
      for (const earlier of batches) accumulate(sums, earlier);
      batches = [];
    }
    if (sums) accumulate(sums, batch);
    else batches.push(batch);
  }
  return sums ? { sums } : { predictions: joinPredictions(batches) };
}
