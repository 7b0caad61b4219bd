import { InputError } from "@candor/core";
import type { Correction } from "./correction.ts";

/** Raw scores of final answers with their outcomes: what a calibrator of final answers is fitted on. */
export interface FinalScores {
  /** In [0, 1], as `assess` scored them. */
  readonly scores: Float64Array;
  /** 1 where the final answer was right. */
  readonly outcomes: Uint8Array;
  /** Positions among the corrections. */
  readonly rows: readonly number[];
  /** Corrections without a scored final answer: handed over, failed, or without evidence. */
  readonly left: number;
}

/**
 * Rows for fitting a calibrator on what a loop ends with, for `calibratedOn: "final-answers"`.
 *
 * Run the loop with the budget, strategies and acceptance that it will have, label its final answers, fit, and run it with
 * the new calibrator. The stop depends on the calibrator, so do it once more where the new one differs much.
 *
 * @param outcomes 1 where the final answer of that correction was right, else 0
 * @throws {InputError} `shape-mismatch`, `out-of-range` with the row; `incompatible` where final answers were scored by
 *   different scores, which need a calibrator each
 */
export function finalScores(corrections: readonly Correction[], outcomes: ArrayLike<number>): FinalScores {
  if (corrections.length !== outcomes.length)
    throw new InputError(
      "shape-mismatch",
      `there are ${corrections.length} corrections but ${outcomes.length} outcomes`,
    );
  const rows: number[] = [];
  const scores: number[] = [];
  const kept: number[] = [];
  const names = new Set<string>();
  corrections.forEach(({ best }, i) => {
    const outcome = outcomes[i];
    if (outcome !== 0 && outcome !== 1)
      throw new InputError("out-of-range", `outcome ${outcome} at row ${i} is not 0 or 1`, i);
    const score = best?.assessment?.score;
    if (score === undefined || score.value === null) return;
    names.add(score.name);
    rows.push(i);
    scores.push(score.value);
    kept.push(outcome);
  });
  if (names.size > 1)
    throw new InputError(
      "incompatible",
      `final answers were scored by ${[...names].join(" and ")}: each score needs a calibrator of its own`,
    );
  return {
    scores: Float64Array.from(scores),
    outcomes: Uint8Array.from(kept),
    rows,
    left: corrections.length - rows.length,
  };
}
