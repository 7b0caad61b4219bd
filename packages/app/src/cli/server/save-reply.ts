import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { CliContext } from "../context.ts";
import { UsageError } from "../usage-error.ts";
import { checkWritable, writeThrough } from "../write-file.ts";
import { faultOf } from "./call-api.ts";
import type { ApiRequest, Connection } from "./connect.ts";

/**
 * Writes the file that the API sends to a path, whole or not at all, or to standard output.
 *
 * @param path undefined: standard output
 * @returns bytes written; undefined for standard output
 * @throws {UsageError} with what the API said where it refused, or when the file cannot be written
 */
export async function saveReply(
  connection: Connection,
  ask: { readonly at: string; readonly request?: ApiRequest },
  path: string | undefined,
  context: CliContext,
): Promise<number | undefined> {
  if (path !== undefined) await checkWritable(path);
  const response = await connection.request(ask.at, ask.request);
  if (!response.ok) throw new UsageError((await faultOf(response)).message);
  const body = Readable.from(chunksOf(response));
  if (path === undefined) {
    for await (const chunk of body) {
      context.signal.throwIfAborted();
      if (!context.stdout.write(chunk)) await new Promise<void>((resolve) => context.stdout.once("drain", resolve));
    }
    return undefined;
  }
  await writeThrough(path, (draft) => pipeline(body, createWriteStream(draft), { signal: context.signal }));
  return (await stat(path)).size;
}

async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  if (reader === undefined) return;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}
