import { InputError } from "@candor/core";
import { createParser, type EventSourceParser } from "eventsource-parser";
import { isObject } from "../json.ts";
import { kindOf } from "./expect-shape.ts";
import { JsonSplitter } from "./json-splitter.ts";

/** Where a stream comes from: a response of `fetch`, its body, or pieces of it (bytes, text, or events already parsed). */
export type StreamSource = Response | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string | object>;

/** How a stream is read. */
export interface StreamOptions {
  /** Most characters of one event; 16 777 216 where not given. */
  readonly maxEventLength?: number;
}

const defaultLimit = 16 * 1024 * 1024;

/**
 * The events of a stream as parsed JSON, and `"[DONE]"` where that came: server-sent events, one JSON value per line, or one JSON
 * array. The pieces may be cut anywhere, within a character too. An event that is cut off at the end is left out.
 *
 * @param source pieces of one stream; parsed events pass through
 * @throws {InputError} `incompatible` naming the number of an event that is not JSON, `out-of-range` for one over the limit
 */
export async function* streamEvents(source: StreamSource, options: StreamOptions = {}): AsyncGenerator<unknown> {
  const { maxEventLength = defaultLimit } = options;
  if (!(maxEventLength >= 1))
    throw new InputError("out-of-range", `maxEventLength must be at least 1, got ${maxEventLength}`);
  const splitter = new EventSplitter(maxEventLength);
  const decoder = new TextDecoder();
  for await (const piece of piecesOf(source)) {
    if (ArrayBuffer.isView(piece)) splitter.feed(decoder.decode(piece, { stream: true }));
    else if (typeof piece === "string") splitter.feed(piece);
    else if (isObject(piece)) {
      yield* splitter.take();
      yield piece;
      continue;
    } else
      throw new InputError(
        "incompatible",
        `a piece of a stream must be bytes, text or an object, got ${kindOf(piece)}`,
      );
    yield* splitter.take();
  }
  splitter.feed(decoder.decode());
  splitter.end();
  yield* splitter.take();
}

/** Text in pieces to events; the first character tells server-sent events from JSON. */
class EventSplitter {
  readonly #limit: number;
  #events: unknown[] = [];
  #sse: EventSourceParser | null = null;
  #json: JsonSplitter | null = null;
  #count = 0;
  #fault: InputError | null = null;
  #isEnding = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  feed(text: string): void {
    const piece = this.#sse === null && this.#json === null ? text.replace(/^[\s\ufeff]+/, "") : text;
    if (piece === "") return;
    if (this.#sse === null && this.#json === null) this.#choose(piece);
    this.#json?.feed(piece);
    this.#sse?.feed(piece);
    if (this.#fault !== null) throw this.#fault;
  }

  end(): void {
    this.#json?.end();
    this.#isEnding = true;
    // Servers leave out the blank line after their last event.
    this.#sse?.feed("\n\n");
    if (this.#fault !== null) throw this.#fault;
  }

  take(): readonly unknown[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #choose(piece: string): void {
    if (/^[{[]/.test(piece)) this.#json = new JsonSplitter(this.#limit, (value) => this.#events.push(value));
    else
      this.#sse = createParser({
        maxBufferSize: this.#limit,
        onEvent: ({ event, data }) => this.#takeData(event, data),
        onError: (error) => {
          if (error.type === "max-buffer-size-exceeded") this.#fault ??= this.#tooLarge(this.#count + 1);
        },
      });
  }

  #takeData(name: string | undefined, data: string): void {
    if (this.#fault !== null) return;
    this.#count++;
    if (data.length > this.#limit) {
      this.#fault = this.#tooLarge(this.#count);
      return;
    }
    if (data.trim() === "[DONE]") {
      this.#events.push("[DONE]");
      return;
    }
    if (data.trim() === "") return;
    try {
      const parsed: unknown = JSON.parse(data);
      const isBareError = name === "error" && isObject(parsed) && !("error" in parsed) && !("type" in parsed);
      this.#events.push(isBareError ? { error: parsed } : parsed);
    } catch {
      if (name === "error") this.#events.push({ error: { message: data } });
      else if (!this.#isEnding)
        this.#fault = new InputError("incompatible", `event ${this.#count} of the stream is not JSON`, this.#count - 1);
    }
  }

  #tooLarge(number: number): InputError {
    const message = `event ${number} of the stream is larger than the limit of ${this.#limit} characters`;
    return new InputError("out-of-range", message, number - 1);
  }
}

async function* piecesOf(source: StreamSource): AsyncGenerator<unknown> {
  const stream = isResponse(source) ? source.body : source;
  if (stream === null) throw new InputError("empty", "the response has no body");
  if (!isReadable(stream)) {
    yield* stream;
    return;
  }
  const reader = stream.getReader();
  let isDone = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      isDone = done;
      if (done) return;
      yield value;
    }
  } finally {
    if (!isDone) await reader.cancel();
    reader.releaseLock();
  }
}

function isResponse(source: StreamSource): source is Response {
  return "body" in source && "status" in source;
}

function isReadable(
  source: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string | object>,
): source is ReadableStream<Uint8Array> {
  return "getReader" in source;
}
