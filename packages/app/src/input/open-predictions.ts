import { type InputOptions, type OpenedPredictions, predictionsOf } from "@candor/input";
import type { FileContext } from "./file-context.ts";
import { openWithMembers } from "./members/open-with-members.ts";

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
  const { sources, options: reading } = await openWithMembers(path, options, false, context);
  return predictionsOf(sources, reading, context);
}
