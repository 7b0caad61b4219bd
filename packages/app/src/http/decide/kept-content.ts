import { contentLength } from "../ingest/check-prediction.ts";
import { isRecord } from "../ingest/rejection.ts";
import type { CheckedDecide } from "./check-decide.ts";

type Content = Readonly<Record<string, unknown>>;

const encoder = new TextEncoder();

/** Alternatives of each token that are kept of a response that is too long with all of them. */
const fewer = [5, 2] as const;

/** Many times as long as what is kept: leaving out bytes and alternatives will not do. */
const hopeless = 32;

/** Whether bytes are those of a text: providers send both. */
function repeats(bytes: readonly unknown[], text: unknown): boolean {
  if (typeof text !== "string") return false;
  const own = encoder.encode(text);
  return own.length === bytes.length && bytes.every((byte, i) => byte === own[i]);
}

/**
 * A response as JSON, without the bytes of tokens that only repeat their text: nothing is read differently for it.
 *
 * @param alternatives how many of each token are kept
 */
function shorter(response: unknown, alternatives = Infinity): string {
  return JSON.stringify(response, function (this: unknown, key, value: unknown) {
    if (!Array.isArray(value)) return value;
    if (key === "top_logprobs" && value.length > alternatives) return value.slice(0, alternatives);
    return key === "bytes" && isRecord(this) && repeats(value, this["token"]) ? undefined : value;
  });
}

/**
 * What is kept of a request to decide, in a project that keeps content: what came as content, the response of a language model
 * as `response`, and as `reading` which part of it was decided on. Content that has a `response` of its own is kept as it came.
 *
 * A response that would make it longer than content may be is kept without bytes that repeat a token, then with fewer
 * alternatives of each token (`reading.alternatives` says how many); where that is not enough it is left out, and `omitted` says
 * so.
 *
 * @returns null where nothing came that could be kept
 */
export function keptContent({
  request: { given },
  content,
}: Pick<CheckedDecide, "request" | "content">): Content | null {
  if (given.kind !== "llm" || (content !== null && Object.hasOwn(content, "response"))) return content;
  const { response, ...reading } = given.llm;
  const own = { ...content, ...(Object.keys(reading).length === 0 ? {} : { reading }) };
  const room = contentLength - JSON.stringify(own).length - 64;
  const { length } = JSON.stringify(response);
  if (length <= room) return { ...own, response };
  if (length < hopeless * contentLength) {
    const whole = shorter(response);
    if (whole.length <= room) return { ...own, response: JSON.parse(whole) };
    for (const alternatives of fewer) {
      const text = shorter(response, alternatives);
      if (text.length <= room) return { ...content, reading: { ...reading, alternatives }, response: JSON.parse(text) };
    }
  }
  const omitted = `the response has ${length} characters of JSON; ${contentLength} of content are kept`;
  return { ...content, omitted };
}
