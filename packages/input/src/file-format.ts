import { BadInput } from "./bad-input.ts";
import { shownValue } from "./show.ts";

/** What can be read. */
export const formats = ["csv", "tsv", "jsonl", "json", "parquet", "npy", "npz"] as const;
/** One of them. */
export type Format = (typeof formats)[number];
/** How a file is packed. */
export type Compression = "none" | "gzip" | "zstd";

/** What a file is. */
export interface DetectedFormat {
  readonly format: Format;
  readonly compression: Compression;
  readonly encoding: "utf-8" | "utf-16";
  /** The text begins with U+FEFF. Not known of zstd. */
  readonly hasMark: boolean;
}

/** How much of a file is looked at. */
export const headBytes: number = 1 << 16;

const strangers: readonly (readonly [string, string])[] = [
  ["\x89HDF", "an HDF5 file"],
  ["\x80\x02", "a Python pickle"],
  ["\x80\x03", "a Python pickle"],
  ["\x80\x04", "a Python pickle"],
  ["\x80\x05", "a Python pickle"],
  ["ARROW1", "an Arrow (Feather) file"],
  ["SQLite format 3", "an SQLite database"],
  ["%PDF", "a PDF"],
  ["\xd0\xcf\x11\xe0", "an old Excel workbook"],
  ["BZh", "a bzip2 file"],
  ["\xfd7zXZ", "an xz file"],
];

/** Formats by the end of a name without its compression. */
const endings: readonly (readonly [RegExp, Format])[] = [
  [/\.tsv$|\.tab$/i, "tsv"],
  [/\.jsonl$|\.ndjson$/i, "jsonl"],
  [/\.json$/i, "json"],
  [/\.parquet$|\.pq$/i, "parquet"],
  [/\.npy$/i, "npy"],
  [/\.npz$/i, "npz"],
];

function formatOfName(name: string): Format | undefined {
  const bare = name.replace(/\.(gz|zst|zstd)$/i, "");
  return endings.find(([ending]) => ending.test(bare))?.[1];
}

function jsonFormat(text: string): Format {
  if (text.trimStart().startsWith("[")) return "json";
  const end = text.indexOf("\n");
  if (end < 0) return text.length < headBytes ? "json" : "jsonl";
  try {
    JSON.parse(text.slice(0, end));
    return "jsonl";
  } catch {
    return text.slice(0, end).trim() === "{" ? "json" : "jsonl";
  }
}

function formatOfContent(head: Uint8Array, file: string): Format | undefined {
  let latin = "";
  for (const byte of head.subarray(0, 16)) latin += String.fromCharCode(byte);
  if (latin.startsWith("PAR1")) return "parquet";
  if (latin.startsWith("\x93NUMPY")) return "npy";
  if (latin.startsWith("PK\x03\x04") || latin.startsWith("PK\x05\x06")) return "npz";
  const stranger = strangers.find(([magic]) => latin.startsWith(magic));
  if (stranger || head.includes(0))
    throw new BadInput(
      `${file}: expected CSV, TSV, JSON lines, Parquet, NPY or NPZ (text formats also as .gz or .zst), got ${
        stranger ? stranger[1] : "bytes of an unknown kind"
      }`,
      { file },
    );
  const text = new TextDecoder().decode(head);
  return /^\s*[{[]/.test(text) ? jsonFormat(text) : undefined;
}

/**
 * What a file is, told from its first bytes; its name decides only between kinds of text.
 *
 * @param head its first `headBytes` bytes, or all where it has fewer
 * @param unpack the first bytes of what a gzip file holds
 * @param file as the user named it
 * @param wanted what the user says it is
 * @throws {BadInput} for an empty file, a format nobody reads here, and an unknown `wanted`
 */
export async function formatOf(
  head: Uint8Array,
  unpack: (head: Uint8Array) => Promise<Uint8Array>,
  file: string,
  wanted?: string,
): Promise<DetectedFormat> {
  const forced = formats.find((format) => format === wanted?.toLowerCase());
  if (wanted !== undefined && forced === undefined)
    throw new BadInput(`unknown format ${shownValue(wanted)}, expected one of ${formats.join(", ")}`);
  if (head.length === 0) throw new BadInput(`${file}: the file is empty`, { file });
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd)
    return { format: forced ?? formatOfName(file) ?? "csv", compression: "zstd", encoding: "utf-8", hasMark: false };
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  const content = isGzip ? await unpack(head) : head;
  const compression = isGzip ? "gzip" : "none";
  if (content[0] === 0xff && content[1] === 0xfe)
    return { format: forced ?? formatOfName(file) ?? "csv", compression, encoding: "utf-16", hasMark: true };
  const named = formatOfName(file);
  const format = forced ?? formatOfContent(content, file) ?? (named === "tsv" ? "tsv" : "csv");
  const hasMark = content[0] === 0xef && content[1] === 0xbb && content[2] === 0xbf;
  return { format, compression, encoding: "utf-8", hasMark };
}
