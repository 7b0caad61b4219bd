import { type FileHandle, open } from "node:fs/promises";
import { constants, gunzipSync } from "node:zlib";
import { BadInput, type DetectedFormat, formatOf, headBytes } from "@candor/input";

async function readHead(handle: FileHandle): Promise<Buffer> {
  const buffer = Buffer.alloc(headBytes);
  const { bytesRead } = await handle.read(buffer, 0, headBytes, 0);
  return buffer.subarray(0, bytesRead);
}

async function inflated(head: Uint8Array, file: string): Promise<Uint8Array> {
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
  const handle = await open(path, "r");
  try {
    return await formatOf(await readHead(handle), (head) => inflated(head, file), file, wanted);
  } finally {
    await handle.close();
  }
}
