import { decimal, type Rational } from "./rational.ts";

/** A JSON value with exact numbers. */
export type ExactJson =
  | { readonly kind: "atom"; readonly value: string | boolean | null }
  | { readonly kind: "number"; readonly amount: Rational }
  | { readonly kind: "array"; readonly items: readonly ExactJson[] }
  | { readonly kind: "object"; readonly entries: ReadonlyMap<string, ExactJson> };

const TOKEN = /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*)|(true|false|null))/y;

/** Nesting deeper than this is read as text. */
const DEEPEST = 200;

/** Reads tokens of a text that `JSON.parse` has accepted, so that no number loses digits. */
function readTokens(text: string): ExactJson | null {
  TOKEN.lastIndex = 0;
  const read = (depth: number, first?: RegExpExecArray | null): ExactJson | null => {
    const token = first ?? TOKEN.exec(text);
    if (token === null || depth > DEEPEST) return null;
    const [, mark, quoted, number, word] = token;
    if (quoted !== undefined) {
      const value: unknown = JSON.parse(quoted);
      return typeof value === "string" ? { kind: "atom", value } : null;
    }
    if (number !== undefined) {
      const amount = decimal(number);
      return amount === null ? null : { kind: "number", amount };
    }
    if (word !== undefined) return { kind: "atom", value: word === "null" ? null : word === "true" };
    return mark === "[" ? readArray(depth) : mark === "{" ? readObject(depth) : null;
  };
  const readArray = (depth: number): ExactJson | null => {
    const items: ExactJson[] = [];
    for (;;) {
      const token = TOKEN.exec(text);
      if (token?.[1] === "]") return { kind: "array", items };
      const item = token?.[1] === "," ? read(depth + 1) : read(depth + 1, token);
      if (item === null) return null;
      items.push(item);
    }
  };
  const readObject = (depth: number): ExactJson | null => {
    const entries = new Map<string, ExactJson>();
    for (;;) {
      let token = TOKEN.exec(text);
      if (token?.[1] === "}") return { kind: "object", entries };
      if (token?.[1] === ",") token = TOKEN.exec(text);
      const name: unknown = JSON.parse(token?.[2] ?? "null");
      TOKEN.exec(text);
      const value = read(depth + 1);
      if (typeof name !== "string" || value === null) return null;
      entries.set(name, value);
    }
  };
  return read(0);
}

/**
 * A JSON text by value, its numbers exact (2⁵³ + 1 stays apart from 2⁵³). Of a repeated key the last value counts, as parsers do.
 *
 * @returns null where the text is not JSON
 */
export function readJson(text: string): ExactJson | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  return readTokens(text);
}
