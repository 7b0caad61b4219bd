import { InputError } from "../errors.ts";
import { checkSample } from "../intervals/sample.ts";
import { pick } from "../kernels/pick.ts";
import type { SegmentColumn } from "../report/predictions.ts";
import { readScore } from "./read-score.ts";

/** Whether a higher score speaks for a right answer (`up`) or against it (`down`). */
export type StackDirection = "up" | "down";

/** How a score is read: `logit` of a number in [0, 1], or the number as it is. */
export type StackScale = "logit" | "identity";

/** One score of every row. */
export interface StackScore {
  /** Its name: rows to come are matched by it. */
  readonly name: string;
  /** One number per row; NaN where it is missing. */
  readonly values: Float64Array;
  /** Default `up`. */
  readonly direction?: StackDirection;
  /** Default `logit` where every value lies in [0, 1], else `identity`. */
  readonly scale?: StackScale;
  /** What it costs to have this score of one row, in any unit, ≥ 0. Default 0. */
  readonly cost?: number;
}

/** Scores of rows whose outcome is known. */
export interface StackData {
  readonly rows: number;
  readonly scores: readonly StackScore[];
  /** 1 where the answer was right, 0 where it was wrong. */
  readonly outcomes: Uint8Array;
  /** One weight per row, ≥ 0, not all zero; only ratios matter. Default: all equal. */
  readonly weights?: Float64Array;
  /** Rows of a group stay in one fold. */
  readonly groups?: SegmentColumn;
}

/** A score whose choices are made. */
export interface CheckedScore {
  readonly name: string;
  readonly values: Float64Array;
  /** On the scale it is read at, times −1 for `down`; NaN where missing. */
  readonly read: Float64Array;
  readonly direction: StackDirection;
  readonly scale: StackScale;
  readonly cost: number;
}

/** Rows that take part: of positive weight, with a score. */
export interface CheckedStackData {
  readonly rows: number;
  readonly scores: readonly CheckedScore[];
  readonly outcomes: Uint8Array;
  readonly weights: Float64Array | undefined;
  readonly groups: Int32Array | undefined;
  /** Rows of positive weight that have no score at all. */
  readonly withoutScore: number;
}

function checkScore(score: StackScore, rows: number): CheckedScore {
  const { name, values, direction = "up", cost = 0 } = score;
  if (name === "") throw new InputError("incompatible", "expected a name for every score, got an empty one");
  if (direction !== "up" && direction !== "down")
    throw new InputError(
      "unknown-option",
      `${name}: direction must be "up" or "down", got ${JSON.stringify(direction)}`,
    );
  if (!(cost >= 0 && cost < Infinity))
    throw new InputError("out-of-range", `${name}: the cost must be a finite number >= 0, got ${cost}`);
  if (values.length !== rows)
    throw new InputError("shape-mismatch", `${name}: there are ${rows} rows but ${values.length} values`);
  let inside = true;
  let known = 0;
  for (let i = 0; i < rows; i++) {
    const value = values[i];
    if (Number.isNaN(value)) continue;
    known++;
    if (!Number.isFinite(value))
      throw new InputError(
        "not-finite",
        `${name} is ${value} at row ${i}: expected a finite number, or NaN for missing`,
        i,
      );
    if (inside && !(value >= 0 && value <= 1)) {
      inside = false;
      if (score.scale === "logit")
        throw new InputError("out-of-range", `${name}: expected a score in [0, 1], got ${value} at row ${i}`, i);
    }
  }
  if (known === 0) throw new InputError("too-few", `${name} is missing in every row`);
  const scale = score.scale ?? (inside ? "logit" : "identity");
  if (scale !== "logit" && scale !== "identity")
    throw new InputError(
      "unknown-option",
      `${name}: scale must be "logit" or "identity", got ${JSON.stringify(scale)}`,
    );
  const sign = direction === "up" ? 1 : -1;
  return { name, values, read: values.map((value) => sign * readScore(value, scale)), direction, scale, cost };
}

/** The rows of `data` at the given positions. */
export function takeStackRows(data: CheckedStackData, at: ArrayLike<number>): CheckedStackData {
  const { scores, outcomes, weights, groups } = data;
  const rows = Uint32Array.from(at);
  return {
    rows: rows.length,
    scores: scores.map((score) => ({ ...score, values: pick(score.values, rows), read: pick(score.read, rows) })),
    outcomes: Uint8Array.from(rows, (i) => outcomes[i]),
    weights: weights && pick(weights, rows),
    groups: groups && Int32Array.from(rows, (i) => groups[i]),
    withoutScore: 0,
  };
}

/**
 * Checks what a stack is fitted on and leaves out rows of no weight and rows without any score.
 *
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`, `incompatible`, `too-few`,
 *   `one-class`; the message names the score and the row
 */
export function checkStackData(data: StackData): CheckedStackData {
  const { rows, outcomes, weights, groups } = data;
  if (data.scores.length === 0) throw new InputError("empty", "a stack needs at least one score, got none");
  checkSample(rows, weights === undefined ? {} : { weights });
  if (outcomes.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but ${outcomes.length} outcomes`);
  if (groups !== undefined && groups.codes.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but ${groups.codes.length} groups`);
  for (let i = 0; i < rows; i++)
    if (outcomes[i] > 1) throw new InputError("out-of-range", `outcome ${outcomes[i]} at row ${i} is not 0 or 1`, i);
  const scores = data.scores.map((score) => checkScore(score, rows));
  const names = new Set<string>();
  for (const { name } of scores) {
    if (names.has(name)) throw new InputError("incompatible", `the score ${name} is given twice`);
    names.add(name);
  }
  const kept: number[] = [];
  const seen = [0, 0];
  let withoutScore = 0;
  for (let i = 0; i < rows; i++) {
    if (weights !== undefined && weights[i] === 0) continue;
    if (scores.every(({ values }) => Number.isNaN(values[i]))) {
      withoutScore++;
      continue;
    }
    kept.push(i);
    seen[outcomes[i]]++;
  }
  if (kept.length === 0) throw new InputError("too-few", "no row of positive weight has a score");
  if (seen[0] === 0 || seen[1] === 0)
    throw new InputError(
      "one-class",
      `a stack needs both outcomes, but every outcome of a row with a score is ${seen[1] > 0 ? 1 : 0}`,
    );
  const checked = { rows, scores, outcomes, weights, groups: groups?.codes, withoutScore };
  return { ...takeStackRows(checked, kept), withoutScore };
}
