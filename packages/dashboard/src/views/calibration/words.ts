import { numberText, valueText } from "../../parts/numbers.ts";

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

/** A range of confidence in percent, with as many digits as its width deserves. */
export function rangeText(lower: number, upper: number): string {
  const most = 6;
  const tolerance = 2 * (upper - lower);
  for (let digits = 0; digits < most; digits++) {
    const isNear = (value: number): boolean =>
      Math.abs(Number((100 * value).toFixed(digits)) - 100 * value) <= tolerance;
    if (upper > lower && isNear(lower) && isNear(upper))
      return `${numberText(lower, "share", digits)}–${valueText(upper, "share", digits)}`;
  }
  return valueText(lower, "share", most);
}

/** A p-value as it is written in text. */
export function pText(p: number): string {
  return p < 0.001 ? "p\u00a0<\u00a00.001" : `p\u00a0=\u00a0${p.toFixed(p < 0.1 ? 3 : 2)}`;
}
