import type { Estimate, FitScores } from "@candor/core";
import { formatEstimate, formatInterval, formatNumber, formatPercent } from "@candor/pages";

/** How one of the scores of a fit is named, read and written. */
export interface ScoreWords {
  readonly key: keyof FitScores;
  readonly name: string;
  /** What it measures, for readers who do not know it. */
  readonly meaning: string;
  readonly unit: "number" | "percent";
  readonly lowerIsBetter: boolean;
}

/** The scores of a fit, the most decisive first. */
export const scoreWords: readonly ScoreWords[] = [
  {
    key: "logLoss",
    name: "Log loss",
    meaning: "punishes confident mistakes; lower is better",
    unit: "number",
    lowerIsBetter: true,
  },
  {
    key: "brier",
    name: "Brier score",
    meaning: "mean squared error; lower is better",
    unit: "number",
    lowerIsBetter: true,
  },
  {
    key: "ece",
    name: "ECE",
    meaning: "mean gap between stated and true, in bins; lower is better",
    unit: "number",
    lowerIsBetter: true,
  },
  {
    key: "smoothEce",
    name: "Smooth ECE",
    meaning: "the same gap without bins; lower is better",
    unit: "number",
    lowerIsBetter: true,
  },
  {
    key: "accuracy",
    name: "Accuracy",
    meaning: "how often the predicted outcome came true",
    unit: "percent",
    lowerIsBetter: false,
  },
  {
    key: "meanConfidence",
    name: "Mean confidence",
    meaning: "how sure it said it was",
    unit: "percent",
    lowerIsBetter: false,
  },
];

function inPercent({ lower, upper }: Estimate): { lower: number; upper: number } {
  return { lower: lower * 100, upper: upper * 100 };
}

/** The value alone, e.g. `0.0436`, `93.8 %`. */
export function valueText({ value }: Estimate, { unit }: Pick<ScoreWords, "unit">): string {
  return unit === "percent" ? formatPercent(value) : formatNumber(value);
}

/** The interval alone, e.g. `[0.0364, 0.0493]`, `[93.1, 94.5]`; empty where none is defined. */
export function intervalText(estimate: Estimate, { unit }: Pick<ScoreWords, "unit">): string {
  if (estimate.interval === "none") return "";
  return unit === "percent" ? formatInterval(inPercent(estimate), 1) : formatInterval(estimate);
}

/** Value and interval. */
export function scoreText(estimate: Estimate, words: Pick<ScoreWords, "unit">): string {
  return words.unit === "number"
    ? formatEstimate(estimate)
    : `${valueText(estimate, words)} ${intervalText(estimate, words)}`.trim();
}

/** A gain (before minus after) with its direction in words, e.g. `0.1444 lower [0.1152, 0.1737]`. */
export function gainText(gain: Estimate): string {
  const [first = "", ...rest] = formatEstimate({ ...gain, value: Math.abs(gain.value) }).split(" ");
  const word = gain.value > 0 ? "lower" : gain.value < 0 ? "higher" : "unchanged";
  return [gain.value === 0 ? word : `${first} ${word}`, ...rest].join(" ");
}
