import { assignFolds } from "../calibration/choose/folds.ts";
import type { SegmentColumn } from "../report/predictions.ts";
import type { ScoredProblem } from "./decision-problem.ts";
import type { Thresholds } from "./policy.ts";
import { type RankedRows, rankRows, type SortedRows } from "./ranked-rows.ts";

/** Parts of the rows, each decided by thresholds that were tuned on the others. */
export const TUNING_FOLDS = 5;

/**
 * Decisions of each row by thresholds that were tuned without it.
 *
 * @param order row numbers by ascending score
 * @param sorted the rows in that order
 * @param tune thresholds of ranked rows
 * @param groups rows of a group are held out together
 * @returns codes as `decide`; null where there are too few rows or groups
 *
 * Source: Stone (1974), "Cross-validatory choice and assessment of statistical predictions", JRSS B 36.
 */
export function heldOutDecisions(
  problem: ScoredProblem,
  order: Uint32Array,
  sorted: SortedRows,
  tune: (ranked: RankedRows) => Thresholds,
  seed: number,
  groups?: SegmentColumn,
): Uint8Array | null {
  const { rows, scores, truth, outside } = problem;
  const units = groups ? new Set(groups.codes).size : rows;
  if (units < 2 * TUNING_FOLDS) return null;
  const fold = assignFolds(
    {
      rows,
      scoreKind: "confidence",
      scores,
      outcomes: truth,
      segments: [],
      classNames: [],
      ...(groups ? { groups } : {}),
    },
    { folds: TUNING_FOLDS, seed },
  );
  const folds = Uint8Array.from(order, (row) => fold[row]);
  const codes = new Uint8Array(rows);
  for (let f = 0; f < TUNING_FOLDS; f++) {
    const ranked = rankRows(sorted, { folds, fold: f });
    if (ranked.count === 0 || (problem.hasRecall && ranked.totalRight === 0)) return null;
    decideFold(sorted.scores, folds, f, tune(ranked), codes);
  }
  const result = new Uint8Array(rows);
  if (outside) for (let i = 0; i < rows; i++) if (outside[i] === 1) result[i] = 1;
  for (let k = 0; k < order.length; k++) result[order[k]] = codes[k];
  return result;
}

function decideFold(
  scores: Float64Array,
  folds: Uint8Array,
  fold: number,
  { act, abstain }: Thresholds,
  codes: Uint8Array,
): void {
  const from = act ?? Infinity;
  const below = abstain ?? -Infinity;
  for (let k = 0; k < scores.length; k++)
    if (folds[k] === fold) codes[k] = scores[k] >= from ? 0 : scores[k] < below ? 2 : 1;
}
