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

/** A whole answer with its confidence, log-probabilities taken out where the caller did not ask for them. */
export function readWhole(body: JsonObject, reading: Reading): JsonObject {
  const { wire, request, restore, options, confidenceOf } = reading;
  const restored = restore ? wire.restoreWhole(body, request) : body;
  const answers = wire.format === "responses" ? (isAnswered(body) ? 1 : 0) : arrayOf(body["choices"]).length;
  const response = answers === 0 ? null : attempt(() => fromResponse(body, options));
  if (response === null) return restored;
  const confidences = Array.from({ length: answers }, (_, position) => confidenceOf(response, position));
  if (wire.format === "responses" || !isForSeveral(request)) return { ...restored, confidence: confidences[0] };
  return withConfidences(restored, new Map(confidences.entries()), true);
}

/** A reader of the events of one stream: gives each event back, the same object where nothing in it changes. */
export function createEventReader(reading: Reading): (event: JsonObject) => JsonObject {
  return reading.wire.format === "responses" ? readerOfResponses(reading) : readerOfChoices(reading);
}

function readerOfResponses({
  wire,
  request,
  restore,
  options,
  confidenceOf,
}: Reading): (event: JsonObject) => JsonObject {
  const reader = new EventReader(options);
  return (event) => {
    attempt(() => reader.push(event));
    const restored = restore ? wire.restoreEvent(event, request) : event;
    const { type, response } = restored;
    if ((type !== "response.completed" && type !== "response.incomplete") || !isObject(response)) return restored;
    const read = attempt(() => assemble(reader.end(), options));
    return read === null ? restored : { ...restored, response: { ...response, confidence: confidenceOf(read, 0) } };
  };
}

/** Every answer of a stream has a reader of its own, because each ends with an event of its own. */
function readerOfChoices({
  wire,
  request,
  restore,
  options,
  confidenceOf,
}: Reading): (event: JsonObject) => JsonObject {
  const several = isForSeveral(request);
  const readers = new Map<number, EventReader | null>();

  function confidenceAt(event: JsonObject, choice: JsonObject): unknown {
    const index = numberOrNull(choice["index"]) ?? 0;
    const known = readers.get(index);
    if (known === null) return null;
    const reader = known ?? new EventReader(options);
    readers.set(index, reader);
    attempt(() => reader.push(event));
    if (typeof choice["finish_reason"] !== "string") return null;
    readers.set(index, null);
    const read = attempt(() => assemble(reader.end(), options));
    return read === null ? null : confidenceOf(read, 0);
  }

  return (event) => {
    const choices = arrayOf(event["choices"]);
    const confidences = new Map<number, unknown>();
    choices.forEach((choice, position) => {
      if (!isObject(choice)) return;
      const confidence = confidenceAt(choices.length === 1 ? event : { ...event, choices: [choice] }, choice);
      if (confidence !== null) confidences.set(position, confidence);
    });
    const restored = restore ? wire.restoreEvent(event, request) : event;
    return confidences.size === 0 ? restored : withConfidences(restored, confidences, several);
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
