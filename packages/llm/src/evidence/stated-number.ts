/** The scale of a number without a sign: 0 to 100, 0 to 1, or 0 to 10. */
export type StatedScale = "percent" | "unit" | "ten";

/** A number that was found, before its place in the text is judged. */
export interface StatedNumber {
  /** In [0, 1]; null where it is no confidence. */
  readonly value: number | null;
  readonly bounds: readonly [number, number] | null;
  /** Why `value` is null; null where it is not. */
  readonly reason: string | null;
}

const NUMBER = String.raw`[+\-−]?(?:\d{1,12}(?:[.,]\d{1,20})?|[.,]\d{1,20})`;
const END = String.raw`(?![\w^²³⁻⁰-⁹]|[.,]\d)`;
const PERCENT = String.raw`\s?(?:%|percent\b|per cent\b|pct\b)`;
const RANGE = String.raw`(?:(?:between|from)\s+)?(${NUMBER})(${PERCENT})?\s*(?:to|(?<=between\s[^a-z]*)and|-|–|—)\s*(${NUMBER})(${PERCENT})?${END}`;
const RATIO = String.raw`(${NUMBER})\s*(?:/|\(?\s*out of|in)\s*(${NUMBER})${END}`;
const SINGLE = `(${NUMBER})(?:(${PERCENT})|${END})`;

/** A number, ratio or range as a pattern without groups, for use inside other patterns. */
export const STATED: string = `(?:${[RANGE, RATIO, SINGLE].map((part) => part.replace(/\((?!\?)/g, "(?:")).join("|")})`;

/** As `STATED`, for what shows by itself that it is a share: with a per cent sign, a ratio, or below 1 with a point. */
export const STATED_SHARE: string = `(?:${[
  String.raw`(?:(?:between|from)\s+)?${NUMBER}(?:${PERCENT})?\s*(?:to|(?<=between\s[^a-z]*)and|-|–|—)\s*${NUMBER}${PERCENT}`,
  String.raw`${NUMBER}\s*(?:/|out of)\s*${NUMBER}${END}`,
  `${NUMBER}${PERCENT}`,
  String.raw`[+\-−]?0?[.,]\d{1,20}${END}`,
].join("|")})`;

const range = new RegExp(`^${RANGE}$`, "i");
const ratio = new RegExp(`^${RATIO}$`, "i");
const single = new RegExp(`^${SINGLE}$`, "i");

const no = (reason: string): StatedNumber => ({ value: null, bounds: null, reason });

/** A decimal comma is a point; a comma before three digits separates thousands, except after a zero. */
function numberOf(text: string): number {
  const plain = text.replace("−", "-");
  return Number(/^[+-]?[1-9]\d*,\d{3}$/.test(plain) ? plain.replace(",", "") : plain.replace(",", "."));
}

function checked(share: number, written: string): StatedNumber {
  if (share < 0 || share > 1) return no(`the stated confidence ${written} is not between 0 and 1`);
  return { value: share, bounds: null, reason: null };
}

/** A bare number: which scale is meant has to be said or be plain. */
function bare(written: string, scale: StatedScale | null): StatedNumber {
  const number = numberOf(written);
  const hasPoint = /[.,]/.test(written);
  if (number < 0) return no(`the stated confidence ${written} is negative`);
  if (number === 0) return checked(0, written);
  if (scale === "unit") return checked(number, written);
  if (scale === "ten") return checked(number / 10, written);
  if (number < 1 && scale === null) return checked(number, written);
  if (number === 1 && hasPoint && scale === null) return checked(1, written);
  if (scale === "percent" && (number > 1 || (number === 1 && !hasPoint))) return checked(number / 100, written);
  if (number > 10) return checked(number / 100, written);
  return no(`the stated confidence ${written} fits more than one scale`);
}

/**
 * The share that a number, ratio or range stands for.
 *
 * @param written exactly what `STATED` matched: `95%`, `0.95`, `9 out of 10`, `between 70 and 80%`
 * @param scale of a number without a sign; null where nobody said
 * @returns for a range its middle, with the range as `bounds`; a null `value` with a reason where it is outside 0 to 1, or
 *   where the scale is needed and not known
 */
export function readStatedNumber(written: string, scale: StatedScale | null): StatedNumber {
  const asRatio = ratio.exec(written);
  if (asRatio !== null) {
    const [part, whole] = [numberOf(asRatio[1] ?? ""), numberOf(asRatio[2] ?? "")];
    if (!(whole > 0)) return no(`the stated confidence ${written} is no share`);
    return checked(part / whole, written);
  }
  const asSingle = single.exec(written);
  if (asSingle !== null) {
    const [, number = "", percent] = asSingle;
    return percent === undefined ? bare(number, scale) : checked(numberOf(number) / 100, written);
  }
  const asRange = range.exec(written);
  if (asRange === null) return no(`the stated confidence ${written} is no number`);
  const [, low = "", lowPercent, high = "", highPercent] = asRange;
  const isPercent = highPercent !== undefined || lowPercent !== undefined;
  const both = scale ?? (numberOf(low) > 0 && numberOf(low) < 1 ? "unit" : numberOf(high) > 10 ? "percent" : null);
  const ends = [low, high].map((end) => (isPercent ? checked(numberOf(end) / 100, written) : bare(end, both)));
  const [lower, upper] = [ends[0]?.value ?? null, ends[1]?.value ?? null];
  if (lower === null || upper === null) return ends.find((end) => end.value === null) ?? no("no range");
  if (lower > upper) return no(`the stated range ${written} runs backwards`);
  return { value: (lower + upper) / 2, bounds: [lower, upper], reason: null };
}
