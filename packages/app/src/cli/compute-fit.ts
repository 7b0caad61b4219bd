import {
  accumulateFit,
  approximateFit,
  calibrationData,
  createFitAccumulator,
  type FitAccumulator,
  type FitDocument,
  type FitDocumentOptions,
  fitDocument,
} from "@candor/core";
import {
  type Collected,
  collectBatches,
  EXACT_ROWS,
  EXACT_VALUES,
  type InputOptions,
  type SizeMode,
} from "@candor/input";
import { type FileContext, openPredictions } from "../input/index.ts";
import { version } from "../version.ts";
import type { CliContext } from "./context.ts";
import { createProgress } from "./progress.ts";

/** What to fit. */
export interface FitRequest {
  readonly file: string | undefined;
  readonly input: InputOptions;
  readonly mode: SizeMode;
  readonly method: string;
  readonly keepOrder: boolean;
  readonly folds: number | undefined;
  readonly seed: number;
  readonly level: number;
  readonly created: string;
}

/** Reads the file, and makes and proves a calibrator of its scores. */
export async function computeFit(request: FitRequest, context: CliContext): Promise<FitDocument> {
  const { method, keepOrder, folds, seed, level, created } = request;
  const progress = createProgress(context.stderr);
  try {
    const { predictions, sums, source } = await readAll(request, {
      signal: context.signal,
      stdin: context.stdin,
      keepLogits: true,
      onProgress: (fraction, rows) => progress.update("reading", fraction, rows),
    });
    progress.update("fitting", undefined);
    const options: FitDocumentOptions = {
      version,
      name: source.name,
      created,
      source: { ...source, approximate: false },
      method,
      seed,
      level,
      ...(folds === undefined ? {} : { folds }),
      ...(keepOrder ? { methodOptions: { keepOrder } } : {}),
    };
    return context.whileBusy(() =>
      sums ? withAdvice(approximateFit(sums, options)) : fitDocument(calibrationData(predictions), options),
    );
  } finally {
    progress.clear();
  }
}

/** What the file holds and where it came from; the file is closed again. */
async function readAll(
  { file, input, mode, seed }: FitRequest,
  reading: FileContext,
): Promise<Collected<FitAccumulator> & { source: Omit<FitDocument["source"], "approximate"> }> {
  const opened = await openPredictions(file, input, reading);
  try {
    const held = await collectBatches(opened, mode, {
      create: () => createFitAccumulator({ seed, classRows: EXACT_ROWS, classValues: EXACT_VALUES }),
      add: (sums, batch) => accumulateFit(sums, calibrationData(batch)),
    });
    const { rowsRead, skipped, notes } = opened.summary();
    return { ...held, source: { name: opened.sourceName, rows: rowsRead, skipped, columns: opened.columns, notes } };
  } finally {
    await opened.close();
  }
}

/** A fit of a sample alone, with what to do about it. */
function withAdvice(document: FitDocument): FitDocument {
  if (document.calibrator.spec["fittedFrom"] !== "sample") return document;
  const notes = [...document.source.notes, "--exact keeps all rows in memory and fits them all"];
  return { ...document, source: { ...document.source, notes } };
}
