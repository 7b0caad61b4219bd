import type { Reliability } from "@candor/core";

/**
 * A share as a percentage, e.g. `87.1 %`; `–` where it is not a finite number.
 *
 * @param share in [0, 1]
 * @param digits decimals of the percentage
 */
export function percent(share: number, digits = 1): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(digits)} %` : "–";
}

/**
 * A number with fixed decimals; `–` where it is not finite.
 *
 * @param value any number
 * @param digits decimals
 */
export function decimal(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return "–";
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text;
}

/**
 * A number with at most three significant digits behind its whole part, e.g. `1,204`, `0.084`, `1.42`; `–` where it is not finite.
 *
 * @param value any number
 */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 1000) return value < 0 ? `-${count(-value)}` : count(value);
  return String(Number(value.toPrecision(3)));
}

/**
 * A count with separators, e.g. `12,040`.
 *
 * @param value a whole number
 */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * The first letters of a name, with `…` where more follow.
 *
 * @param name any text
 * @param limit letters kept
 */
export function brief(name: string, limit: number): string {
  const letters = [...name];
  return letters.length > limit ? `${letters.slice(0, limit - 1).join("")}…` : name;
}

/** What the two axes of a reliability diagram show, in words. */
export interface AxisWords {
  readonly x: string;
  readonly y: string;
  /** The outcome in one word, for tooltips. */
  readonly outcome: string;
}

/**
 * The axis labels of a reliability diagram.
 *
 * @param axis what the horizontal axis is
 */
export function axisWords(axis: Reliability["axis"]): AxisWords {
  return axis === "probability"
    ? { x: "Probability the model stated", y: "Share that was positive", outcome: "positive" }
    : { x: "Confidence the model stated", y: "Share that was correct", outcome: "correct" };
}
