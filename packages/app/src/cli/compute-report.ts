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
  type PredictionFile,
  type ReadContext,
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
  const { versus, level } = request;
  const progress = createProgress(context.stderr);
  const reading = {
    signal: context.signal,
    stdin: context.stdin,
    onProgress: (fraction: number | undefined, rows: number) => progress.update("reading", fraction, rows),
  };
  try {
    const { source, predictions, sums } = await readAll(request, reading);
    const other = versus === undefined ? undefined : await readOther(versus, request.input, reading);
    if (other && count(source.skipped) + count(other.source.skipped) > 0)
      throw new UsageError("--versus needs the same rows in both files, but bad rows were left out");
    progress.update("computing", undefined);
    return context.whileBusy(() => {
      if (sums) return approximateReport(sums, { version, source, level });
      const names = { self: source.name, other: other?.source.name ?? "" };
      const comparison = other ? versusReport(predictions, other.predictions, names, { level }) : null;
      return report(predictions, { version, level, source: { ...source, approximate: false }, versus: comparison });
    });
  } finally {
    progress.clear();
  }
}

/** The scores of the other model: the same flags, but where one names an array of scores, the other file takes its place. */
function readOther(versus: string, input: InputOptions, reading: ReadContext): Promise<PredictionFile> {
  const array = (["score", "probs", "logits", "confidence"] as const).find((flag) =>
    /\.np[yz]/i.test(input[flag] ?? ""),
  );
  return array === undefined
    ? readPredictions(versus, input, reading)
    : readPredictions(undefined, { ...input, [array]: versus }, reading);
}

type Held =
  | { readonly predictions: Predictions; readonly sums?: never }
  | { readonly predictions?: never; readonly sums: ReportAccumulator };

/** What the file holds, and where it came from; the file is closed again. */
async function readAll(
  { file, input, versus, mode }: ReportRequest,
  reading: ReadContext,
): Promise<Held & { source: Omit<ReportDocument["source"], "approximate"> }> {
  const opened = await openPredictions(file, input, reading);
  try {
    const held = await collect(opened, versus === undefined ? mode : "exact");
    const { rowsRead, skipped, notes } = opened.summary();
    return { ...held, source: { name: opened.sourceName, rows: rowsRead, skipped, columns: opened.columns, notes } };
  } finally {
    await opened.close();
  }
}

const count = (skipped: readonly { readonly count: number }[]): number =>
  skipped.reduce((sum, reason) => sum + reason.count, 0);

/** All rows where they fit, sums over cells where they do not. */
async function collect(opened: OpenedPredictions, mode: ReportRequest["mode"]): Promise<Held> {
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
