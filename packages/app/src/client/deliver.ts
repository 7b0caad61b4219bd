import { backOffMs } from "./back-off.ts";
import { ClientError, type Rejection } from "./client-error.ts";
import type { Settings } from "./options.ts";
import { pause } from "./pause.ts";
import { type PostResult, post } from "./post.ts";
import { isPassing, isRecord, serverError } from "./read-reply.ts";

/** An item as it is sent, each time the same. */
export interface QueuedItem {
  readonly id: string;
  /** JSON without line breaks. */
  readonly line: string;
}

/** Where items of a kind go. */
export interface Destination {
  readonly kind: "prediction" | "outcome";
  readonly path: "/predictions" | "/outcomes";
}

/** Attempts after which a server that answers 500 is believed: an item that it stumbles over must not hold up the rest. */
const attemptsAt500 = 8;

/**
 * Sends a batch until the server has said of every item what became of it. What may pass (no connection, no answer in time,
 * 408, 425, 429, 5xx) is tried again with the same bytes; a batch that is too large is cut in two; all else is final.
 *
 * @param signal aborts when the client gives up: what was not delivered comes back as `unavailable`
 * @returns the items that were not taken
 */
export async function deliver(
  items: readonly QueuedItem[],
  to: Destination,
  settings: Settings,
  signal: AbortSignal,
): Promise<readonly Rejection[]> {
  const text = `${items.map(({ line }) => line).join("\n")}\n`;
  const body = { path: to.path, type: "application/x-ndjson", text } as const;
  let at500 = 0;
  let last = "nothing was tried";
  for (let attempt = 1; !signal.aborted; attempt++) {
    const result = await post(settings, body, settings.timeoutMs, signal);
    if (result.kind === "reply") {
      if (result.status === 413 && items.length > 1) {
        const half = Math.ceil(items.length / 2);
        const first = await deliver(items.slice(0, half), to, settings, signal);
        return [...first, ...(await deliver(items.slice(half), to, settings, signal))];
      }
      const rejections = verdict(items, to.kind, result);
      if (rejections !== undefined) return rejections;
      if (result.status === 500) at500++;
      if (at500 >= attemptsAt500) return rejectAll(items, to.kind, result);
    }
    last = describe(result);
    if (signal.aborted) break;
    const status = result.kind === "reply" ? result.status : null;
    const cause = result.kind === "failed" ? result.cause : undefined;
    settings.onError(new ClientError("unavailable", last, { status, cause }));
    const retryAfter = result.kind === "reply" ? result.retryAfter : null;
    await pause(backOffMs(attempt, retryAfter, settings.random(), settings.now()), signal, settings.exit === undefined);
  }
  return items.map((item) => reject(item, to.kind, "unavailable", `not delivered before the client closed: ${last}`));
}

/** What a reply says of each item; undefined where it does not, so that the batch must be sent again. */
function verdict(
  items: readonly QueuedItem[],
  kind: Rejection["kind"],
  reply: PostResult & { kind: "reply" },
): readonly Rejection[] | undefined {
  const { status, body } = reply;
  if (isRecord(body) && Array.isArray(body["items"]) && (status === 422 || (status >= 200 && status < 300)))
    return body["items"].length === items.length ? verdictPerItem(items, kind, body["items"]) : undefined;
  if (isPassing(status) || (status >= 200 && status < 300)) return undefined;
  return rejectAll(items, kind, reply);
}

function verdictPerItem(
  items: readonly QueuedItem[],
  kind: Rejection["kind"],
  replies: readonly unknown[],
): readonly Rejection[] | undefined {
  const rejections: Rejection[] = [];
  for (const [i, reply] of replies.entries()) {
    const item = items[i];
    if (!isRecord(reply) || item === undefined) return undefined;
    if (reply["status"] === "accepted") continue;
    const error = serverError(reply);
    if (reply["status"] !== "rejected" || error === undefined) return undefined;
    rejections.push(reject(item, kind, error.code, error.message, error.field));
  }
  return rejections;
}

function rejectAll(items: readonly QueuedItem[], kind: Rejection["kind"], reply: PostResult): readonly Rejection[] {
  const error = reply.kind === "reply" ? serverError(reply.body) : undefined;
  const { code, message, field } = error ?? { code: "refused", message: describe(reply), field: null };
  return items.map((item) => reject(item, kind, code, message, field));
}

function reject(
  { id, line }: QueuedItem,
  kind: Rejection["kind"],
  code: string,
  message: string,
  field: string | null = null,
): Rejection {
  const item: unknown = JSON.parse(line);
  return { kind, id, item: isRecord(item) ? item : {}, code, message, field };
}

/** What went wrong, in words. */
export function describe(result: PostResult): string {
  if (result.kind === "failed") return `the server cannot be reached: ${result.message}`;
  const error = serverError(result.body);
  if (error !== undefined) return `the server answered ${result.status}: ${error.message}`;
  return `the server answered ${result.status} with something that Candor does not say: ${result.text.slice(0, 100)}`;
}
