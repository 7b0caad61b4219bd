/** Why an item was not taken; stable, for programs and for the counter of rejections. */
export type RejectionCode =
  | "json"
  | "missing"
  | "type"
  | "unknown-field"
  | "out-of-range"
  | "too-long"
  | "too-many"
  | "time"
  | "name";

/** An item that was not taken: which field, what was expected, what came. */
export interface Rejection {
  readonly kind: "rejected";
  readonly code: RejectionCode;
  /** Path in the item; empty for the item itself. */
  readonly field: string;
  readonly message: string;
}

/** A rejection whose message says what the field must be and what came. */
export function expected(code: RejectionCode, field: string, what: string, got: unknown): Rejection {
  if (got === undefined)
    return { kind: "rejected", code: "missing", field, message: `${field} is missing: it must be ${what}` };
  return { kind: "rejected", code, field, message: `${field} must be ${what}, got ${shown(got)}` };
}

/** A value for a message: its kind, and as much of it as helps. */
export function shown(value: unknown): string {
  if (value === null || value === undefined || typeof value === "boolean") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "a number too large to hold";
  if (typeof value === "string")
    return value.length > 40 ? `text of ${value.length} characters` : `the text ${JSON.stringify(value)}`;
  return Array.isArray(value) ? `a list of ${value.length}` : "an object";
}

/** Whether a value is an object of JSON, with names and values. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const unusable = /[\p{Cc}\p{Cs}]/u;

/** The most characters of an id or a name. */
export const nameLength = 200;

/** Whether text can name something: 1 to 200 characters, no control characters, no half of a surrogate pair. */
export function isName(text: string): boolean {
  return text.length > 0 && text.length <= nameLength && !unusable.test(text);
}

/** What is wrong with an id or a name; only for those that are. */
export function wrongName(field: string, got: unknown): Rejection {
  const what = `text of 1 to ${nameLength} characters`;
  if (typeof got !== "string") return expected("type", field, what, got);
  if (got.length > nameLength) return expected("too-long", field, what, got);
  if (got.length === 0) return expected("name", field, what, got);
  return expected("name", field, "text without control characters and broken surrogate pairs", got);
}
