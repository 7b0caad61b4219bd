/** How a table is written. */
export interface OutputFormat {
  readonly format: "csv" | "tsv" | "jsonl" | "json" | "parquet" | "npy";
  readonly compression: "none" | "gzip" | "zstd";
}

const endings: readonly (readonly [RegExp, OutputFormat["format"]])[] = [
  [/\.csv$/i, "csv"],
  [/\.tsv$|\.tab$/i, "tsv"],
  [/\.jsonl$|\.ndjson$/i, "jsonl"],
  [/\.json$/i, "json"],
  [/\.parquet$|\.pq$/i, "parquet"],
  [/\.npy$/i, "npy"],
];

/** What the names of files end in that can be written, for messages. */
export const outputEndings = ".csv, .tsv, .jsonl, .json (each also with .gz or .zst), .parquet or .npy";

/** The format that the end of a file's name asks for; undefined for an end that means nothing here. */
export function outputFormat(path: string): OutputFormat | undefined {
  const packing = /\.(gz|zst|zstd)$/i.exec(path);
  const format = endings.find(([ending]) => ending.test(path.slice(0, packing?.index)))?.[1];
  if (format === undefined) return undefined;
  if (packing === null) return { format, compression: "none" };
  if (format === "parquet" || format === "npy") return undefined;
  return { format, compression: packing[1]?.toLowerCase() === "gz" ? "gzip" : "zstd" };
}
