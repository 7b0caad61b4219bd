import type { Predictions } from "@candor/core";
import { type DataSource, type InputOptions, joinPredictions } from "@candor/input";
import type { FileContext } from "./file-context.ts";
import { openPredictions } from "./open-predictions.ts";

/** A file read as a whole. */
export interface PredictionFile {
  readonly predictions: Predictions;
  readonly source: DataSource;
}

/**
 * All rows of a file of predictions, checked.
 *
 * @param path the file; `-` reads standard input; undefined when flags name all files
 * @throws {BadInput} when the file or the flags cannot be used, or a row is bad and bad rows are not left out
 */
export async function readPredictions(
  path: string | undefined,
  options: InputOptions,
  context: FileContext = {},
): Promise<PredictionFile> {
  const opened = await openPredictions(path, options, context);
  try {
    const batches: Predictions[] = [];
    for await (const batch of opened.batches()) batches.push(batch);
    const { rowsRead, skipped, notes } = opened.summary();
    return {
      predictions: joinPredictions(batches),
      source: { name: opened.sourceName, rows: rowsRead, skipped, columns: opened.columns, notes },
    };
  } finally {
    await opened.close();
  }
}
