import { InputError } from "@candor/core";
import type { JsonObject } from "../adapters/draft.ts";
import { fromResponse } from "../adapters/from-response.ts";
import { EventReader } from "../adapters/open-stream.ts";
import { arrayOf, isObject, numberOrNull } from "../json.ts";
import { assemble } from "../trace/assemble.ts";
import type { ReadOptions } from "../trace/read-options.ts";
import type { LlmResponse } from "../trace/trace.ts";
import { attempt } from "./attempt.ts";
import type { Wire } from "./wire.ts";

/** How one call is read: what was sent, what the caller had sent, and how a response becomes what is added to it. */
export interface Reading {
  readonly wire: Wire;
  /** The caller's own request. */
  readonly request: JsonObject;
  /** Whether the answer has to be given back as it would have come without log-probabilities. */
  readonly restore: boolean;
  readonly options: ReadOptions;
  /** What is added to the answer at this position of a response. */
  readonly confidenceOf: (response: LlmResponse, position: number) => unknown;
}

/** Whether the request is for several answers: then each has a confidence of its own beside the first one's. */
function isForSeveral(request: JsonObject): boolean {
  return (numberOrNull(request["n"]) ?? 1) > 1;
}

/** Responses that run in the background have no answer yet, and failed ones none at all. */
function isAnswered(body: JsonObject): boolean {
  return body["status"] === "completed" || body["status"] === "incomplete";
}

/**
 * The text of a whole answer with its confidence, log-probabilities taken out where the caller did not ask for them; the text
 * as it came where there is nothing to say of it.
 */
export function rewriteWhole(text: string, body: JsonObject, reading: Reading): string {
  const { wire, request, restore, options, confidenceOf } = reading;
  const restored = restore ? wire.restoreWhole(body, request) : body;
  const answers = wire.format === "responses" ? (isAnswered(body) ? 1 : 0) : arrayOf(body["choices"]).length;
  const response = answers === 0 ? null : attempt(() => fromResponse(body, options));
  if (response === null) return restored === body ? text : JSON.stringify(restored);
  const confidences = Array.from({ length: answers }, (_, position) => confidenceOf(response, position));
  if (wire.format !== "responses" && isForSeveral(request))
    return JSON.stringify(withConfidences(restored, new Map(confidences.entries()), true));
  const [confidence] = confidences;
  if (restored !== body || "confidence" in body) return JSON.stringify({ ...restored, confidence });
  const end = text.lastIndexOf("}");
  return `${text.slice(0, end)},"confidence":${JSON.stringify(confidence)}${text.slice(end)}`;
}

/** A reader of the events of one stream: gives the text of each event back, the same where nothing in it changes. */
export type EventRewriter = (data: string, event: JsonObject) => string;

/** A rewriter for one stream. */
export function createEventRewriter(reading: Reading): EventRewriter {
  return reading.wire.format === "responses" ? rewriterOfResponses(reading) : rewriterOfChoices(reading);
}

function rewriterOfResponses({ wire, request, restore, options, confidenceOf }: Reading): EventRewriter {
  const reader = new EventReader(options);
  return (data, event) => {
    take(reader, event);
    const { type } = event;
    if ((type === "response.completed" || type === "response.incomplete") && isObject(event["response"])) {
      const read = attempt(() => assemble(reader.end(), options));
      const restored = restore ? wire.restoreEvent(event, request) : event;
      const { response } = restored;
      if (read !== null && isObject(response))
        return JSON.stringify({ ...restored, response: { ...response, confidence: confidenceOf(read, 0) } });
    }
    return restore ? wire.restoreText(data, event, request) : data;
  };
}

/** Hands an event to its reader; one that cannot be read is the caller's, whatever its shape. */
function take(reader: EventReader, event: JsonObject): void {
  try {
    reader.push(event);
  } catch (error) {
    if (!InputError.is(error)) throw error;
  }
}

/** Every answer of a stream has a reader of its own, because each ends with an event of its own. */
function rewriterOfChoices({ wire, request, restore, options, confidenceOf }: Reading): EventRewriter {
  const several = isForSeveral(request);
  const readers = new Map<number, EventReader | null>();

  function confidenceAt(event: JsonObject, choice: JsonObject): unknown {
    const index = numberOrNull(choice["index"]) ?? 0;
    const known = readers.get(index);
    if (known === null) return null;
    const reader = known ?? new EventReader(options);
    if (known === undefined) readers.set(index, reader);
    take(reader, event);
    // Some servers send an empty reason with every chunk.
    if (typeof choice["finish_reason"] !== "string" || choice["finish_reason"] === "") return null;
    readers.set(index, null);
    const read = attempt(() => assemble(reader.end(), options));
    return read === null ? null : confidenceOf(read, 0);
  }

  return (data, event) => {
    const { choices } = event;
    const confidences = new Map<number, unknown>();
    if (Array.isArray(choices))
      for (let i = 0; i < choices.length; i++) {
        const choice: unknown = choices[i];
        if (!isObject(choice)) continue;
        const confidence = confidenceAt(choices.length === 1 ? event : { ...event, choices: [choice] }, choice);
        if (confidence !== null) confidences.set(i, confidence);
      }
    if (confidences.size === 0) return restore ? wire.restoreText(data, event, request) : data;
    const restored = restore ? wire.restoreEvent(event, request) : event;
    return JSON.stringify(withConfidences(restored, confidences, several));
  };
}

/** At the top that of the first answer; where there are several, each one's beside it too. */
function withConfidences(body: JsonObject, confidences: ReadonlyMap<number, unknown>, several: boolean): JsonObject {
  if (!several) return { ...body, confidence: [...confidences.values()][0] };
  const choices = arrayOf(body["choices"]);
  const first = choices.findIndex((choice) => isObject(choice) && choice["index"] === 0);
  return {
    ...body,
    choices: choices.map((choice, position) =>
      isObject(choice) && confidences.has(position) ? { ...choice, confidence: confidences.get(position) } : choice,
    ),
    ...(confidences.has(first) ? { confidence: confidences.get(first) } : {}),
  };
}
