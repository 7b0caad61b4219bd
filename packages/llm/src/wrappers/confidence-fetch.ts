import type { JsonObject } from "../adapters/draft.ts";
import { isObject, stringOrNull } from "../json.ts";
import type { Provider } from "../trace/provider.ts";
import type { LogprobStatus } from "../trace/trace.ts";
import { createEventRewriter, type Reading, rewriteWhole } from "./answer-events.ts";
import { type ConfidenceOptions, confidenceOf, type Settings, settingsOf } from "./confidence.ts";
import { type AskingPlan, type CallKind, mayRefuse, providerAt } from "./refusal-memory.ts";
import { createEventSplitter, type RawEvent, withData } from "./split-events.ts";
import { type Wire, wireOf } from "./wire.ts";

/** What sends a request: `fetch`, or what a client takes in its place. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * A `fetch` that adds `confidence` to the answers of OpenAI-compatible servers and changes nothing else that a caller sees:
 * requests to `/chat/completions`, `/responses` and `/completions` also ask for log-probabilities, which are taken out of the
 * answer again where the caller did not ask for them. Whole answers have `confidence` at the top; streams have it in the event
 * that carries the finish reason (Responses: in `response.completed`, inside `response`). Events pass as they arrive, one by
 * one and byte for byte where nothing in them changes; reading stops when the reader stops. Every other request, every error
 * and every abort passes untouched; a server that refuses log-probabilities is asked once more without, and remembered, and a
 * model that is known to give none is not asked.
 *
 * Seen: POST requests with an address (string or URL) and a body of JSON text. An answer to a legacy completion with `echo`
 * has no confidence, because the tokens of the prompt would count as the answer.
 *
 * @param fetch sends requests; a wrapped client's own
 * @param options what `assess` takes, and how much is asked for
 * @throws {InputError} when made: for options that cannot be right. Its result throws only what `fetch` throws.
 */
export function confidenceFetch(fetch: Fetch, options: ConfidenceOptions = {}): Fetch {
  const settings = settingsOf(options);
  return async (input, init) => {
    const call = readCall(input, init, settings);
    if (call === null) return await fetch(input, init);
    const { wire, request, kind } = call;
    const asked = wire.asked(request);
    const plan: AskingPlan = settings.memory.plan(kind);
    if (asked !== null || plan.topK === null) {
      const reading = { restore: false, requested: asked, why: asked === null ? plan.why : null };
      return read(await fetch(input, init), readingOf(call, settings, reading));
    }
    const requested = plan.topK;
    const response = await fetch(input, withBody(init, asking(call, requested)));
    const said = mayRefuse(response.status) ? await response.clone().text() : "";
    if (!settings.memory.isRefusal(response.status, said))
      return read(response, readingOf(call, settings, { restore: true, requested, why: null }));

    const second = await fetch(input, init);
    if (second.ok) settings.memory.learn(kind, response.status, said);
    return read(second, readingOf(call, settings, { restore: false, requested: null, why: "rejected" }));
  };
}

interface Call {
  readonly wire: Wire;
  /** The body as the caller wrote it. */
  readonly text: string;
  readonly request: JsonObject;
  readonly kind: CallKind;
}

/** The request with log-probabilities asked for; what the caller wrote stays as it is, wherever nothing of it has to change. */
function asking({ wire, text, request }: Call, topK: number): string {
  const more = wire.asking(request, topK);
  if (Object.keys(more).some((key) => key in request) || Object.keys(request).length === 0)
    return JSON.stringify({ ...request, ...more });
  const end = text.lastIndexOf("}");
  return `${text.slice(0, end)},${JSON.stringify(more).slice(1)}${text.slice(end + 1)}`;
}

/** A length that the caller counted is no longer that of the body. */
function withBody(init: RequestInit | undefined, body: string): RequestInit {
  const headers = new Headers(init?.headers);
  if (!headers.has("content-length")) return { ...init, body };
  headers.delete("content-length");
  return { ...init, headers, body };
}

