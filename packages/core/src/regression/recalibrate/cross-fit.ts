import { type FoldPlan, heldOutFolds, orRefusal, rowsWhere, trainingRows } from "../../calibration/choose/cross-fit.ts";
import type { RegressionPredictions } from "../forecasts.ts";
import type { RegressionMap } from "../regression-calibrator.ts";
import { selectPredictions } from "../select-rows.ts";
import { applyRegressionMap } from "./apply-map.ts";
import { commonLosses } from "./common-losses.ts";
import type { RegressionMethod } from "./methods.ts";

/** Losses of every method on rows that its fit had not seen. */
export interface RegressionCrossFit {
  /** Of the forecasts as they are, on every row. */
  readonly before: Float64Array;
  /** By method, one per row (0 in rows that are never held out); null where a fit was refused. */
  readonly held: readonly (Float64Array | null)[];
  /** By method and fold; null where none was made. */
  readonly maps: readonly (readonly (RegressionMap | null)[])[];
  /** By method: why a fit was refused, else null. */
  readonly refusals: readonly (string | null)[];
}

/** Fits every method once per fold and judges it on that fold. */
export function crossFitRegression(
  predictions: RegressionPredictions,
  methods: readonly RegressionMethod[],
  plan: FoldPlan,
  levels: readonly number[],
): RegressionCrossFit {
  const held: (Float64Array | null)[] = methods.map(() => new Float64Array(predictions.rows));
  const maps: (RegressionMap | null)[][] = methods.map(() => new Array<null>(plan.folds).fill(null));
  const refusals: (string | null)[] = methods.map(() => null);
  for (const k of heldOutFolds(plan)) {
    const seen = selectPredictions(predictions, trainingRows(plan, k));
    const rows = rowsWhere(plan, (fold) => fold === k);
    const unseen = selectPredictions(predictions, rows);
    methods.forEach((method, m) => {
      const losses = held[m];
      if (losses === null) return;
      const map = orRefusal(() => method.fit(seen));
      if (typeof map === "string") {
        held[m] = null;
        refusals[m] = map;
        return;
      }
      maps[m][k] = map;
      scatter(losses, rows, commonLosses(applyRegressionMap(map, unseen.forecast), unseen.outcomes, levels));
    });
  }
  return { before: commonLosses(predictions.forecast, predictions.outcomes, levels), held, maps, refusals };
}

/**
 * Losses outside each fold by fits that saw neither that fold nor the row: what the choice for the fold is made from.
 *
 * @returns by fold and method; in order of time the losses of `cross`, whose fits saw earlier folds only. Without folds to
 *   spare (two), those of `cross` too
 */
export function innerLosses(
  predictions: RegressionPredictions,
  methods: readonly RegressionMethod[],
  plan: FoldPlan,
  levels: readonly number[],
  cross: RegressionCrossFit,
): (readonly (Float64Array | null)[])[] {
  const folds = Array.from({ length: plan.folds }, (_, k) => k);
  if (plan.scheme === "time" || plan.folds === 2) return folds.map(() => cross.held);
  const inner = folds.map(() => cross.held.map((losses) => losses && new Float64Array(predictions.rows)));
  for (const a of folds)
    for (const b of folds.slice(a + 1)) {
      const seen = selectPredictions(
        predictions,
        rowsWhere(plan, (fold) => fold !== a && fold !== b),
      );
      const parts = [a, b].map((k) => rowsWhere(plan, (fold) => fold === k));
      methods.forEach((method, m) => {
        if (inner[a][m] === null && inner[b][m] === null) return;
        const map = orRefusal(() => method.fit(seen));
        [b, a].forEach((outer, side) => {
          const losses = inner[outer][m];
          if (losses === null || losses === undefined) return;
          if (typeof map === "string") inner[outer][m] = null;
          else {
            const { forecast, outcomes } = selectPredictions(predictions, parts[side]);
            scatter(losses, parts[side], commonLosses(applyRegressionMap(map, forecast), outcomes, levels));
          }
        });
      });
    }
  return inner;
}

function scatter(into: Float64Array, rows: Uint32Array, values: Float64Array): void {
  for (let k = 0; k < rows.length; k++) into[rows[k]] = values[k];
}
