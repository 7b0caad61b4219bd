import {
  accumulateFit,
  approximateFit,
  type ConfidenceScore,
  calibrationData,
  createFitAccumulator,
  type FitAccumulator,
  type FitDocument,
  type FitDocumentOptions,
  fitDocument,
  fitOnScore,
  type ScoredOutputs,
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
    const { predictions, sums, source, score } = await readAll(request, {
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
      ...(keepOrder || score?.isProbability === false ? { methodOptions: { keepOrder: true } } : {}),
    };
    const document = await context.whileBusy(() =>
      sums ? withAdvice(approximateFit(sums, options)) : fitDocument(calibrationData(predictions), options),
    );
    return score ? fitOnScore(document, score, outputsOf(score, source.columns)) : document;
  } finally {
    progress.clear();
  }
}

type FitRows = Collected<FitAccumulator> & {
  readonly source: Omit<FitDocument["source"], "approximate">;
  /** The score of outputs that the confidence is. */
  readonly score: ConfidenceScore | undefined;
};

/** What the rows were that a score was computed from. */
function outputsOf({ classes }: ConfidenceScore, columns: FitDocument["source"]["columns"]): ScoredOutputs {
  if (classes === null) return "forecast";
  return columns["score"] === undefined ? "classes" : "probability";
}

/** What the file holds and where it came from; the file is closed again. */
async function readAll({ file, input, mode, seed }: FitRequest, reading: FileContext): Promise<FitRows> {
  const opened = await openPredictions(file, input, reading);
  try {
    const held = await collectBatches(opened, mode, {
      create: () => createFitAccumulator({ seed, classRows: EXACT_ROWS, classValues: EXACT_VALUES }),
      add: (sums, batch) => accumulateFit(sums, calibrationData(batch)),
    });
    const { rowsRead, skipped, notes } = opened.summary();
    const source = { name: opened.sourceName, rows: rowsRead, skipped, columns: opened.columns, notes };
    return { ...held, source, score: opened.score };
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
