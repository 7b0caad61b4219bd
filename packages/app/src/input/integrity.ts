import { createReadStream } from "node:fs";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { BadInput, type Compression } from "@candor/input";
import { isWholeZstd } from "./zstd-frames.ts";

/**
 * Resolves when a compressed file is whole. DuckDB takes a gzip or zstd file that was cut off for a shorter one.
 *
 * @param path where the file is
 * @param file as the user named it
 * @throws {BadInput} for a file that is cut off or damaged
 */
export async function verifyCompressed(
  path: string,
  file: string,
  compression: Compression,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (compression === "none") return;
  if (compression === "zstd") {
    if (!(await isWholeZstd(path)))
      throw new BadInput(`${file}: not a whole zstd file, it is cut off or damaged`, { file });
    return;
  }
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const chunkSize = 1 << 20;
  try {
    const from = createReadStream(path, { highWaterMark: chunkSize });
    await pipeline(from, createGunzip({ chunkSize }), nowhere, ...(signal ? [{ signal }] : []));
  } catch (error) {
    signal?.throwIfAborted();
    throw new BadInput(`${file}: not a whole gzip file, it is cut off or damaged`, { file, cause: error });
  }
}
