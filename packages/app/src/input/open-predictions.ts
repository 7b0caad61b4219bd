import { type InputOptions, type OpenedPredictions, predictionsOf } from "@candor/input";
import type { FileContext } from "./file-context.ts";
import { openSources } from "./open-sources.ts";

/**
 * Opens a file of predictions and decides, from flags and names, what its columns are.
 *
 * @param path the file; `-` reads standard input; undefined when flags name all files
 * @throws {BadInput} when the file or the flags cannot be used, or the first rows are bad
 */
export async function openPredictions(
  path: string | undefined,
  options: InputOptions,
  context: FileContext = {},
): Promise<OpenedPredictions> {
  return predictionsOf(await openSources(path, options, context), options, context);
}
