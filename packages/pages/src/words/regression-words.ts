import type { RegressionGroup, RegressionReport } from "@candor/core";
import { formatCount, formatLevel } from "./format.ts";
import { metricName } from "./metric-name.ts";
import type { StatusWords } from "./status-words.ts";

const STATUS: Readonly<Record<RegressionReport["verdict"]["status"], StatusWords>> = {
  calibrated: { symbol: "✓", word: "Calibrated", tone: "good" },
  "too-narrow": { symbol: "▼", word: "Too narrow", tone: "warn" },
  "too-wide": { symbol: "▲", word: "Too wide", tone: "warn" },
  biased: { symbol: "◆", word: "Biased", tone: "warn" },
  miscalibrated: { symbol: "◆", word: "Miscalibrated", tone: "warn" },
  "too-few-rows": { symbol: "?", word: "Too few rows", tone: "neutral" },
  "no-uncertainty": { symbol: "?", word: "No uncertainty stated", tone: "neutral" },
};

/** How to show the verdict of a report on forecasts. */
export function regressionStatus({ verdict }: Pick<RegressionReport, "verdict">): StatusWords {
  return STATUS[verdict.status];
}

/** What is forecast, e.g. `23 quantiles`. */
export function forecastWords({
  forecast,
  levels,
  intervals,
}: Pick<RegressionReport, "forecast" | "levels" | "intervals">): string {
  switch (forecast) {
    case "point":
      return "forecasts alone";
    case "point-and-sigma":
      return "forecasts with standard deviation";
    case "quantiles":
      return `${formatCount(levels.length)} ${levels.length === 1 ? "quantile" : "quantiles"}`;
    case "interval":
      return intervals[0] === undefined ? "intervals" : `${formatLevel(intervals[0].level)} intervals`;
  }
}

const NAMES: Readonly<Record<string, string>> = {
  bias: "Bias",
  mae: "Mean absolute error",
  rmse: "Root mean squared error",
  r2: "R²",
  crps: "CRPS",
  negativeLogLikelihood: "Negative log likelihood",
  pinball: "Pinball loss",
  weightedIntervalScore: "Weighted interval score",
  wisDispersion: "WIS: dispersion",
  wisOverprediction: "WIS: forecasts too high",
  wisUnderprediction: "WIS: forecasts too low",
  miscalibrationArea: "Miscalibration area",
  meanAbsoluteCalibrationError: "Mean calibration error",
  rootMeanSquaredCalibrationError: "RMS calibration error",
  sharpness: "Sharpness",
  pitTest: "Test of uniform PIT",
  r2Correlation: "R², squared correlation",
  outcomeLineSlope: "Slope of outcomes on forecasts",
  outcomeLineIntercept: "Intercept of outcomes on forecasts",
  crossedRows: "Rows with quantiles out of order",
};

/** The name of a metric of forecasts for people. */
export function regressionMetricName(key: string): string {
  return (Object.hasOwn(NAMES, key) ? NAMES[key] : undefined) ?? metricName(key);
}

/** Coverage of the intervals around the numbers; 95 % where there is none. */
export function confidenceLevel({ metrics, intervals }: Pick<RegressionReport, "metrics" | "intervals">): number {
  const first = [...Object.values(metrics), ...intervals.map(({ coverage }) => coverage)].find(
    (estimate) => estimate !== null,
  );
  return first?.level ?? 0.95;
}

/** The level of the intervals that groups are held against: that nearest to 90 %, the higher one of two as near. */
export function groupLevel({ intervals }: Pick<RegressionReport, "intervals">): number | undefined {
  return intervals
    .map(({ level }) => level)
    .reduce<number | undefined>(
      (best, level) => (best === undefined || Math.abs(level - 0.9) <= Math.abs(best - 0.9) ? level : best),
      undefined,
    );
}

/** Fewest quantiles with which it is worth showing where between them the outcomes fell. */
const FEWEST_FOR_PIT = 5;

/**
 * The histogram of the probability integral transform where it says more than the quantiles do: between few of them the
 * outcomes are only spread evenly.
 */
export function shownPit({
  pit,
  forecast,
  quantileCurve,
}: Pick<RegressionReport, "pit" | "forecast" | "quantileCurve">): RegressionReport["pit"] {
  return forecast === "point-and-sigma" || quantileCurve.length >= FEWEST_FOR_PIT ? pit : [];
}

/** What the evidence says about a group. */
export interface GroupWords {
  readonly symbol: "▲" | "▼" | "◆" | "○";
  readonly words: "too narrow" | "too wide" | "too high" | "too low" | "off" | "none";
}

/** The flag of a group: what its intervals show first, then its bias; `○` for groups not flagged. */
export function groupWords(
  { flagged, coverage, bias }: Pick<RegressionGroup, "flagged" | "coverage" | "bias">,
  promised: number | undefined,
): GroupWords {
  if (!flagged) return { symbol: "○", words: "none" };
  if (coverage !== null && promised !== undefined) {
    if (coverage.upper < promised) return { symbol: "▼", words: "too narrow" };
    if (coverage.lower > promised) return { symbol: "▲", words: "too wide" };
  }
  if (bias.lower > 0) return { symbol: "▲", words: "too high" };
  if (bias.upper < 0) return { symbol: "▼", words: "too low" };
  return { symbol: "◆", words: "off" };
}

/** The start of a stretch of time without a time of day that says nothing. */
export function periodName(name: string): string {
  return name.replace(/T00:00(:00(\.0+)?)?Z?$/, "");
}
