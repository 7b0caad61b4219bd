import type { Matrix, ReportDocument } from "@candor/core";
import { BadInput } from "@candor/input";
import type { FileContext } from "../file-context.ts";
import { type LabelOptions, type OpenedLabels, openLabels } from "./open-labels.ts";

/** Most scores that are kept in memory. */
const mostScores = 100_000_000;

/** All rows of a file, checked. */
export interface LabelFile {
  readonly scores: Matrix;
  /** 1 where the label is true. */
  readonly truth: Uint8Array;
  readonly labelNames: readonly string[];
  readonly source: ReportDocument["source"];
}

async function collect(opened: OpenedLabels): Promise<Pick<LabelFile, "scores" | "truth">> {
  const cols = opened.labelNames.length;
  const parts: { readonly scores: Matrix; readonly truth: Uint8Array }[] = [];
  let rows = 0;
  for await (const { scores, truth } of opened.batches()) {
    if (truth === undefined) throw new TypeError("the truth was not read");
    rows += scores.rows;
    if (rows * cols > mostScores)
      throw new BadInput(
        `${opened.sourceName}: more than ${Math.floor(mostScores / cols).toLocaleString("en")} rows of ${cols} labels, which are all kept in memory`,
        { file: opened.sourceName, hint: "give a sample of the rows" },
      );
    parts.push({ scores, truth });
  }
  if (rows === 0)
    throw new BadInput(`${opened.sourceName}: no rows, expected some below the header`, { file: opened.sourceName });
  const data = new Float64Array(rows * cols);
  const all = new Uint8Array(rows * cols);
  let at = 0;
  for (const { scores, truth } of parts) {
    data.set(scores.data, at);
    all.set(truth, at);
    at += truth.length;
  }
  return { scores: { data, rows, cols }, truth: all };
}

/**
 * All rows of a file with scores and truth, checked.
 *
 * @param path the file; `-` reads standard input; undefined when flags name all files
 * @throws {BadInput} when the file or the flags cannot be used, or a row is bad and bad rows are not left out
 */
export async function readLabels(
  path: string | undefined,
  options: LabelOptions & { readonly truth: string },
  context: FileContext = {},
): Promise<LabelFile> {
  const opened = await openLabels(path, options, context);
  try {
    const all = await collect(opened);
    const { rowsRead, skipped, notes } = opened.summary();
    const { sourceName: name, columns, labelNames } = opened;
    return { ...all, labelNames, source: { name, rows: rowsRead, skipped, columns, approximate: false, notes } };
  } finally {
    await opened.close();
  }
}
