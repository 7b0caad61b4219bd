import { InputError } from "../../errors.ts";
import type { CalibrationData } from "../calibration-data.ts";
import type { CalibrationFit } from "../fit.ts";
import type { Candidate } from "./candidate.ts";
import { type CrossFit, crossFit, type FoldPlan, orRefusal, rowsWhere } from "./cross-fit.ts";
import type { DependentRows } from "./paired-mean.ts";
import { type Selection, select } from "./select.ts";
import type { CalibrationTask } from "./task.ts";

/** What was chosen, on the evidence of one round of cross-validation. */
export interface ChosenMap<Data extends CalibrationData, FittedMap> {
  /** Null where the scores are left alone. */
  readonly candidate: Candidate<Data, FittedMap> | null;
  /** The fit on all rows; null where the scores are left alone. */
  readonly fit: CalibrationFit<FittedMap> | null;
  /** Share of the fit in its blend with the scores as they are, in [0, 1]. */
  readonly weight: number;
  /** The blend. */
  readonly map: FittedMap;
  readonly cross: CrossFit<Data, FittedMap>;
  /** By candidate: why it could not be fitted on all rows or without one of the folds; else null. */
  readonly refusals: readonly (string | null)[];
  readonly selection: Selection;
}

/** The rows of which there is evidence, and which of them depend on each other. */
export function evidenceRows(data: CalibrationData, rows: Uint32Array): DependentRows {
  return { rows, weights: data.weights, merged: data.merged, groups: data.groups?.codes };
}

/**
 * Chooses among candidates by cross-validation and fits the chosen one on all rows.
 *
 * @param fitAll fits a candidate to all rows, where `task` holds a sample of them; null where it holds them all
 * @param forced the one candidate is taken whatever the evidence says, and alone
 * @throws {InputError} what the fit of a forced candidate throws
 */
export function chooseAmong<Data extends CalibrationData, FittedMap>(
  task: CalibrationTask<Data, FittedMap>,
  fitAll: ((candidate: Candidate<Data, FittedMap>) => CalibrationFit<FittedMap>) | null,
  candidates: readonly Candidate<Data, FittedMap>[],
  plan: FoldPlan,
  forced: boolean,
): ChosenMap<Data, FittedMap> {
  const cross = crossFit(task, candidates, plan);
  const held = [...cross.held];
  const refusals = [...cross.refusals];
  const rows = rowsWhere(plan, (fold) => plan.scheme !== "time" || fold > 0);
  const sample = evidenceRows(task.data, rows);
  const simplicity = candidates.map((candidate) => candidate.simplicity);
  const fitted = (c: number): CalibrationFit<FittedMap> =>
    fitAll === null ? (cross.own[c]?.fit ?? candidates[c].fit(task.data)) : fitAll(candidates[c]);
  if (forced) {
    const [candidate] = candidates;
    const fit = fitted(0);
    if (refusals[0] !== null)
      throw new InputError("too-few", `${candidate.method} fits all rows, but not without a fold: ${refusals[0]}`);
    const selection = {
      ...select({ before: cross.before, lean: cross.lean, held, simplicity, sample }),
      chosen: 0,
      weight: 1,
    };
    return { candidate, fit, weight: 1, map: fit.map, cross, refusals, selection };
  }
  for (;;) {
    const selection = select({ before: cross.before, lean: cross.lean, held, simplicity, sample });
    if (selection.chosen < 0) {
      const nothing = { candidate: null, fit: null, weight: 0, map: task.identity };
      return { ...nothing, cross, refusals, selection };
    }
    const candidate = candidates[selection.chosen];
    const fit = orRefusal(() => fitted(selection.chosen));
    if (typeof fit !== "string") {
      const { weight } = selection;
      const map = weight === 1 ? fit.map : task.blend(fit.map, weight);
      return { candidate, fit, weight, map, cross, refusals, selection };
    }
    held[selection.chosen] = null;
    refusals[selection.chosen] = fit;
  }
}
