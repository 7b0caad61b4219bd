import { InputError } from "@candor/core";
import { BadInput } from "@candor/input";
import { type LlmResponse, openStream, type ReadOptions } from "@candor/llm";
import type { BadLines } from "./bad-lines.ts";
import { isParsedObject, type ParsedObject, unwrap } from "./envelope.ts";
import { createEventLines, isEventLine } from "./event-lines.ts";
import { jsonValues, parseJson } from "./json-values.ts";
import type { ResponseOptions, SavedResponse } from "./read-responses.ts";
import type { TextLine } from "./text-lines.ts";

/** Where events come from, for complaints. */
interface Place {
  readonly line: number;
  readonly place: string;
  readonly bad: BadLines;
  readonly options: ReadOptions;
}

/** The id of the response that an event belongs to, where it says so. */
function streamId(event: ParsedObject): string | null {
  const { id, responseId, response, message } = event;
  const inner = isParsedObject(response) ? response["id"] : isParsedObject(message) ? message["id"] : undefined;
  const found = inner ?? responseId ?? (typeof event["type"] === "string" ? undefined : id);
  return typeof found === "string" && found !== "" ? found : null;
}

/** Whether this event begins a response, as far as its format says so. */
function isStart(event: ParsedObject): boolean {
  return event["type"] === "response.created" || event["type"] === "message_start" || "messageStart" in event;
}

/** Whether nothing comes after this event. */
function isEnd(event: ParsedObject): boolean {
  const { type, done, stop } = event;
  if (typeof type === "string") return /^(message_stop|response\.(completed|incomplete|failed))$/.test(type);
  return done === true || stop === true;
}

/** Puts the events of one file together again: one response after the other. */
class Splitter {
  readonly #options: ReadOptions;
  readonly #bad: BadLines;
  #stream: ReturnType<typeof openStream> | undefined;
  #line = 0;
  #id: string | null = null;
  #isOver = false;

  constructor(bad: BadLines, options: ReadOptions) {
    this.#bad = bad;
    this.#options = options;
  }

  /** Takes an event; gives the response that it shows to be complete. */
  *push(event: unknown, line: number, place: string): Generator<SavedResponse> {
    if (!isParsedObject(event)) {
      this.#bad.complain(line, place, "no object, expected one chunk of a stream");
      return;
    }
    const id = streamId(event);
    const isOther = id !== null && this.#id !== null && id !== this.#id;
    if (this.#isOver || isOther || (isStart(event) && this.#stream !== undefined)) yield* this.end();
    if (this.#stream === undefined) {
      this.#stream = openStream(this.#options);
      this.#line = line;
    }
    this.#id ??= id;
    try {
      this.#stream.push(event);
    } catch (cause) {
      if (!InputError.is(cause)) throw cause;
      this.#bad.complain(line, place, cause.message, cause);
      return;
    }
    this.#isOver = isEnd(event);
  }

  /** The announced end: what comes next is another response. */
  *done(): Generator<SavedResponse> {
    this.#stream?.push("[DONE]");
    yield* this.end();
  }

  *end(): Generator<SavedResponse> {
    const stream = this.#stream;
    const line = this.#line;
    this.#stream = undefined;
    this.#id = null;
    this.#isOver = false;
    if (stream === undefined) return;
    try {
      yield { line, id: null, columns: {}, response: stream.end() };
    } catch (cause) {
      if (!InputError.is(cause)) throw cause;
      this.#bad.complain(line, `line ${line}`, cause.message, cause);
    }
  }
}

/**
 * One response of the chunks of its stream, or of the text of its events.
 *
 * @returns undefined where it is left out as bad
 */
export function streamOf(stream: readonly unknown[] | string, at: Place): LlmResponse | undefined {
  const events = typeof stream === "string" ? eventsOf(stream) : stream;
  try {
    const opened = openStream(at.options);
    for (const event of events) opened.push(event);
    return opened.end();
  } catch (cause) {
    if (!InputError.is(cause)) throw cause;
    at.bad.complain(at.line, at.place, cause.message, cause);
    return undefined;
  }
}

function* eventsOf(text: string): Generator<unknown> {
  const events = createEventLines();
  const datas = [...text.split(/\r?\n/).map((line) => events.push(line)), events.end()];
  for (const data of datas) {
    if (data === undefined) continue;
    const parsed = data === "[DONE]" ? { value: data } : parseJson(data);
    if ("reason" in parsed) throw new InputError("incompatible", `an event of the stream is ${parsed.reason}`);
    yield parsed.value;
  }
}

/**
 * The responses of recorded streams: server-sent events, or one chunk per line, or an array of chunks. Several streams in one
 * file end by `[DONE]`, by their formats' last event, or where the id changes.
 *
 * @throws {BadInput} for an empty file, and as `bad` decides
 */
export async function* readStreams(
  lines: AsyncIterable<TextLine>,
  file: string,
  bad: BadLines,
  { provider, columns: wanted }: ResponseOptions,
): AsyncGenerator<SavedResponse> {
  const options: ReadOptions = provider === undefined ? {} : { provider };
  const splitter = new Splitter(bad, options);
  const iterator = lines[Symbol.asyncIterator]();
  const early: TextLine[] = [];
  let next = await iterator.next();
  while (!next.done && next.value.text.trim() === "") next = await iterator.next();
  if (next.done) throw new BadInput(`${file} is empty, expected a recorded stream`, { file });
  early.push(next.value);
  const all = rejoined(early, iterator);
  if (isEventLine(next.value.text)) yield* readEvents(all, bad, splitter);
  else
    for await (const { line, place, value } of jsonValues(all, file, bad, "whole")) {
      if (value === "[DONE]") {
        yield* splitter.done();
        continue;
      }
      const { id, columns, stream } = Array.isArray(value)
        ? { id: null, columns: {}, stream: value }
        : unwrap(value, wanted);
      if (stream === undefined) {
        yield* splitter.push(value, line, place);
        continue;
      }
      const response = streamOf(stream, { line, place, bad, options });
      if (response !== undefined) yield { line, id, columns, response };
    }
  yield* splitter.end();
}

async function* rejoined(early: readonly TextLine[], rest: AsyncIterator<TextLine>): AsyncGenerator<TextLine> {
  yield* early;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

async function* readEvents(
  lines: AsyncIterable<TextLine>,
  bad: BadLines,
  splitter: Splitter,
): AsyncGenerator<SavedResponse> {
  const events = createEventLines();
  let last = 1;
  function* take(data: string | undefined, number: number): Generator<SavedResponse> {
    if (data === undefined) return;
    if (data === "[DONE]") {
      yield* splitter.done();
      return;
    }
    const parsed = parseJson(data);
    if ("reason" in parsed) bad.complain(number, `line ${number}`, `${parsed.reason}, expected the data of an event`);
    else yield* splitter.push(parsed.value, number, `line ${number}`);
  }
  for await (const { number, text } of lines) {
    yield* take(events.push(text), number);
    last = number;
  }
  yield* take(events.end(), last);
}
