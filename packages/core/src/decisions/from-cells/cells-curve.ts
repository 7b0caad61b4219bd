import { InputError } from "../../errors.ts";
import { thinCurve } from "../../metrics/ranking/thin-curve.ts";
import type { Costs, PolicyPoint } from "../policy.ts";
import type { DecisionCells } from "./decision-cells.ts";
import { thresholdOutcome } from "./threshold-outcome.ts";

/** Options of `decisionCurve`. */
export interface DecisionCurveOptions {
  /** Rows below the threshold are reviewed, or abstained from where review is not offered. Default null: no cost. */
  readonly costs?: Costs | null;
  /** Coverage of the pointwise intervals, in (0, 1). Default 0.95. */
  readonly level?: number;
}

const MOST_POINTS = 200;

/**
 * The whole risk-coverage curve of cells: every threshold between cells, and what acting from there on would mean.
 *
 * @param cells from `decisionCells`
 * @returns by ascending coverage, thinned evenly in coverage to 200; empty where nothing above any threshold is labelled.
 *   Errors with pointwise Clopper–Pearson intervals, under weights Wilson's
 * @throws {InputError} `empty`, `out-of-range`, `incompatible`
 */
export function decisionCurve(cells: DecisionCells, options: DecisionCurveOptions = {}): PolicyPoint[] {
  const { costs = null, level = 0.95 } = options;
  if (cells.from.length === 0) throw new InputError("empty", "there are no predictions with a score");
  const descending = Array.from(cells.from).reverse();
  const mass = new Float64Array(descending.length);
  let above = 0;
  for (let g = 0; g < descending.length; g++) {
    above += cells.predictions[descending.length - 1 - g];
    mass[g] = above;
  }
  const kept = thinCurve(mass, new Float64Array(mass.length), new Uint8Array(mass.length), MOST_POINTS);
  return Array.from(kept).flatMap((g) => {
    const threshold = descending[g];
    const thresholds = { act: threshold, abstain: costs?.review === null ? threshold : null };
    const { coverage, error, cost, recall } = thresholdOutcome(cells, thresholds, { costs, level });
    if (error === null) return [];
    return {
      threshold,
      coverage: coverage.value,
      error: error.value,
      errorLower: error.lower,
      errorUpper: error.upper,
      cost: cost?.value ?? null,
      precision: cells.on === "positive" ? 1 - error.value : null,
      recall: recall?.value ?? null,
    };
  });
}
