import type { AnswerValue } from "./answer-value.ts";
import { isNear, type Rational, rationalKey } from "./rational.ts";
import type { ExactJson } from "./read-json.ts";

/** How far apart equal numbers may be. */
export interface Tolerance {
  readonly relative: Rational;
  readonly absolute: Rational;
}

function near(a: Rational, b: Rational, { relative, absolute }: Tolerance): boolean {
  return isNear(a, b, relative, absolute);
}

function sameJson(a: ExactJson, b: ExactJson, tolerance: Tolerance): boolean {
  if (a.kind === "atom") return b.kind === "atom" && a.value === b.value;
  if (a.kind === "number") return b.kind === "number" && near(a.amount, b.amount, tolerance);
  if (a.kind === "array") {
    if (b.kind !== "array" || a.items.length !== b.items.length) return false;
    return a.items.every((item, i) => {
      const other = b.items[i];
      return other !== undefined && sameJson(item, other, tolerance);
    });
  }
  if (b.kind !== "object" || a.entries.size !== b.entries.size) return false;
  for (const [name, value] of a.entries) {
    const other = b.entries.get(name);
    if (other === undefined || !sameJson(value, other, tolerance)) return false;
  }
  return true;
}

function isWithin(items: readonly AnswerValue[], among: readonly AnswerValue[], tolerance: Tolerance): boolean {
  return items.every((item) => among.some((other) => sameValue(item, other, tolerance)));
}

/** Whether two values are the same; values of different kinds never are. Symmetric, and true of a value and itself. */
export function sameValue(a: AnswerValue, b: AnswerValue, tolerance: Tolerance): boolean {
  switch (a.kind) {
    case "number":
    case "money":
      return b.kind === a.kind && a.unit === b.unit && near(a.amount, b.amount, tolerance);
    case "date":
    case "code":
    case "text":
      return b.kind === a.kind && a.key === b.key;
    case "list":
      return (
        b.kind === "list" &&
        a.items.length === b.items.length &&
        a.items.every((item, i) => {
          const other = b.items[i];
          return other !== undefined && sameValue(item, other, tolerance);
        })
      );
    case "set":
      return b.kind === "set" && isWithin(a.items, b.items, tolerance) && isWithin(b.items, a.items, tolerance);
    case "json":
      return b.kind === "json" && sameJson(a.json, b.json, tolerance);
  }
}

function jsonKey(json: ExactJson): unknown {
  if (json.kind === "atom") return json.value;
  if (json.kind === "number") return { n: rationalKey(json.amount) };
  if (json.kind === "array") return json.items.map(jsonKey);
  const entries = Array.from(json.entries).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { o: entries.map(([name, value]) => [name, jsonKey(value)]) };
}

/** A string that is the same for values that are the same without tolerance, and different for others. */
export function valueKey(value: AnswerValue): string {
  switch (value.kind) {
    case "number":
    case "money":
      return `${value.kind}:${value.unit}:${rationalKey(value.amount)}`;
    case "date":
    case "code":
    case "text":
      return `${value.kind}:${value.key}`;
    case "list":
      return `list:${JSON.stringify(value.items.map(valueKey))}`;
    case "set":
      return `set:${JSON.stringify(Array.from(new Set(value.items.map(valueKey))).sort())}`;
    case "json":
      return `json:${JSON.stringify(jsonKey(value.json))}`;
  }
}
