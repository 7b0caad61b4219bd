import { basename } from "node:path";
import { InputError } from "@candor/core";
import { BadInput, printable } from "@candor/input";
import { fromResponse, type LlmResponse, type Provider, type ReadOptions } from "@candor/llm";
import type { FileContext } from "../file-context.ts";
import { createBadLines } from "./bad-lines.ts";
import { isParsedObject, type OwnValue, unwrap } from "./envelope.ts";
import { isEventLine } from "./event-lines.ts";
import { jsonValues, type PlacedValue } from "./json-values.ts";
import { readStreams, streamOf } from "./read-streams.ts";
import { textLines } from "./text-lines.ts";

/** A response that was read, and what stood beside it. */
export interface SavedResponse {
  /** Line, item of an array, or line where the stream begins; counted from 1. */
  readonly line: number;
  /** The user's own id; null where there is none. */
  readonly id: string | null;
  readonly columns: Readonly<Record<string, OwnValue>>;
  readonly response: LlmResponse;
}

/** How a file of responses is read. */
export interface ResponseOptions {
  /** The file is a recorded stream, or several. */
  readonly stream: boolean;
  /** Leave out lines that cannot be used and count them. */
  readonly skipBad: boolean;
  /** Whose server it was, where the response does not say. */
  readonly provider?: Provider;
  /** Columns that are taken from beside the fields of a response that stands alone, too. */
  readonly columns: readonly string[];
}

/** A file of responses, ready to be read. */
export interface OpenedResponses {
  /** Name of the file without its folder. */
  readonly name: string;
  /**
   * The responses in the order of the file, once.
   *
   * @throws {BadInput} about the first bad line, and where nothing is left
   */
  responses(): AsyncGenerator<SavedResponse>;
  /** Complete once the responses have ended. */
  summary(): {
    readonly responses: number;
    readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  };
}

/**
 * Opens a file of saved responses: JSON lines, one JSON document, or a recorded stream; records of the user's own around the
 * responses are taken apart.
 *
 * @param path the file; `-` reads standard input
 */
export function openResponses(path: string, options: ResponseOptions, context: FileContext): OpenedResponses {
  const file = path === "-" ? "standard input" : printable(path, 200);
  const bad = createBadLines(file, options.skipBad);
  let responses = 0;

  async function* read(): AsyncGenerator<SavedResponse> {
    const lines = textLines(path, file, context);
    const found = options.stream
      ? readStreams(lines, file, bad, options)
      : readWhole(jsonValues(hinted(lines, file), file, bad), bad, options);
    for await (const saved of found) {
      responses++;
      yield saved;
    }
    if (responses === 0 && bad.count > 0)
      throw new BadInput(`${file}: no line can be used, ${bad.skipped()[0]?.reason ?? ""}`, { file });
    if (responses === 0) throw new BadInput(`${file} holds no response, expected one per line`, { file });
  }

  return {
    name: path === "-" ? "standard input" : basename(path),
    responses: read,
    summary: () => ({ responses: responses + bad.count, skipped: bad.skipped() }),
  };
}

/** Refuses a recorded stream before every line of it is called bad. */
async function* hinted<Line extends { readonly text: string }>(
  lines: AsyncIterable<Line>,
  file: string,
): AsyncGenerator<Line> {
  let isFirst = true;
  for await (const line of lines) {
    if (isFirst && isEventLine(line.text)) throw streamNeeded(file, "server-sent events");
    isFirst &&= line.text.trim() === "";
    yield line;
  }
}

function streamNeeded(file: string, what: string): BadInput {
  return new BadInput(`${file}: ${what}, expected whole responses; --stream reads recorded streams`, { file });
}

/** Whether an object is one event of a stream, as far as its format names it so. */
function isEvent({ object, type }: Readonly<Record<string, unknown>>): boolean {
  if (typeof object === "string" && object.endsWith(".chunk")) return true;
  return typeof type === "string" && /^(response\.|message_(start|delta|stop)|content_block_)/.test(type);
}

async function* readWhole(
  values: AsyncIterable<PlacedValue>,
  bad: ReturnType<typeof createBadLines>,
  { provider, columns: wanted }: ResponseOptions,
): AsyncGenerator<SavedResponse> {
  const options: ReadOptions = provider === undefined ? {} : { provider };
  for await (const { line, place, value } of values) {
    if (isParsedObject(value) && isEvent(value)) {
      bad.complain(line, place, "one chunk of a stream, expected a whole response (--stream reads recorded streams)");
      continue;
    }
    const { id, columns, bodies, stream } = unwrap(value, wanted);
    if (stream !== undefined) {
      const response = streamOf(stream, { line, place, bad, options });
      if (response !== undefined) yield { line, id, columns, response };
      continue;
    }
    for (const body of bodies) {
      const response = responseOf(body, { line, place, bad, options });
      if (response !== undefined) yield { line, id, columns, response };
    }
  }
}

/** What an unknown object seems to be, and what was expected in its place. */
function guess(body: unknown): string {
  if (!isParsedObject(body)) return "";
  const has = (...names: readonly string[]): boolean => names.some((name) => name in body);
  if (has("messages", "contents") || (has("method", "url") && has("body")))
    return "; it looks like a request, expected what the provider answered";
  if (Object.values(body).some((value) => typeof value === "string" && value !== ""))
    return "; expected the response as the provider sent it, alone or in the field `response`";
  return "";
}

function responseOf(
  body: unknown,
  {
    line,
    place,
    bad,
    options,
  }: Readonly<{ line: number; place: string; bad: ReturnType<typeof createBadLines>; options: ReadOptions }>,
): LlmResponse | undefined {
  try {
    return fromResponse(body, options);
  } catch (cause) {
    if (!InputError.is(cause)) throw cause;
    bad.complain(line, place, `${cause.message}${guess(body)}`, cause);
    return undefined;
  }
}
