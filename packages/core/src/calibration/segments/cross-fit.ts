import { InputError } from "../../errors.ts";

/** How the rows of a fold are predicted: from all other folds, or only from those with smaller numbers. */
export interface SegmentFolds {
  /** One fold number per row, ≥ 0: the folds that the pooled probabilities were held out in. */
  readonly folds: Int32Array;
  /** True for folds in order of time: a fold is predicted by the folds before it. Default false. */
  readonly inTime?: boolean;
}

/** Rows of one fold, with the rows that they may be predicted from. */
export interface HeldOutRows {
  readonly held: Uint32Array;
  /** Empty for the first fold in order of time. */
  readonly training: Uint32Array;
}

/**
 * The rows of every fold, each with what they are predicted from.
 *
 * @param rows number of rows
 * @throws {InputError} `shape-mismatch`; `out-of-range` with the first row whose fold is negative; `too-few` for one fold
 */
export function heldOutRows({ folds, inTime = false }: SegmentFolds, rows: number): HeldOutRows[] {
  if (folds.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but ${folds.length} fold numbers`);
  const bad = folds.findIndex((fold) => !(fold >= 0));
  if (bad >= 0) throw new InputError("out-of-range", `fold ${folds[bad]} at row ${bad} is not >= 0`, bad);
  const numbers = [...new Set(folds)].sort((a, b) => a - b);
  if (numbers.length < 2) throw new InputError("too-few", `two folds are needed, got ${numbers.length}`);
  return numbers.map((fold) => ({
    held: rowsWhere(folds, (other) => other === fold),
    training: rowsWhere(folds, (other) => (inTime ? other < fold : other !== fold)),
  }));
}

function rowsWhere(folds: Int32Array, wanted: (fold: number) => boolean): Uint32Array {
  const rows = new Uint32Array(folds.length);
  let count = 0;
  for (let i = 0; i < folds.length; i++) if (wanted(folds[i])) rows[count++] = i;
  return rows.slice(0, count);
}
