import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { MiddlewareHandler } from "hono";
import type { Limits } from "../deps.ts";
import { HttpError } from "../http-error.ts";
import { deepestJson, isTooDeep } from "../ingest/is-too-deep.ts";
import { remoteAddress } from "../remote-address.ts";
import type { AppEnv } from "../server-app.ts";

/** The most bytes of a body that comes without a key: a log-in. */
const publicBytes = 16 * 1024;

/** Up to here a body whose length is promised is read in one piece: without the streams between, which cost more than it. */
const onePieceBytes = 256 * 1024;

/**
 * Reads the body of a request as text, opened where it came compressed, and never more of it than the limits allow: a body
 * that promises or turns out to be longer is refused as soon as that is known. All bodies together are limited as well, and
 * those of one caller to a quarter of that: who sends many large bodies, or begins them and never ends, is in nobody's way.
 */
export function readBody(limits: Limits): MiddlewareHandler<AppEnv> {
  const mostAtOnce = Math.max(8 * limits.openedBytes, 64 * 1024 * 1024);
  const heldBy = new Map<string, number>();
  let held = 0;
  return async (c, next) => {
    if (c.req.method === "GET" || c.req.method === "HEAD") return next();
    const most = c.get("caller") === undefined ? Math.min(limits.bodyBytes, publicBytes) : limits.bodyBytes;
    if (Number(c.req.header("content-length") ?? 0) > most) throw tooLarge("a body", most);
    const encoding = (c.req.header("content-encoding") ?? "identity").trim().toLowerCase();
    if (encoding !== "identity" && encoding !== "gzip")
      throw new HttpError(415, "content-encoding", "a body may come plain or with Content-Encoding: gzip");

    const who = c.get("caller")?.actor ?? remoteAddress(c);
    let own = 0;
    const hold = (bytes: number): void => {
      own += bytes;
      held += bytes;
      const ofCaller = (heldBy.get(who) ?? 0) + bytes;
      heldBy.set(who, ofCaller);
      if (held > mostAtOnce || ofCaller > mostAtOnce / 4)
        throw new HttpError(503, "busy", "too many large bodies at once", { headers: { "Retry-After": "1" } });
    };
    try {
      const promised = Number(c.req.header("content-length") ?? Number.NaN);
      const reading =
        encoding === "identity" && promised <= onePieceBytes
          ? onePiece(c.req.raw, promised, most, hold)
          : inPieces(c.req.raw.body, encoding === "gzip", hold, { most, mostOpened: limits.openedBytes });
      const bytes = await reading.catch((error: unknown) => {
        if (HttpError.is(error)) throw error;
        throw new HttpError(400, "cut", "the body ended before it was whole");
      });
      const text = decoded(bytes);
      if (isTooDeep(text)) throw new HttpError(400, "too-deep", `JSON may be nested ${deepestJson} deep, not deeper`);
      Object.assign(c.req.bodyCache, { text: Promise.resolve(text) });
      c.set("body", text);
      await next();
    } finally {
      held -= own;
      const left = (heldBy.get(who) ?? 0) - own;
      if (left > 0) heldBy.set(who, left);
      else heldBy.delete(who);
    }
  };
}

function tooLarge(what: string, most: number): HttpError {
  return new HttpError(413, "too-large", `${what} may have at most ${most} bytes: send it in smaller batches`);
}

async function onePiece(
  request: Request,
  promised: number,
  most: number,
  hold: (bytes: number) => void,
): Promise<Uint8Array> {
  hold(promised);
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length > most) throw tooLarge("a body", most);
  return bytes;
}

async function inPieces(
  source: ReadableStream<Uint8Array> | null,
  isPacked: boolean,
  hold: (bytes: number) => void,
  { most, mostOpened }: { readonly most: number; readonly mostOpened: number },
): Promise<Uint8Array> {
  const plain = source === null ? none() : limited(source, most);
  return await (isPacked ? opened(plain, mostOpened, hold) : collected(plain, hold));
}

async function* none(): AsyncGenerator<Uint8Array> {}

async function* limited(source: ReadableStream<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  const reader = source.getReader();
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      length += value.length;
      if (length > most) throw tooLarge("a body", most);
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

async function collected(source: AsyncIterable<Uint8Array>, hold: (bytes: number) => void): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) {
    hold(chunk.length);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

async function opened(
  source: AsyncIterable<Uint8Array>,
  most: number,
  hold: (bytes: number) => void,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    await pipeline(source, createGunzip({ chunkSize: 64 * 1024 }), async (output: AsyncIterable<Uint8Array>) => {
      for await (const chunk of output) {
        length += chunk.length;
        if (length > most) throw tooLarge("an opened body", most);
        hold(chunk.length);
        chunks.push(chunk);
      }
    });
  } catch (error) {
    if (HttpError.is(error)) throw error;
    if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_"))
      throw new HttpError(400, "gzip", "the body is not gzip, or ends too early");
    throw error;
  }
  return Buffer.concat(chunks);
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new HttpError(400, "encoding", "the body is not UTF-8");
  }
}
