import { numberText } from "../../parts/numbers.ts";

/** What turned out, for the axis of a diagram. */
export interface OutcomeWords {
  /** As a column: `Right`. */
  readonly outcome: string;
  readonly other: string;
  /** In a sentence: `right`. */
  readonly inText: string;
}

/** The words for what was stated and what came of it. */
export function outcomeWords(axis: "confidence" | "probability"): OutcomeWords {
  return axis === "probability"
    ? { outcome: "Positive", other: "Negative", inText: "positive" }
    : { outcome: "Right", other: "Wrong", inText: "right" };
}

/** A range of confidence in percent, with as many digits as tell its ends apart. */
export function rangeText(lower: number, upper: number): string {
  for (let digits = 0; digits < 6; digits++) {
    const [from, to] = [numberText(lower, "share", digits), numberText(upper, "share", digits)];
    const isShort = Math.abs(Number(from) - 100 * lower) < 0.051 && Math.abs(Number(to) - 100 * upper) < 0.051;
    if (from !== to && isShort) return `${from}–${to}\u202f%`;
  }
  return `${numberText(lower, "share", 6)}\u202f%`;
}

/** A p-value as it is written in text. */
export function pText(p: number): string {
  return p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(p < 0.1 ? 3 : 2)}`;
}
