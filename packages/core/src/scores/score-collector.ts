import { InputError } from "../errors.ts";
import type { SegmentColumn, TimeColumn } from "../report/predictions.ts";
import { matrixScores } from "./class-score.ts";
import { type CompareScoresOptions, compareScores, type ScoreCandidate } from "./compare-scores.ts";
import { type OutputRows, scoreRows } from "./confidence-from.ts";
import type { ScoreChoice } from "./score-choice.ts";
import type { ScoreComparison } from "./score-comparison.ts";

/** Gathers the scores of rows batch by batch: the outputs themselves need not be kept. */
export interface ScoreCollector {
  add(rows: OutputRows): void;
  /** @throws {InputError} as `compareScores`; `empty` where nothing was added */
  compare(options?: CompareScoresOptions): ScoreComparison;
}

/**
 * The scores of the family that rows allow, those that are probabilities first, and simpler ones before others.
 *
 * @param tolerance of forecasts of a number, > 0
 * @throws {InputError} `incompatible` for forecasts alone, or without a tolerance
 */
export function comparableScores(rows: OutputRows, tolerance: number | null = null): ScoreChoice[] {
  if (rows.task === "multiclass")
    return matrixScores
      .filter((name) => rows.logits !== undefined || (name !== "energy" && name !== "max-logit"))
      .map((name) => ({ name, tolerance: null }));
  if (rows.task === "binary")
    return (["msp", "margin", "entropy", "gen"] as const).map((name) => ({ name, tolerance: null }));
  if (tolerance === null)
    throw new InputError(
      "incompatible",
      "scores of forecasts are compared by how they tell those within a tolerance: --confidence-from within:5 says which",
    );
  switch (rows.forecast.kind) {
    case "point":
      throw new InputError("incompatible", "a forecast alone says nothing of how sure it is, so it has no score");
    case "point-and-sigma":
      return [
        { name: "within", tolerance },
        { name: "sd", tolerance },
      ];
    default:
      return [
        { name: "within", tolerance },
        { name: "width", tolerance },
      ];
  }
}

/** @param tolerance of forecasts of a number */
export function createScoreCollector(tolerance: number | null = null): ScoreCollector {
  let choices: readonly ScoreChoice[] = [];
  let classes = 2;
  const scores: Float64Array[][] = [];
  const correct: Uint8Array[] = [];
  const weights: Float64Array[] = [];
  const groups: SegmentColumn[] = [];
  const times: TimeColumn[] = [];
  return {
    add(rows) {
      if (rows.rows === 0) return;
      if (choices.length === 0) choices = comparableScores(rows, tolerance);
      if (rows.task === "multiclass") classes = rows.probabilities.cols;
      const made = choices.map((choice) => scoreRows(rows, choice));
      scores.push(made.map((one) => one.scores));
      correct.push(made[0].correct);
      if (rows.weights) weights.push(rows.weights);
      if (rows.groups) groups.push(rows.groups);
      if (rows.time) times.push(rows.time);
    },
    compare(options) {
      if (correct.length === 0) throw new InputError("empty", "at least one row is needed, got none");
      const candidates = choices.map(
        (choice, k): ScoreCandidate => ({ choice, classes, scores: joined(scores.map((parts) => parts[k])) }),
      );
      return compareScores(
        candidates,
        {
          correct: joinedBytes(correct),
          ...(weights.length > 0 ? { weights: joined(weights) } : {}),
          ...(groups.length > 0
            ? { groups: { ...groups[0], codes: joinedInts(groups.map(({ codes }) => codes)) } }
            : {}),
          ...(times.length > 0 ? { time: { ...times[0], values: joined(times.map(({ values }) => values)) } } : {}),
        },
        options,
      );
    },
  };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(total(parts));
  place(parts, whole);
  return whole;
}

function joinedBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(total(parts));
  place(parts, whole);
  return whole;
}

function joinedInts(parts: readonly Int32Array[]): Int32Array {
  const whole = new Int32Array(total(parts));
  place(parts, whole);
  return whole;
}

function total(parts: readonly ArrayLike<number>[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function place(
  parts: readonly ArrayLike<number>[],
  whole: { set(part: ArrayLike<number>, offset: number): void },
): void {
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
}
