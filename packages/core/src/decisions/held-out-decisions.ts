import { assignFolds } from "../calibration/choose/folds.ts";
import type { SegmentColumn } from "../report/predictions.ts";
import type { ScoredProblem } from "./decision-problem.ts";
import type { Thresholds } from "./policy.ts";
import { type RankedRows, rankRows } from "./ranked-rows.ts";

/** Parts of the rows, each decided by thresholds that were tuned on the others. */
export const TUNING_FOLDS = 5;

/**
 * Decisions of each row by thresholds that were tuned without it.
 *
 * @param order row numbers by ascending score
 * @param tune thresholds of ranked rows
 * @param groups rows of a group are held out together
 * @returns codes as `decide`; null where there are too few rows or groups
 *
 * Source: Stone (1974), "Cross-validatory choice and assessment of statistical predictions", JRSS B 36.
 */
export function heldOutDecisions(
  problem: ScoredProblem,
  order: Uint32Array,
  tune: (ranked: RankedRows) => Thresholds,
  seed: number,
  groups?: SegmentColumn,
): Uint8Array | null {
  const { rows, scores, truth } = problem;
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
  const codes = new Uint8Array(rows);
  for (let f = 0; f < TUNING_FOLDS; f++) {
    const { kept, out } = split(order, fold, f);
    const ranked = rankRows(problem, kept);
    if (ranked.count === 0 || (problem.hasRecall && ranked.totalRight === 0)) return null;
    const { act, abstain } = tune(ranked);
    const from = act ?? Infinity;
    const below = abstain ?? -Infinity;
    for (let k = 0; k < out.length; k++) {
      const score = scores[out[k]];
      codes[out[k]] = score >= from ? 0 : score < below ? 2 : 1;
    }
  }
  return codes;
}

/** Rows in and out of a fold, in the order given. */
function split(order: Uint32Array, fold: Int32Array, f: number): { kept: Uint32Array; out: Uint32Array } {
  const kept = new Uint32Array(order.length);
  const out = new Uint32Array(order.length);
  let k = 0;
  let o = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i];
    if (fold[row] === f) out[o++] = row;
    else kept[k++] = row;
  }
  return { kept: kept.subarray(0, k), out: out.subarray(0, o) };
}
