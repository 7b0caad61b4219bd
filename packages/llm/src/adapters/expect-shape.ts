import { InputError } from "@candor/core";
import { isObject } from "../json.ts";
import type { JsonObject } from "./draft.ts";

/** What a value of JSON is, in words for an error message; never its content. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "boolean" ? "a boolean" : `a ${typeof value}`;
}

/**
 * The value as a list.
 *
 * @param field where it stands, for the message: `candidates[0].content.parts`
 * @throws {InputError} `incompatible`
 */
export function listAt(value: unknown, field: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new InputError("incompatible", `expected ${field} to be a list, got ${kindOf(value)}`);
}

/**
 * The value as an object.
 *
 * @param field where it stands, for the message
 * @throws {InputError} `incompatible`
 */
export function objectAt(value: unknown, field: string): JsonObject {
  if (isObject(value)) return value;
  throw new InputError("incompatible", `expected ${field} to be an object, got ${kindOf(value)}`);
}

/**
 * The value as text; nothing and null are no text.
 *
 * @param field where it stands, for the message
 * @throws {InputError} `incompatible` for what is neither text nor absent
 */
export function textAt(value: unknown, field: string): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  throw new InputError("incompatible", `expected ${field} to be text, got ${kindOf(value)}`);
}

/** Arguments of a tool call as JSON text: text as it came, anything else written as JSON, nothing as `{}`. */
export function argumentsText(value: unknown): string {
  if (typeof value === "string") return value;
  return JSON.stringify(value ?? {});
}

/** The first names of fields, for a message. */
export function fieldNames(body: JsonObject): string {
  const names = Object.keys(body);
  if (names.length === 0) return "none";
  return names.length > 8 ? `${names.slice(0, 8).join(", ")}, …` : names.join(", ");
}
