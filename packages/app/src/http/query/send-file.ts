import { randomUUID } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { HttpError } from "../http-error.ts";

/** A file to make and send. */
export interface SentFile {
  /** Writes the file; it must not exist before. */
  readonly write: (path: string) => Promise<void>;
  /** What the caller sees it called. */
  readonly name: string;
  readonly type: string;
}

/** Makes a file and sends it; `request` is the one that it answers. */
export type FileSender = (file: SentFile, request: Request) => Promise<Response>;

/**
 * Makes files and streams them. The name of a file is gone before its first byte is sent, so nothing stays behind whatever
 * happens to the caller, or to the server while it is sent. A caller who left while it was made gets nothing.
 *
 * @param atOnce how many are made at the same time, each of which takes space on the disk of the data; who asks for one more
 *   gets 503
 */
export function fileSender(folder: string, atOnce: number): FileSender {
  let making = 0;
  return async ({ write, name, type }, request) => {
    const headers = { "content-type": type, "content-disposition": `attachment; filename="${name}"` };
    if (request.method === "HEAD") return new Response(null, { headers });
    if (making >= atOnce)
      throw new HttpError(503, "busy", `${making} files are being made already`, { headers: { "Retry-After": "5" } });
    const path = join(folder, `send-${randomUUID()}`);
    let handle: FileHandle;
    making++;
    try {
      await write(path);
      handle = await open(path, "r");
    } finally {
      making--;
      await rm(path, { force: true });
    }
    if (request.signal.aborted) {
      await handle.close();
      request.signal.throwIfAborted();
    }
    const { size } = await handle.stat();
    return new Response(streamOf(handle), {
      headers: { ...headers, "content-length": String(size), "cache-control": "no-store" },
    });
  };
}

const chunkBytes = 256 * 1024;

/** What is in a file, read as fast as it is taken; closes the file at its end and when nobody wants the rest. */
function streamOf(handle: FileHandle): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { bytesRead, buffer } = await handle.read(new Uint8Array(chunkBytes), 0, chunkBytes);
        if (bytesRead > 0) {
          controller.enqueue(buffer.subarray(0, bytesRead));
          return;
        }
        await handle.close();
        controller.close();
      },
      async cancel() {
        await handle.close();
      },
    },
    { highWaterMark: 0 },
  );
}
