/** A scalar that stands beside a response. */
export type OwnValue = string | number | boolean | null;

/** A parsed object. */
export type ParsedObject = Readonly<Record<string, unknown>>;

/** A response and what stood around it. */
export interface Unwrapped {
  /** The user's own; null where the response stands alone. */
  readonly id: string | null;
  readonly columns: Readonly<Record<string, OwnValue>>;
  /** Responses, as the provider wrote them; usually one. */
  readonly bodies: readonly unknown[];
  /** Recorded chunks of a stream, or its text, in place of a response. */
  readonly stream: readonly unknown[] | string | undefined;
}

/** True for an object that is no array. */
export function isParsedObject(value: unknown): value is ParsedObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const idNames = ["custom_id", "id", "key"] as const;
const streamNames = ["chunks", "stream", "events"] as const;

function isOwnValue(value: unknown): value is OwnValue {
  return value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

function scalarsOf(object: ParsedObject, without: readonly string[]): Record<string, OwnValue> {
  const columns: Record<string, OwnValue> = Object.create(null);
  for (const [name, value] of Object.entries(object))
    if (isOwnValue(value) && !without.includes(name)) columns[name] = value;
  return columns;
}

function idOf(object: ParsedObject): string | null {
  for (const name of idNames) {
    const value = object[name];
    if (typeof value === "string" || typeof value === "number") return String(value);
  }
  return null;
}

function parsedIfJson(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** What `response` of an envelope holds: a response, several, or the result of a batch job around one. */
function bodiesOf(value: unknown): readonly unknown[] {
  const inner = parsedIfJson(value);
  if (Array.isArray(inner)) return inner.flatMap(bodiesOf);
  if (isParsedObject(inner) && "status_code" in inner && "body" in inner) return [parsedIfJson(inner["body"])];
  return [inner];
}

/** Whether `response` is a place for a response, and not Ollama's own text or an event of a stream. */
function isEnvelope(object: ParsedObject): boolean {
  if (!("response" in object) || typeof object["type"] === "string") return false;
  const inner = parsedIfJson(object["response"]);
  if (isParsedObject(inner) || Array.isArray(inner)) return !("done" in object);
  return inner === null && isParsedObject(object["error"]);
}

/** What a batch job says of a request: a message, an error, or that it was never answered. */
function batchResult({ message, error, ...rest }: ParsedObject): unknown {
  if (message !== undefined && message !== null) return message;
  if (isParsedObject(error)) return error;
  const { type } = rest;
  return typeof type === "string" ? { type: "error", error: { type } } : { message, error, ...rest };
}

/** Whether a record of the user's own, or of a batch job, holds an error and no response. */
function isFailedRecord(object: ParsedObject): boolean {
  if (!isParsedObject(object["error"]) || idOf(object) === null) return false;
  return !["response", "object", "type", "choices", "output", "candidates"].some((name) => name in object);
}

/**
 * Takes a response out of what was written around it: the user's own record (`id`, `response`, labels and other columns), or a
 * line of a batch job's output.
 *
 * @param value one parsed line
 * @param wanted columns that are taken from beside the fields of a response that stands alone, too
 */
export function unwrap(value: unknown, wanted: readonly string[]): Unwrapped {
  const alone = { id: null, columns: Object.create(null), bodies: [value], stream: undefined };
  if (!isParsedObject(value)) return alone;
  const chunks = streamNames.find((name) => Array.isArray(value[name]) || isEventText(value[name]));
  if (chunks !== undefined) {
    const found = value[chunks];
    const stream = typeof found === "string" || Array.isArray(found) ? found : [];
    return { id: idOf(value), columns: scalarsOf(value, [...idNames, chunks]), bodies: [], stream };
  }
  if (isEnvelope(value)) {
    const { response, error } = value;
    const bodies = response === null ? [{ error }] : bodiesOf(response);
    return { id: idOf(value), columns: scalarsOf(value, [...idNames, "response", "error"]), bodies, stream: undefined };
  }
  const { result } = value;
  if (isParsedObject(result) && "custom_id" in value) {
    const bodies = [batchResult(result)];
    return { id: idOf(value), columns: scalarsOf(value, [...idNames, "result"]), bodies, stream: undefined };
  }
  if (isFailedRecord(value)) {
    const columns = scalarsOf(value, [...idNames, "error"]);
    return { id: idOf(value), columns, bodies: [{ error: value["error"] }], stream: undefined };
  }
  const own = Object.entries(value).filter(([name, inner]) => wanted.includes(name) && isOwnValue(inner));
  return { ...alone, columns: scalarsOf(Object.fromEntries(own), []) };
}

function isEventText(value: unknown): boolean {
  return typeof value === "string" && /^(data|event|:|id)/.test(value);
}
