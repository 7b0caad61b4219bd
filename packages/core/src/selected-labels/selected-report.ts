import { proportionEstimate } from "../intervals/proportion.ts";
import type { SelectedLabelsReport } from "./document.ts";
import { labelsNeeded } from "./labels-needed.ts";
import { selectedCalibration } from "./selected-calibration.ts";
import { checkSelection, type SelectedLabels } from "./selected-labels.ts";
import { type SelectedMean, selectedMean } from "./selected-mean.ts";
import { type SelectedOperatingPoint, selectedOperatingPoint } from "./selected-thresholds.ts";

/** What `selectedLabelsReport` starts from. */
export interface SelectedReportInput {
  /** Confidence in the prediction, and whether it was right. */
  readonly accuracy: SelectedLabels;
  /** What calibration is measured on: the same, or the probability of the positive class and whether it was positive. */
  readonly calibration: SelectedLabels;
  /** What the model said of all rows that labels were selected from. */
  readonly population?: { readonly accuracy: Float64Array; readonly calibration: Float64Array };
  /** Rows that were selected and have no label. */
  readonly unlabelled: number;
  readonly level: number;
  /** Wanted width of the interval of the accuracy. */
  readonly width?: number;
}

/** Thresholds at which errors are shown. */
const THRESHOLDS: readonly number[] = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

/**
 * What labels that were selected with known probabilities say of all rows.
 *
 * @throws {InputError} as `selectedMean` and `labelsNeeded`
 */
export function selectedLabelsReport(input: SelectedReportInput): SelectedLabelsReport {
  const { accuracy: labels, calibration, population, unlabelled, level, width } = input;
  const own = population === undefined ? { level } : { level, population: population.accuracy };
  const { n, effectiveN } = checkSelection(labels, own);
  const hits = labels.outcomes.reduce((sum, y) => sum + y, 0);
  const naive = proportionEstimate(hits / n, { metric: "accuracy", estimator: "naive" }, n, n, level);
  const inversePropensity = withoutPower(selectedMean(labels, { level }));
  const tuned = population === undefined ? null : selectedMean(labels, own);
  const active = population === undefined ? null : withoutPower(selectedMean(labels, { ...own, power: 1 }));
  const best = tuned ?? inversePropensity;
  const curve = selectedCalibration(
    calibration,
    population === undefined ? { level } : { level, population: population.calibration },
  );
  const { propensities } = labels;
  return {
    labelled: n,
    unlabelled,
    population: population?.accuracy.length ?? null,
    effectiveN,
    smallestPropensity: propensities.reduce((a, b) => Math.min(a, b), 1),
    largestPropensity: propensities.reduce((a, b) => Math.max(a, b), 0),
    accuracy: { naive, inversePropensity, active, tuned },
    best: tuned === null ? "inversePropensity" : "tuned",
    calibration: curve,
    thresholds: operatingPoints(labels, own),
    labelsNeeded:
      width === undefined
        ? null
        : { width, now: best.upper - best.lower, designs: labelsNeeded(labels, { ...own, width }) },
    sentence: sentenceOf(naive, best, level),
    notes: notesOf(input, curve.unseenShare, n),
  };
}

function withoutPower({ power: _, ...estimate }: SelectedMean): Omit<SelectedMean, "power"> {
  return estimate;
}

function operatingPoints(
  labels: SelectedLabels,
  own: { readonly level: number; readonly population?: Float64Array },
): SelectedOperatingPoint[] {
  const points: SelectedOperatingPoint[] = [];
  for (const threshold of THRESHOLDS) {
    const point = selectedOperatingPoint(labels, threshold, own);
    const isSame = points.length > 0 && points[points.length - 1].coverage === point.coverage;
    if (point.coverage > 0 && !isSame) points.push(point);
  }
  return points;
}

function sentenceOf(
  naive: { readonly value: number },
  best: SelectedMean | Omit<SelectedMean, "power">,
  level: number,
): string {
  const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;
  const range = `${percent(best.lower)} to ${percent(best.upper)} at ${Number((100 * level).toPrecision(6))} %`;
  const isOff = naive.value < best.lower || naive.value > best.upper;
  const own = `${percent(best.value)} of all rows are right (${range})`;
  return isOff
    ? `${own}; among the labelled ones alone it is ${percent(naive.value)}, because they were selected.`
    : `${own}; the labelled ones alone say ${percent(naive.value)}.`;
}

function notesOf({ unlabelled, population }: SelectedReportInput, unseen: number, n: number): string[] {
  const notes: string[] = [];
  if (unlabelled > 0)
    notes.push(
      `${unlabelled} of ${n + unlabelled} selected rows have no label: the estimates hold if which ones is chance`,
    );
  if (population === undefined)
    notes.push("without the rows that labels were selected from, what the model said of the others is not used");
  if (unseen > 0)
    notes.push(`${(100 * unseen).toPrecision(2)} % of the rows are in bins of confidence without any label`);
  return notes;
}
