import { calibrationData, type FitDocument, fitDocument } from "@candor/core";
import { type InputOptions, readPredictions } from "../input/index.ts";
import { version } from "../version.ts";
import type { CliContext } from "./context.ts";
import { createProgress } from "./progress.ts";

/** What to fit. */
export interface FitRequest {
  readonly file: string | undefined;
  readonly input: InputOptions;
  readonly method: string;
  readonly keepOrder: boolean;
  readonly folds: number | undefined;
  readonly seed: number;
  readonly level: number;
  readonly created: string;
}

/** Reads the file, and makes and proves a calibrator of its scores. */
export async function computeFit(request: FitRequest, context: CliContext): Promise<FitDocument> {
  const { file, input, method, keepOrder, folds, seed, level, created } = request;
  const progress = createProgress(context.stderr);
  try {
    const { predictions, source } = await readPredictions(file, input, {
      signal: context.signal,
      stdin: context.stdin,
      keepLogits: true,
      onProgress: (fraction, rows) => progress.update("reading", fraction, rows),
    });
    progress.update("fitting", undefined);
    return context.whileBusy(() =>
      fitDocument(calibrationData(predictions), {
        version,
        name: source.name,
        created,
        source: { ...source, approximate: false },
        method,
        seed,
        level,
        ...(folds === undefined ? {} : { folds }),
        ...(keepOrder ? { methodOptions: { keepOrder } } : {}),
      }),
    );
  } finally {
    progress.clear();
  }
}
