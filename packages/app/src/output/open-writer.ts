import type { OpenedScores } from "../input/index.ts";
import type { AddedColumns, CalibratedWriter } from "./calibrated-writer.ts";
import { openNpyWriter } from "./npy-writer.ts";
import type { OutputFormat } from "./output-format.ts";

/**
 * Opens the writer of a format: an array holds the calibrated values alone, a table all columns of the input and them.
 *
 * @param path a file that does not exist yet
 */
export async function openWriter(
  path: string,
  output: OutputFormat,
  added: AddedColumns,
  scores: Pick<OpenedScores, "rowSource" | "skipsMalformed" | "spool">,
  signal: AbortSignal | undefined,
): Promise<CalibratedWriter> {
  if (output.format === "npy") return openNpyWriter(path, added.classes?.names.length);
  const { openTableWriter } = await import("./duckdb/table-writer.ts");
  const { rowSource, skipsMalformed } = scores;
  return openTableWriter({
    source: rowSource,
    skipsMalformed,
    added,
    output,
    path,
    spill: scores.spool().path("spill"),
    signal,
  });
}
