import type { Estimate } from "@candor/core";

/** A number that JSON may have turned from infinite into `null`. */
export type MaybeNumber = number | null | undefined;

function isFiniteNumber(value: MaybeNumber): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function separated(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * A number with fixed decimals and separators at the thousands, e.g. `0.0550`, `-1,204.5`.
 *
 * @param value any number
 * @param digits decimals, in [0, 20]
 * @returns `–` where the value is not finite; never `-0`
 */
export function formatNumber(value: MaybeNumber, digits = 4): string {
  if (!isFiniteNumber(value)) return "–";
  const text = Math.abs(value).toFixed(digits);
  if (text.includes("e")) return value.toExponential(digits);
  const [whole = "", fraction] = text.split(".");
  const sign = value < 0 && Number(text) !== 0 ? "-" : "";
  return sign + separated(whole) + (fraction === undefined ? "" : `.${fraction}`);
}

/**
 * A parameter of a fit with five significant digits, whole numbers as they are, e.g. `2.8826`, `0.00010000`, `8`.
 *
 * @param value any number
 */
export function formatParameter(value: number): string {
  if (Number.isInteger(value)) return formatCount(value);
  const digits = 4 - Math.floor(Math.log10(Math.abs(value)));
  return digits > 12 ? value.toExponential(4) : formatNumber(value, Math.max(0, digits));
}

/**
 * A whole number with separators at the thousands, e.g. `10,000`.
 *
 * @param value a count
 */
export function formatCount(value: MaybeNumber): string {
  return formatNumber(value, 0);
}

/**
 * A share as a percentage, e.g. `92.4 %`.
 *
 * @param share in [0, 1]
 * @param digits decimals of the percentage
 */
export function formatPercent(share: MaybeNumber, digits = 1): string {
  return isFiniteNumber(share) ? `${formatNumber(share * 100, digits)} %` : "–";
}

function decimalsFor(values: readonly MaybeNumber[]): number {
  const largest = Math.max(0, ...values.filter(isFiniteNumber).map(Math.abs));
  if (largest >= 100) return 2;
  if (largest < 5e-9 || largest >= 0.001) return 4;
  return Math.min(8, Math.ceil(-Math.log10(largest)) + 2);
}

/** A range of numbers; bounds that are infinite (or `null` after JSON) are no bounds. */
export interface Bounds {
  readonly lower: MaybeNumber;
  readonly upper: MaybeNumber;
}

/**
 * An interval, e.g. `[0.0501, 0.0600]`; a side without a finite bound says `no bound`.
 *
 * @param bounds both ends
 * @param digits decimals. Default 4, more for very small numbers, fewer above 100
 */
export function formatInterval(
  { lower, upper }: Bounds,
  digits: number | undefined = decimalsFor([lower, upper]),
): string {
  const end = (value: MaybeNumber) => (isFiniteNumber(value) ? formatNumber(value, digits) : "no bound");
  return `[${end(lower)}, ${end(upper)}]`;
}

/**
 * A number with its interval, e.g. `0.0550 [0.0501, 0.0600]`; the number alone where no interval is defined.
 *
 * @param estimate value, ends, and the kind of interval
 * @param digits decimals. Default 4, more for very small numbers, fewer above 100
 */
export function formatEstimate(
  estimate: Pick<Estimate, "value" | "lower" | "upper" | "interval">,
  digits: number | undefined = decimalsFor([estimate.value, estimate.lower, estimate.upper]),
): string {
  const value = formatNumber(estimate.value, digits);
  return estimate.interval === "none" ? value : `${value} ${formatInterval(estimate, digits)}`;
}

/**
 * A share with its interval in per cent, e.g. `16.0 % [15.1, 16.9]`; the share alone where no interval is defined.
 *
 * @param share value and ends in [0, 1], and the kind of interval
 */
export function formatShare(share: Pick<Estimate, "value" | "lower" | "upper" | "interval">): string {
  const value = formatPercent(share.value);
  if (share.interval === "none") return value;
  return `${value} ${formatInterval({ lower: 100 * share.lower, upper: 100 * share.upper }, 1)}`;
}

/**
 * A p-value, e.g. `p = 0.031`, `p < 0.001`; without a letter, for columns, `0.031`, `< 0.001`.
 *
 * @param pValue in [0, 1]
 * @param letter what to call it: `p`, `q` when adjusted for the number of tests, or nothing
 */
export function formatPValue(pValue: MaybeNumber, letter: "p" | "q" | "" = "p"): string {
  if (!isFiniteNumber(pValue)) return "–";
  const equals = letter === "" ? "" : `${letter} = `;
  const below = letter === "" ? "< " : `${letter} < `;
  return pValue < 0.001 ? `${below}0.001` : `${equals}${formatNumber(pValue, 3)}`;
}

/**
 * A confidence level in words, e.g. `95 %`, `99.9 %`.
 *
 * @param level in (0, 1)
 */
export function formatLevel(level: number): string {
  return `${Number((level * 100).toPrecision(6))} %`;
}

/** Control characters, direction overrides and halves of surrogate pairs. */
const INVISIBLE = /[\p{Cc}\p{Surrogate}\u2028-\u202e\u2066-\u2069]/gu;

/**
 * A name from the data as one short line: control and direction characters become `\ufffd`, long names are cut with `…`, and a name
 * without visible characters says so. The result is text, to be escaped like any other.
 *
 * @param name any string
 * @param limit letters kept
 */
export function formatName(name: string, limit = 80): string {
  if (name.trim() === "") return name === "" ? "(empty)" : "(blank)";
  const visible = name.slice(0, 4 * limit).replace(INVISIBLE, "\ufffd");
  const letters = [...visible];
  return letters.length > limit || name.length > 4 * limit
    ? `${letters.slice(0, limit - 1).join("")}…`
    : letters.join("");
}
