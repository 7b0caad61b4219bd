import type { Estimate, TestEstimate } from "../estimate.ts";
import type { OperatingPoint } from "../metrics/selective/operating-point.ts";

/** How one score does on the rows. */
export interface ComparedScore {
  /** As `--confidence-from` reads it. */
  readonly name: string;
  readonly title: string;
  readonly isProbability: boolean;
  /** Right against wrong, higher is better. */
  readonly auroc: Estimate;
  /** Lower is better. */
  readonly aurc: Estimate;
  /** Share of errors among the surest rows, at least `coverage` of them. */
  readonly selectiveError: OperatingPoint;
  /** Log loss and Brier score after calibration on other folds; null where the rows are too few or too many. */
  readonly calibrated: { readonly logLoss: Estimate; readonly brier: Estimate } | null;
  /** That of the best less that of this one, simultaneous over all pairs; null for the best. */
  readonly aurocToBest: TestEstimate | null;
  /** That of this one less that of the best; null for the best. */
  readonly aurcToBest: Estimate | null;
  /** The name of an earlier score that puts the rows in exactly the same order; else null. */
  readonly sameOrderAs: string | null;
  /** Whether the best is shown to rank better than this one. */
  readonly isShownWorse: boolean;
}

/** All scores that the rows allow, best AUROC first. */
export interface ScoreComparison {
  readonly n: number;
  readonly effectiveN: number;
  readonly accuracy: Estimate;
  /** Of every interval that is not of a difference. */
  readonly level: number;
  /** Of `selectiveError`. */
  readonly coverage: number;
  readonly scores: readonly ComparedScore[];
  /** The score to use: the simplest of those that none is shown to beat. */
  readonly recommended: string;
  readonly sentence: string;
  /** What was left out, in sentences. */
  readonly notes: readonly string[];
}