function readCall(input: string | URL | Request, init: RequestInit | undefined, settings: Settings): Call | null {
  if (typeof init?.body !== "string" || init.method?.toUpperCase() !== "POST") return null;
  if (typeof input !== "string" && !(input instanceof URL)) return null;
  const wire = wireOf(String(input));
  if (wire === null) return null;
  const request = parsed(init.body);
  if (request === null || request["echo"] === true) return null;
  const [, host = ""] = /^[a-z]+:\/\/(?:[^/?#]*@)?([^/?#]*)/i.exec(String(input)) ?? [];
  const provider = providerAt(host);
  const topK = settings.topKFor(wire.wantsJson(request), leastTopK(provider));
  const key = { provider, model: stringOrNull(request["model"]), endpoint: host };
  const withTools = Array.isArray(request["tools"]) && request["tools"].length > 0;
  return { wire, text: init.body, request, kind: { key, streamed: request["stream"] === true, withTools, topK } };
}

/** Others may take 0 for no log-probabilities at all, as llama.cpp does. */
function leastTopK(provider: Provider): number {
  return provider === "openai" || provider === "azure" || provider === "deepseek" ? 0 : 1;
}

function parsed(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function readingOf(
  { wire, request }: Call,
  settings: Settings,
  { restore, requested, why }: { restore: boolean; requested: number | null; why: LogprobStatus | null },
): Reading {
  return {
    wire,
    request,
    restore,
    options: { format: wire.format, ...(requested === null ? {} : { requested: { topK: requested } }) },
    confidenceOf: (response, position) => confidenceOf(response, position, settings, why),
  };
}

function read(response: Response, reading: Reading): Response {
  if (!response.ok || response.body === null) return response;
  const type = response.headers.get("content-type") ?? "";
  if (/^text\/event-stream/i.test(type)) return replaced(response, streamed(response.body, reading));
  return /^application\/json/i.test(type) ? replaced(response, whole(response.body, reading)) : response;
}

/** The response with another body; its length and encoding are no longer those of the headers. */
function replaced(response: Response, body: ReadableStream<Uint8Array<ArrayBuffer>>): Response {
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  headers.delete("content-encoding");
  const made = new Response(body, { status: response.status, statusText: response.statusText, headers });
  Object.defineProperty(made, "url", { value: response.url });
  return made;
}

/** Nothing is read before it is asked for, so that a caller who looks at headers alone pays for nothing else. */
function whole(body: ReadableStream<Uint8Array>, reading: Reading): ReadableStream<Uint8Array<ArrayBuffer>> {
  const source = body.getReader();
  return new ReadableStream(
    {
      async pull(controller) {
        const decoder = new TextDecoder();
        let text = "";
        for (let read = await source.read(); !read.done; read = await source.read())
          text += decoder.decode(read.value, { stream: true });
        text += decoder.decode();
        const answer = parsed(text);
        controller.enqueue(new TextEncoder().encode(answer === null ? text : rewriteWhole(text, answer, reading)));
        controller.close();
      },
      cancel: (reason) => source.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function streamed(body: ReadableStream<Uint8Array>, reading: Reading): ReadableStream<Uint8Array<ArrayBuffer>> {
  const source = body.getReader();
  const encoder = new TextEncoder();
  const splitter = createEventSplitter();
  const rewriteEvent = createEventRewriter(reading);

  function rewrite(event: RawEvent): string {
    const { text, data } = event;
    if (data === null || !data.startsWith("{")) return text;
    const parts = parsed(data);
    if (parts === null) return text;
    const after = rewriteEvent(data, parts);
    return after === data ? text : withData(event, after);
  }

  return new ReadableStream(
    {
      async pull(controller) {
        for (;;) {
          const { done, value } = await source.read();
          let text = "";
          for (const event of done ? splitter.end() : splitter.push(value)) text += rewrite(event);
          if (text !== "") controller.enqueue(encoder.encode(text));
          if (done) controller.close();
          if (done || text !== "") return;
        }
      },
      cancel: (reason) => source.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
