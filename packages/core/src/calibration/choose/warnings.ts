import { normalQuantile } from "../../special/normal.ts";
import type { CalibrationData } from "../calibration-data.ts";
import type { DataSize } from "./candidate.ts";
import { type MeanAndError, pairedMean } from "./paired-mean.ts";

/** Rows below which any calibrator is a guess. */
const FEW_ROWS = 50;
/** Rows of the rarer outcome below which its probability is. */
const FEW_OF_RAREST = 10;
/** Segments smaller than this are not compared. */
const LEAST_OF_SEGMENT = 30;

/** What is compared: the probability after calibration minus what happened, of each held-out row. */
export interface HeldOutGaps {
  /** Positions in the data, ascending. */
  readonly rows: Uint32Array;
  /** One per row of `rows`. */
  readonly gaps: Float64Array;
}

/**
 * What a reader has to know before using the calibrator, one sentence each.
 *
 * @param size of the data
 * @param held gaps of the rows held out; drift and segments are judged on them
 */
export function fitWarnings(data: CalibrationData, size: DataSize, held: HeldOutGaps): string[] {
  return [
    ...smallSample(data, size),
    ...constantScores(data),
    ...certainScores(data),
    ...drift(data, held),
    ...differingSegments(data, held),
  ];
}

function smallSample(data: CalibrationData, { effectiveN, rarest, classes }: DataSize): string[] {
  const warnings: string[] = [];
  const n = Math.round(effectiveN);
  if (n < FEW_ROWS)
    warnings.push(
      `Only ${counted(n, data.weights ? "effective row" : "row")}: what can be learned from them is little; collect at least ${FEW_ROWS}.`,
    );
  if (rarest < FEW_OF_RAREST && classes === 2) {
    const what =
      rarest === 0 ? "Only one outcome occurs" : `The rarer outcome has ${counted(Math.round(rarest), "row")}`;
    warnings.push(`${what}: probabilities near its side cannot be checked; collect at least ${FEW_OF_RAREST} of each.`);
  }
  if ("labels" in data) {
    const counts = new Float64Array(data.logits.cols);
    for (const label of data.labels) counts[label]++;
    const rare = counts.reduce((sum, count) => sum + (count < FEW_OF_RAREST ? 1 : 0), 0);
    if (rare > 0)
      warnings.push(
        `${rare} of ${counts.length} classes ${rare === 1 ? "has" : "have"} fewer than ${FEW_OF_RAREST} rows: ${rare === 1 ? "its probability cannot be checked by itself" : "their probabilities cannot be checked one by one"}.`,
      );
  }
  if (data.weights && effectiveN < 0.5 * data.rows && !data.merged)
    warnings.push(`The weights are uneven: ${data.rows} rows count as ${n}.`);
  return warnings;
}

function constantScores(data: CalibrationData): string[] {
  if (!("scores" in data)) return [];
  const { scores } = data;
  const isConstant = scores.every((score) => score === scores[0]);
  return isConstant && scores.length > 1
    ? [`All scores are ${scores[0]}: they say nothing about which rows are right, and no map can change that.`]
    : [];
}

function certainScores(data: CalibrationData): string[] {
  if (!("scores" in data)) return [];
  let count = 0;
  for (const score of data.scores) if (score === 0 || score === 1) count++;
  return count > 0
    ? [
        `${counted(count, "score")} ${count === 1 ? "is" : "are"} exactly 0 or 1, a certainty that no number of rows can show: one that is wrong costs the log loss without end.`,
      ]
    : [];
}

/** The gap of the rows in question, clustered by group. */
function gapOf(data: CalibrationData, { rows, gaps }: HeldOutGaps, isIn: (k: number) => boolean): MeanAndError | null {
  const place = new Float64Array(data.rows);
  const chosen: number[] = [];
  rows.forEach((row, k) => {
    place[row] = gaps[k];
    if (isIn(k)) chosen.push(row);
  });
  if (chosen.length < LEAST_OF_SEGMENT) return null;
  return pairedMean((row) => place[row], {
    rows: Uint32Array.from(chosen),
    weights: data.weights,
    merged: data.merged,
    groups: data.groups?.codes,
  });
}

/** Whether the gap of the last third differs from that of the first third of the rows held out, at 1 %. */
function drift(data: CalibrationData, held: HeldOutGaps): string[] {
  if (!data.time) return [];
  const { values, name } = data.time;
  const times = Float64Array.from(held.rows, (row) => values[row]).sort();
  const [low, high] = [times[Math.floor(times.length / 3)], times[Math.floor((2 * times.length) / 3)]];
  const early = gapOf(data, held, (k) => values[held.rows[k]] < low);
  const late = gapOf(data, held, (k) => values[held.rows[k]] > high);
  if (!early || !late) return [];
  const z = (late.mean - early.mean) / Math.hypot(late.error, early.error);
  if (!(Math.abs(z) > normalQuantile(0.995))) return [];
  return [
    `Calibration moves with ${name}: held out, predictions are ${signed(early.mean)} early and ${signed(late.mean)} late; recalibrate on recent rows and watch for drift.`,
  ];
}

/** Segments whose gap stands out at 1 %, all segments of all columns counted (Bonferroni). */
function differingSegments(data: CalibrationData, held: HeldOutGaps): string[] {
  const found: { text: string; z: number }[] = [];
  let tested = 0;
  for (const { name, codes, values } of data.segments)
    values.forEach((value, code) => {
      const gap = gapOf(data, held, (k) => codes[held.rows[k]] === code);
      if (!gap) return;
      tested++;
      found.push({ text: `${name} = ${value} (${signed(gap.mean)})`, z: Math.abs(gap.mean / gap.error) });
    });
  const limit = tested > 0 ? normalQuantile(1 - 0.005 / tested) : Infinity;
  const standing = found.filter(({ z }) => z > limit).sort((a, b) => b.z - a.z);
  if (standing.length === 0) return [];
  const listed = standing.slice(0, 3).map(({ text }) => text);
  const more = standing.length > 3 ? ` and ${standing.length - 3} more` : "";
  return [
    `Segments that stay off, corrections by segment included: ${listed.join(", ")}${more}; the audit tells more.`,
  ];
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
const signed = (gap: number): string => `${(100 * Math.abs(gap)).toFixed(1)} points too ${gap < 0 ? "low" : "high"}`;
