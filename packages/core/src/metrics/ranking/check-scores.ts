import { InputError } from "../../errors.ts";

/**
 * Checks pairs of a real score and a 0/1 outcome.
 *
 * @param what how the message names the first argument
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range` with the index of the first bad row
 */
export function checkScores(scores: Float64Array, outcomes: Uint8Array, what = "score"): void {
  const n = scores.length;
  if (n === 0) throw new InputError("empty", "at least one row is needed, got none");
  if (outcomes.length !== n)
    throw new InputError("shape-mismatch", `there are ${n} rows of ${what} but ${outcomes.length} outcomes`);
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(scores[i]))
      throw new InputError("not-finite", `${what} ${scores[i]} at row ${i} is not a finite number`, i);
    if (outcomes[i] > 1) throw new InputError("out-of-range", `outcome ${outcomes[i]} at row ${i} is not 0 or 1`, i);
  }
}
