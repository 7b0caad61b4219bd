import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { BadInput, type DetectedFormat, printable } from "@candor/input";
import { detectFormat } from "./detect-format.ts";
import type { FileTable } from "./file-table.ts";
import { verifyCompressed } from "./integrity.ts";
import { ArrayTable } from "./npy/array-table.ts";
import { openNpyArray } from "./npy/npy-array.ts";
import { openNpzArrays } from "./npy/npz.ts";
import type { Spool } from "./spool.ts";

const binary = new Set(["parquet", "npy", "npz"]);
const markBytes = 3;

async function checkFile(path: string, file: string): Promise<void> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === "ENOENT" || cause.code === "ENOTDIR" ? "no such file" : "cannot be opened";
    throw new BadInput(`${reason}: ${file}`, { file, cause });
  });
  if (found.isDirectory()) throw new BadInput(`${file} is a folder, expected a file`, { file });
}

/** JSON without the byte order mark that DuckDB does not read over; any other file as it is. */
async function unmarked(path: string, file: string, detected: DetectedFormat, spool: () => Spool): Promise<string> {
  const isJson = detected.format === "json" || detected.format === "jsonl";
  if (!isJson || !detected.hasMark || detected.encoding !== "utf-8") return path;
  await verifyCompressed(path, file, detected.compression, undefined);
  const target = spool().path(`unmarked-${basename(path)}`);
  const from = createReadStream(path, { start: detected.compression === "none" ? markBytes : 0 });
  if (detected.compression === "none") await pipeline(from, createWriteStream(target));
  else await pipeline(from, createGunzip(), withoutMark, createGzip({ level: 1 }), createWriteStream(target));
  return target;
}

async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = markBytes;
  for await (const chunk of chunks) {
    const skipped = Math.min(left, chunk.length);
    left -= skipped;
    yield chunk.subarray(skipped);
  }
}

/** Text formats are unpacked while they are read; the others need a file to jump about in. */
async function unpacked(path: string, file: string, detected: DetectedFormat, spool: () => Spool): Promise<string> {
  if (detected.compression === "none" || !binary.has(detected.format)) return path;
  if (detected.compression === "zstd")
    throw new BadInput(`${file}: a ${detected.format} file cannot be read from zstd, expected it unpacked`, { file });
  await verifyCompressed(path, file, detected.compression, undefined);
  const target = spool().path(`unpacked-${basename(path)}`);
  await pipeline(createReadStream(path), createGunzip(), createWriteStream(target));
  return target;
}

/**
 * Opens a file of any format that is read here.
 *
 * @param path where the file is
 * @param name as the user named it
 * @param format what the user says it is, if anything
 * @param spool where unpacked copies go
 * @throws {BadInput} for a file that is missing, empty, damaged or of another kind
 */
export async function openTable(
  path: string,
  name: string,
  format: string | undefined,
  spool: () => Spool,
): Promise<FileTable> {
  const file = printable(name, 200);
  await checkFile(path, file);
  const detected = await detectFormat(path, file, format).catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === "EACCES"
      ? new BadInput(`cannot be opened: ${file} (permission denied)`, { file, cause })
      : cause;
  });
  const readable = await unmarked(await unpacked(path, file, detected, spool), file, detected, spool);
  switch (detected.format) {
    case "npy": {
      const fieldName = basename(name)
        .replace(/\.gz$/i, "")
        .replace(/\.npy$/i, "");
      return new ArrayTable(file, [await openNpyArray(readable, file, fieldName)], false);
    }
    case "npz":
      return new ArrayTable(file, await openNpzArrays(readable, file), true);
    case "parquet":
      return (await import("./duckdb/parquet-table.ts")).openParquet(readable, file);
    case "json":
    case "jsonl":
      return (await import("./duckdb/json-table.ts")).openJson(readable, file, detected);
    case "csv":
    case "tsv":
      return (await import("./duckdb/csv-table.ts")).openCsv(readable, file, detected);
  }
}
