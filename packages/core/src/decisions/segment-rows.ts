import { type CombinedColumns, combineColumns } from "../calibration/segments/combine-columns.ts";
import { InputError } from "../errors.ts";
import { checkSample } from "../intervals/sample.ts";
import { codeGroups } from "../report/code-groups.ts";
import type { Predictions, SegmentColumn } from "../report/predictions.ts";
import type { DecisionProblem } from "./decision-problem.ts";
import type { Actions } from "./outcome.ts";
import { countText } from "./words.ts";

/** The rows of a segment. */
export interface SegmentRows {
  /** Column names joined by " × ". */
  readonly by: string;
  /** Values joined by " × ". */
  readonly name: string;
  readonly values: readonly string[];
  /** Ascending. */
  readonly rows: Uint32Array;
}

function columnNamed(predictions: Predictions, name: string): SegmentColumn {
  const column = predictions.segments.find((candidate) => candidate.name === name);
  if (column) return column;
  const got = predictions.segments.map((candidate) => candidate.name).join(", ") || "none";
  throw new InputError("incompatible", `there is no segment column ${name}; the columns are: ${got}`);
}

function rowsOf({ name, codes, values }: CombinedColumns, weights: Float64Array | undefined): SegmentRows[] {
  return codeGroups(codes, values.length).flatMap((rows, code) =>
    rows.some((i) => weights === undefined || weights[i] > 0)
      ? [{ by: name, name: values[code].join(" × "), values: values[code], rows }]
      : [],
  );
}

/** The rows of every value of each column; those that weigh nothing are left out. */
export function rowsBySegment(predictions: Predictions, by: readonly string[]): SegmentRows[] {
  return by.flatMap((name) =>
    rowsOf(combineColumns([columnNamed(predictions, name)], predictions.rows), predictions.weights),
  );
}

/** The rows of every combination of values of all columns. */
export function rowsByCombination(predictions: Predictions, by: readonly string[]): SegmentRows[] {
  const columns = by.map((name) => columnNamed(predictions, name));
  return rowsOf(combineColumns(columns, predictions.rows), predictions.weights);
}

/** Segments that a policy reports, at most. */
const MOST_REPORTED = 200;

/** The segments of the most rows, of equals the first, in the order in which they come. */
export function reportedSegments(segments: readonly SegmentRows[]): readonly SegmentRows[] {
  if (segments.length <= MOST_REPORTED) return segments;
  const largest = segments.toSorted((a, b) => b.rows.length - a.rows.length).slice(0, MOST_REPORTED);
  const isLargest = new Set(largest);
  return segments.filter((segment) => isLargest.has(segment));
}

/** What is said of segments that are not reported. */
export function segmentWarnings(segments: readonly SegmentRows[]): string[] {
  if (segments.length <= MOST_REPORTED) return [];
  return [`The ${MOST_REPORTED} largest of ${countText(segments.length)} segments are reported.`];
}

/** Some rows of a problem. */
export function problemOf(problem: DecisionProblem, rows: Uint32Array): DecisionProblem {
  const { truth, sample } = problem;
  const { weights, level } = sample;
  const own = weights && Float64Array.from(rows, (i) => weights[i]);
  return {
    ...problem,
    rows: rows.length,
    truth: actionsOf(truth, rows),
    sample: checkSample(rows.length, { level, ...(own ? { weights: own } : {}) }),
  };
}

/** The actions of some rows. */
export function actionsOf(actions: Actions, rows: Uint32Array): Actions {
  const part = actions instanceof Uint8Array ? new Uint8Array(rows.length) : new Int32Array(rows.length);
  for (let k = 0; k < rows.length; k++) part[k] = actions[rows[k]];
  return part;
}
