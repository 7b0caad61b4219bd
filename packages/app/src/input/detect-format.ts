import { type FileHandle, open } from "node:fs/promises";
import { constants, gunzipSync } from "node:zlib";
import { BadInput, shownValue } from "@candor/input";

export const formats = ["csv", "tsv", "jsonl", "json", "parquet", "npy", "npz"] as const;
export type Format = (typeof formats)[number];
export type Compression = "none" | "gzip" | "zstd";

export interface DetectedFormat {
  readonly format: Format;
  readonly compression: Compression;
  readonly encoding: "utf-8" | "utf-16";
  /** The text begins with U+FEFF. Not known of zstd. */
  readonly hasMark: boolean;
}

const headBytes = 1 << 16;

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

function formatOfContent(head: Buffer, file: string): Format | undefined {
  const latin = head.toString("latin1");
  if (latin.startsWith("PAR1")) return "parquet";
  if (latin.startsWith("\x93NUMPY")) return "npy";
  if (latin.startsWith("PK\x03\x04") || latin.startsWith("PK\x05\x06")) return "npz";
  const stranger = strangers.find(([magic]) => latin.startsWith(magic));
  if (stranger || latin.includes("\0"))
    throw new BadInput(
      `${file}: expected CSV, TSV, JSON lines, Parquet, NPY or NPZ (text formats also as .gz or .zst), got ${
        stranger ? stranger[1] : "bytes of an unknown kind"
      }`,
      { file },
    );
  const text = head.toString("utf8").replace(/^\ufeff/, "");
  return /^\s*[{[]/.test(text) ? jsonFormat(text) : undefined;
}

async function readHead(handle: FileHandle): Promise<Buffer> {
  const buffer = Buffer.alloc(headBytes);
  const { bytesRead } = await handle.read(buffer, 0, headBytes, 0);
  return buffer.subarray(0, bytesRead);
}

function inflated(head: Buffer, file: string): Buffer {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, headBytes);
  } catch (cause) {
    throw new BadInput(`${file}: not a whole gzip file, it is cut off or damaged`, { file, cause });
  }
}

/**
 * What a file is, told from its first bytes; its name decides only between kinds of text.
 *
 * @param path where the file is
 * @param file as the user named it
 * @param wanted what the user says it is
 * @throws {BadInput} for an empty file, a format nobody reads here, and an unknown `wanted`
 */
export async function detectFormat(path: string, file: string, wanted?: string): Promise<DetectedFormat> {
  const forced = formats.find((format) => format === wanted?.toLowerCase());
  if (wanted !== undefined && forced === undefined)
    throw new BadInput(`unknown format ${shownValue(wanted)}, expected one of ${formats.join(", ")}`);
  const handle = await open(path, "r");
  try {
    const head = await readHead(handle);
    if (head.length === 0) throw new BadInput(`${file}: the file is empty`, { file });
    if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528)
      return { format: forced ?? formatOfName(file) ?? "csv", compression: "zstd", encoding: "utf-8", hasMark: false };
    const isGzip = head[0] === 0x1f && head[1] === 0x8b;
    const content = isGzip ? inflated(head, file) : head;
    const compression = isGzip ? "gzip" : "none";
    if (content[0] === 0xff && content[1] === 0xfe)
      return { format: forced ?? formatOfName(file) ?? "csv", compression, encoding: "utf-16", hasMark: true };
    const named = formatOfName(file);
    const format = forced ?? formatOfContent(content, file) ?? (named === "tsv" ? "tsv" : "csv");
    const hasMark = content[0] === 0xef && content[1] === 0xbb && content[2] === 0xbf;
    return { format, compression, encoding: "utf-8", hasMark };
  } finally {
    await handle.close();
  }
}
