/** A number with its interval, or why there is none, as the API gives it. */
export type Measure =
  | { readonly value: number; readonly lower: number | null; readonly upper: number | null; readonly n: number }
  | { readonly value: null; readonly reason: string; readonly n: number };

/** How a number is written: a share of one in percent, a difference of shares in points, a count, or as it is. */
export type NumberKind = "share" | "points" | "count" | "plain";

const minus = "\u2212";
const narrow = "\u202f";

function fixed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  const isNegative = value < 0 && Number(text) !== 0;
  return `${isNegative ? minus : ""}${text}`;
}

/** A whole number with narrow spaces between its thousands. */
export function countText(value: number): string {
  return fixed(Math.round(value), 0).replaceAll(/\B(?=(\d{3})+$)/g, narrow);
}

/** `1 prediction`, `2 predictions`: what is counted, without its number. */
export function plural(count: number, one: string): string {
  return count === 1 ? one : `${one}s`;
}

/** A large number in few characters, such as 1.2 M. */
export function shortCount(value: number): string {
  if (value >= 1e9) return `${fixed(value / 1e9, value >= 1e10 ? 0 : 1)}${narrow}B`;
  if (value >= 1e6) return `${fixed(value / 1e6, value >= 1e7 ? 0 : 1)}${narrow}M`;
  if (value >= 1e4) return `${fixed(value / 1e3, value >= 1e5 ? 0 : 1)}${narrow}k`;
  return countText(value);
}

/** A number alone, without what it is a number of. @param digits after the point; default what its kind needs */
export function numberText(value: number, kind: NumberKind, digits?: number): string {
  if (kind === "count") return countText(value);
  if (kind === "plain") return fixed(value, digits ?? 3);
  return fixed(100 * value, digits ?? 1);
}

/** What follows a number of a kind. */
export function unitText(kind: NumberKind): string {
  return { share: `${narrow}%`, points: " points", count: "", plain: "" }[kind];
}

/** A number with its unit. */
export function valueText(value: number, kind: NumberKind, digits?: number): string {
  return `${numberText(value, kind, digits)}${unitText(kind)}`;
}

/** `[70.1, 74.2]`, an open end as an ellipsis; empty without an interval. */
export function intervalText(
  { lower, upper }: { readonly lower: number | null; readonly upper: number | null },
  kind: NumberKind,
  digits?: number,
): string {
  if (lower === null && upper === null) return "";
  const end = (value: number | null): string => (value === null ? "…" : numberText(value, kind, digits));
  return `[${end(lower)}, ${end(upper)}]`;
}

/** A number with its interval in one line, or why there is none. */
export function measureText(measure: Measure, kind: NumberKind, digits?: number): string {
  if (measure.value === null) return measure.reason;
  const interval = intervalText(measure, kind, digits);
  return `${valueText(measure.value, kind, digits)}${interval === "" ? "" : ` ${interval}`}`;
}
