import type { Estimate, RegressionCandidate, RegressionFitDocument, RegressionMap } from "@candor/core";
import {
  formatCount,
  formatLevel,
  formatMeasure,
  formatMeasured,
  groupLevel,
  regressionMetricName,
  type StatusWords,
} from "@candor/pages";

/** A number before and after. */
export interface ChangedNumber {
  readonly key: string;
  readonly name: string;
  readonly unit: "measure" | "number" | "percent";
  /** Null where the forecasts did not say enough to have it. */
  readonly before: Estimate | null;
  readonly after: Estimate;
  /** What it measures, for readers who do not know it. */
  readonly meaning: string;
}

const SHOWN = [
  ["crps", "measure", "distance between the forecast distribution and the outcome; lower is better"],
  ["weightedIntervalScore", "measure", "width of the intervals and what missed them; lower is better"],
  ["pinball", "measure", "mean loss of the quantiles; lower is better"],
  ["negativeLogLikelihood", "number", "punishes surprising outcomes; lower is better"],
  ["miscalibrationArea", "number", "between the calibration curve and the diagonal; lower is better"],
  ["bias", "measure", "mean of forecast minus outcome; nearer to 0 is better"],
  ["mae", "measure", "mean size of the error; lower is better"],
  ["rmse", "measure", "root mean square of the error; lower is better"],
  ["sharpness", "measure", "spread of the forecasts; lower is better where they are calibrated"],
] as const;

/** The numbers of the report after a fit, with those before, the most decisive first. */
export function changedNumbers({ before, after }: Pick<RegressionFitDocument, "before" | "after">): ChangedNumber[] {
  const numbers = SHOWN.flatMap(([key, unit, meaning]): ChangedNumber[] => {
    const [was, is] = [before.metrics[key], after.metrics[key]];
    return is === null ? [] : [{ key, name: regressionMetricName(key), unit, before: was, after: is, meaning }];
  });
  const level = groupLevel(after);
  const at = (report: typeof before) => report.intervals.find((interval) => interval.level === level)?.coverage;
  const [was, is] = [at(before), at(after)];
  if (level === undefined || is === undefined) return numbers;
  const name = `Inside ${formatLevel(level)} interval`;
  const meaning = `share of outcomes inside; ${formatLevel(level)} is what was promised`;
  const covered: ChangedNumber = { key: "coverage", name, unit: "percent", before: was ?? null, after: is, meaning };
  return [...numbers.slice(0, 1), covered, ...numbers.slice(1)];
}

const STATUS: Readonly<Record<RegressionFitDocument["verdict"]["status"], StatusWords>> = {
  improved: { symbol: "✓", word: "Improved", tone: "good" },
  "likely-improved": { symbol: "≈", word: "Probably improved", tone: "neutral" },
  identity: { symbol: "=", word: "No gain shown", tone: "neutral" },
  worse: { symbol: "▼", word: "Worse", tone: "warn" },
  "too-few-rows": { symbol: "?", word: "Too few rows", tone: "neutral" },
};

/** How to show the verdict of a fit of forecasts. */
export function regressionFitStatus({ verdict, calibrator }: RegressionFitDocument): StatusWords {
  const words = STATUS[verdict.status];
  return verdict.status === "identity" && calibrator.map.kind === "identity"
    ? { ...words, word: "Left as they are" }
    : words;
}

/** What a calibrator does to forecasts, in sentences. */
export function mapWords(map: RegressionMap): string[] {
  switch (map.kind) {
    case "identity":
      return ["Forecasts stay as they are."];
    case "shift-and-scale": {
      const { shift, scale } = map;
      return [
        shift === 0
          ? "Forecasts are not moved."
          : `${formatMeasure(Math.abs(shift))} is ${shift > 0 ? "added to" : "taken from"} every forecast.`,
        scale === 1 ? "Spreads stay as they are." : `Spreads are multiplied by ${formatMeasure(scale)}.`,
      ];
    }
    case "levels":
      return [
        `Forecast distributions are read at other levels, by a line of ${formatCount(map.levels.length)} points from the level wanted to the level read.`,
      ];
    case "chain":
      return map.maps.flatMap(mapWords);
    case "quantile-shifts":
      return [
        `Each quantile is moved by an amount of its own: ${map.levels
          .slice(0, 7)
          .map((level, i) => `${formatLevel(level)} by ${formatMeasure(map.shifts[i])}`)
          .join(", ")}${map.levels.length > 7 ? ", …" : ""}. Rows are then put in order.`,
      ];
  }
}

/** What the loss is by which methods are compared. */
export function lossWords({ improvement }: Pick<RegressionFitDocument, "improvement">): string {
  const { levels } = improvement.loss.spec;
  if (typeof levels !== "number") return "The loss is twice the mean pinball loss.";
  const at = `${formatCount(levels)} ${levels === 1 ? "level" : "levels"}`;
  const kin = levels >= 9 ? ": the CRPS but for the steps between levels" : "";
  return `The loss is twice the mean pinball loss over ${at}${kin}.`;
}

/** How much more a method loses than the best repair; leaving the forecasts alone may lose less. */
export function excessWords({ excess, method }: RegressionCandidate): string {
  if (excess === null) return "";
  if (excess.value === 0) return method === "identity" ? "nothing lost" : "the best repair";
  return `${excess.value > 0 ? "+" : ""}${formatMeasured(excess)}`;
}
