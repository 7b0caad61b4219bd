import { InputError } from "../../errors.ts";
import type { CalibrationData } from "../calibration-data.ts";
import type { CalibrationFit } from "../fit.ts";
import type { Candidate } from "./candidate.ts";
import type { FoldScheme } from "./folds.ts";
import { emptyEvidence, type RowEvidence } from "./row-evidence.ts";
import type { OwnCrossFit } from "./structured-blend.ts";
import type { CalibrationTask } from "./task.ts";

/** How rows are held out. */
export interface FoldPlan {
  readonly scheme: FoldScheme;
  readonly folds: number;
  /** Fold of each row. */
  readonly fold: Int32Array;
}

/** Every candidate on every row, fitted without that row's fold. */
export interface CrossFit<Data extends CalibrationData, FittedMap> {
  /** The scores as they are, on all rows. */
  readonly before: RowEvidence;
  /** What blends mix maps with, on all rows. */
  readonly lean: RowEvidence;
  /** By candidate; null where a fit was refused. */
  readonly held: readonly (RowEvidence | null)[];
  /** By candidate and fold; in order of time none for fold 0. */
  readonly maps: readonly (readonly (FittedMap | null)[])[];
  /** By candidate: why a fit was refused, else null. */
  readonly refusals: readonly (string | null)[];
  /** By candidate: free parameters of a fit. */
  readonly complexities: readonly number[];
  /** By candidate: what one that tunes itself said; null for others. */
  readonly own: readonly (OwnCrossFit<Data, FittedMap> | null)[];
}

/** By outer fold and candidate: predictions of the rows outside that fold by fits that saw neither fold nor row. */
export type InnerEvidence = readonly (readonly (RowEvidence | null)[])[];

/** Positions of the rows whose fold satisfies the condition. */
export function rowsWhere({ fold }: FoldPlan, isIn: (fold: number) => boolean): Uint32Array {
  const wanted = Array.from({ length: 1 + fold.reduce((a, b) => Math.max(a, b), 0) }, (_, k) => isIn(k));
  const rows = new Uint32Array(fold.length);
  let count = 0;
  for (let i = 0; i < fold.length; i++) if (wanted[fold[i]]) rows[count++] = i;
  return rows.slice(0, count);
}

/** The folds that are predicted: all, in order of time all but the first. */
export function heldOutFolds({ scheme, folds }: FoldPlan): number[] {
  return Array.from({ length: folds }, (_, k) => k).slice(scheme === "time" ? 1 : 0);
}

/** The rows that a fit for a held-out fold may see: those outside, in order of time those before. */
export function trainingRows(plan: FoldPlan, heldOut: number): Uint32Array {
  return plan.scheme === "time" ? rowsWhere(plan, (k) => k < heldOut) : rowsWhere(plan, (k) => k !== heldOut);
}

/**
 * Fits every candidate once per fold and judges it on that fold.
 *
 * @returns evidence of out-of-fold predictions; a refused fit (an `InputError`) takes its candidate out
 */
export function crossFit<Data extends CalibrationData, FittedMap>(
  task: CalibrationTask<Data, FittedMap>,
  candidates: readonly Candidate<Data, FittedMap>[],
  plan: FoldPlan,
): CrossFit<Data, FittedMap> {
  const { rows } = task.data;
  const before = emptyEvidence(rows);
  const all = rowsWhere(plan, () => true);
  task.judge(task.predict(task.identity, task.data), task.data, all, before);
  const lean = task.lean === task.identity ? before : emptyEvidence(rows);
  if (lean !== before) task.judge(task.predict(task.lean, task.data), task.data, all, lean);
  const evidence = candidates.map(() => emptyEvidence(rows));
  const maps = candidates.map(() => new Array<FittedMap | null>(plan.folds).fill(null));
  const refusals = candidates.map((): string | null => null);
  const complexities = candidates.map(() => 0);
  const own = candidates.map((candidate, c): OwnCrossFit<Data, FittedMap> | null => {
    if (!candidate.crossFit) return null;
    const result = orRefusal(() => candidate.crossFit?.(task, plan) ?? null);
    if (typeof result === "string") refusals[c] = result;
    else if (result) complexities[c] = result.fit.complexity;
    return typeof result === "string" ? null : result;
  });
  for (const k of heldOutFolds(plan)) {
    const train = task.subset(trainingRows(plan, k));
    const out = rowsWhere(plan, (fold) => fold === k);
    const test = task.subset(out);
    candidates.forEach((candidate, c) => {
      if (refusals[c] !== null || candidate.crossFit) return;
      const fit = fitOrRefusal(candidate, train);
      if (typeof fit === "string") refusals[c] = fit;
      else {
        maps[c][k] = fit.map;
        complexities[c] = fit.complexity;
        task.judge(task.predict(fit.map, test), test, out, evidence[c]);
      }
    });
  }
  return {
    before,
    lean,
    held: evidence.map((e, c) => (refusals[c] === null ? (own[c]?.outer ?? e) : null)),
    maps: maps.map((byFold, c) => own[c]?.maps ?? byFold),
    refusals,
    complexities,
    own,
  };
}

/**
 * The evidence on which each outer fold would choose, had it not been seen at all.
 *
 * A fit without folds j and l predicts l for outer fold j and j for outer fold l, so that K folds need K(K − 1)/2 fits
 * instead of K(K − 1). In order of time a fold's predecessors never saw it, and the evidence of `crossFit` serves.
 */
export function innerEvidence<Data extends CalibrationData, FittedMap>(
  task: CalibrationTask<Data, FittedMap>,
  candidates: readonly Candidate<Data, FittedMap>[],
  plan: FoldPlan,
  outer: CrossFit<Data, FittedMap>,
): InnerEvidence {
  const { folds } = plan;
  if (plan.scheme === "time") return Array.from({ length: folds }, () => outer.held);
  const evidence = Array.from({ length: folds }, (_, k) =>
    candidates.map((_, c): RowEvidence | null =>
      outer.held[c] === null ? null : (outer.own[c]?.inner[k] ?? emptyEvidence(task.data.rows)),
    ),
  );
  const rowsOf = Array.from({ length: folds }, (_, k) => rowsWhere(plan, (fold) => fold === k));
  const dataOf = rowsOf.map((rows) => task.subset(rows));
  for (let j = 0; j < folds; j++)
    for (let l = j + 1; l < folds; l++) {
      const train = task.subset(rowsWhere(plan, (fold) => fold !== j && fold !== l));
      candidates.forEach((candidate, c) => {
        const [forJ, forL] = [evidence[j][c], evidence[l][c]];
        if (candidate.crossFit || (forJ === null && forL === null)) return;
        const fit = fitOrRefusal(candidate, train);
        if (typeof fit === "string") {
          evidence[j][c] = null;
          evidence[l][c] = null;
          return;
        }
        if (forJ) task.judge(task.predict(fit.map, dataOf[l]), dataOf[l], rowsOf[l], forJ);
        if (forL) task.judge(task.predict(fit.map, dataOf[j]), dataOf[j], rowsOf[j], forL);
      });
    }
  return evidence;
}

/** The fit, or the message of the `InputError` that refused it. */
export function fitOrRefusal<Data extends CalibrationData, FittedMap>(
  candidate: Candidate<Data, FittedMap>,
  data: Data,
): CalibrationFit<FittedMap> | string {
  return orRefusal(() => candidate.fit(data));
}

/** What is computed, or the message of the `InputError` that refused it. */
export function orRefusal<T>(compute: () => T): T | string {
  try {
    return compute();
  } catch (error) {
    if (InputError.is(error)) return error.message;
    throw error;
  }
}
