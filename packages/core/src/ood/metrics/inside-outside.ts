import { InputError } from "../../errors.ts";

/** Which rows a metric looks for. */
export type OodPositive = "outside" | "inside";

/** Scores of rows that are known to be from inside or outside, larger for rows more like the training data. */
export interface OodScores {
  readonly inside: Float64Array;
  readonly outside: Float64Array;
  /** One weight per inside row, ≥ 0. Default: all equal. */
  readonly insideWeights?: Float64Array;
  readonly outsideWeights?: Float64Array;
}

/** Rows of both kinds one after the other, ready for metrics of ranking. */
export interface JoinedScores {
  /** Larger for rows more likely positive. */
  readonly scores: Float64Array;
  readonly outcomes: Uint8Array;
  readonly weights: Float64Array | undefined;
}

/**
 * Inside rows, then outside rows, with the positive ones as outcome 1; scores change their sign where outside is positive.
 *
 * @throws {InputError} `empty` where there are no rows of a kind, `not-finite` with the position within its kind,
 *   `shape-mismatch`
 */
export function joinScores(rows: OodScores, positive: OodPositive): JoinedScores {
  const { inside, outside, insideWeights, outsideWeights } = rows;
  checkKind(inside, insideWeights, "inside");
  checkKind(outside, outsideWeights, "outside");
  const n = inside.length + outside.length;
  const scores = new Float64Array(n);
  scores.set(inside);
  scores.set(outside, inside.length);
  const outcomes = new Uint8Array(n);
  if (positive === "inside") outcomes.fill(1, 0, inside.length);
  else {
    outcomes.fill(1, inside.length);
    for (let i = 0; i < n; i++) scores[i] = -scores[i];
  }
  if (insideWeights === undefined && outsideWeights === undefined) return { scores, outcomes, weights: undefined };
  const weights = new Float64Array(n).fill(1);
  if (insideWeights) weights.set(insideWeights);
  if (outsideWeights) weights.set(outsideWeights, inside.length);
  return { scores, outcomes, weights };
}

function checkKind(scores: Float64Array, weights: Float64Array | undefined, kind: OodPositive): void {
  if (scores.length === 0) throw new InputError("empty", `at least one ${kind} row is needed, got none`);
  if (weights !== undefined && weights.length !== scores.length)
    throw new InputError("shape-mismatch", `there are ${scores.length} ${kind} rows but ${weights.length} weights`);
  for (let i = 0; i < scores.length; i++)
    if (!Number.isFinite(scores[i]))
      throw new InputError("not-finite", `score ${scores[i]} of ${kind} row ${i} is not a finite number`, i);
}
