import type { Settings } from "./options.ts";

/** What came of one request. */
export type PostResult =
  | {
      readonly kind: "reply";
      readonly status: number;
      readonly retryAfter: string | null;
      /** The body as JSON; undefined where it is none. */
      readonly body: unknown;
      readonly text: string;
    }
  | { readonly kind: "failed"; readonly cause: unknown; readonly message: string };

/** A body to send. */
export interface PostBody {
  readonly path: string;
  readonly type: "application/json" | "application/x-ndjson";
  readonly text: string;
}

/**
 * Sends one request and reads its reply. Never throws: a connection that fails, a time-out and an abort are `failed`.
 *
 * @param timeoutMs until the whole reply is there
 */
export async function post(
  settings: Settings,
  body: PostBody,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<PostResult> {
  const attempt = new AbortController();
  const abort = (): void => attempt.abort();
  const timer = setTimeout(abort, timeoutMs);
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  try {
    const packed = body.text.length >= settings.compressFrom ? await gzip(body.text) : null;
    const response = await settings.fetch(settings.base + body.path, {
      method: "POST",
      headers: {
        ...settings.headers,
        "content-type": body.type,
        ...(packed === null ? {} : { "content-encoding": "gzip" }),
      },
      body: packed ?? body.text,
      signal: attempt.signal,
    });
    const text = await response.text();
    const { status, headers } = response;
    return { kind: "reply", status, retryAfter: headers.get("retry-after"), body: parse(text), text };
  } catch (cause) {
    const late = attempt.signal.aborted && !signal.aborted;
    return { kind: "failed", cause, message: late ? `no answer within ${timeoutMs} ms` : reason(cause) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}

/** Null where the platform cannot compress. */
async function gzip(text: string): Promise<Blob | null> {
  if (typeof CompressionStream === "undefined") return null;
  return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).blob();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What went wrong, with the cause behind it: `fetch` of Node says only "fetch failed". */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}
