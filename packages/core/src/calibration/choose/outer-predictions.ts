import type { CalibrationData } from "../calibration-data.ts";
import type { Candidate } from "./candidate.ts";
import { type ChosenMap, evidenceRows } from "./choose-among.ts";
import { type FoldPlan, heldOutFolds, innerEvidence, rowsWhere } from "./cross-fit.ts";
import { emptyEvidence, type RowEvidence } from "./row-evidence.ts";
import { select } from "./select.ts";
import type { CalibrationTask } from "./task.ts";

/** Predictions of rows by a choice and a fit that saw neither them nor their fold. */
export interface OuterPredictions {
  /** The rows that were held out, ascending. */
  readonly rows: Uint32Array;
  /** rows.length × width probabilities. */
  readonly after: Float64Array;
  readonly evidence: RowEvidence;
}

/**
 * Repeats the whole choice without each fold and predicts that fold by it: nested cross-validation.
 *
 * @param forced the one candidate is taken alone, so that nothing is chosen and no inner fits are needed
 */
export function outerPredictions<Data extends CalibrationData, FittedMap>(
  task: CalibrationTask<Data, FittedMap>,
  candidates: readonly Candidate<Data, FittedMap>[],
  plan: FoldPlan,
  { cross }: ChosenMap<Data, FittedMap>,
  forced: boolean,
): OuterPredictions {
  // Without both of two folds nothing is left to fit on: there is no evidence inside, and `select` says what then.
  const isBlind = plan.folds === 2 && plan.scheme !== "time";
  const inner = forced || isBlind ? [] : innerEvidence(task, candidates, plan, cross);
  const simplicity = candidates.map((candidate) => candidate.simplicity);
  const evidence = emptyEvidence(task.data.rows);
  const all = new Float64Array(task.data.rows * task.width);
  for (const k of heldOutFolds(plan)) {
    const isSeen = (fold: number): boolean => (plan.scheme === "time" ? fold > 0 && fold < k : fold !== k && !isBlind);
    const seen = rowsWhere(plan, isSeen);
    const sample = evidenceRows(task.data, seen);
    const { chosen, weight } = forced
      ? { chosen: 0, weight: 1 }
      : select({ before: cross.before, lean: cross.lean, held: inner[k] ?? cross.held, simplicity, sample });
    const fitted = chosen < 0 ? null : cross.maps[chosen][k];
    const map = fitted === null ? task.identity : weight === 1 ? fitted : task.blend(fitted, weight);
    const rows = rowsWhere(plan, (fold) => fold === k);
    const data = task.subset(rows);
    const predicted = task.predict(map, data);
    task.judge(predicted, data, rows, evidence);
    for (let i = 0; i < rows.length; i++)
      all.set(predicted.subarray(i * task.width, (i + 1) * task.width), rows[i] * task.width);
  }
  const rows = rowsWhere(plan, (fold) => plan.scheme !== "time" || fold > 0);
  const after = new Float64Array(rows.length * task.width);
  for (let i = 0; i < rows.length; i++)
    after.set(all.subarray(rows[i] * task.width, (rows[i] + 1) * task.width), i * task.width);
  return { rows, after, evidence };
}
