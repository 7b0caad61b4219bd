import { InputError } from "../../errors.ts";

function written(value: unknown, path: string): string {
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "number") {
    if (Number.isFinite(value)) return JSON.stringify(value);
    throw new InputError("not-finite", `${path || "the value"} is ${value}: JSON has finite numbers only`);
  }
  if (Array.isArray(value)) return `[${value.map((entry, i) => written(entry, `${path}[${i}]`)).join(",")}]`;
  if (typeof value !== "object")
    throw new InputError("incompatible", `${path || "the value"}: JSON has no ${typeof value}`);
  const fields = Object.entries(value)
    .filter(([, entry]) => entry !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, entry]) => `${JSON.stringify(key)}:${written(entry, path === "" ? key : `${path}.${key}`)}`);
  return `{${fields.join(",")}}`;
}

/**
 * The one JSON text of a value: no spaces, keys in the order of their UTF-16 code units, numbers and strings as
 * `JSON.stringify` writes them, keys with an undefined value left out. Two values with equal content have equal texts.
 *
 * @param value anything that JSON can hold: null, booleans, finite numbers, strings, arrays, plain objects
 * @returns JSON text
 * @throws {InputError} `not-finite` for NaN and infinities, `incompatible` for what JSON cannot hold; both name the path
 *
 * Source: RFC 8785, JSON Canonicalization Scheme.
 */
export function canonicalJson(value: unknown): string {
  return written(value, "");
}
