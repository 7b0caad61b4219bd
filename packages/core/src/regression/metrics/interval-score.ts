import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkColumns, checkLevel } from "../check-forecast.ts";
import { oneMinus } from "../quantile-view.ts";
import { rowEstimate } from "./row-estimate.ts";

/**
 * Mean interval (Winkler) score: the width, plus 2/(1 − level) times the distance by which the outcome is outside.
 *
 * @param lower n lower ends; a row with crossed ends is put in order first
 * @param upper n upper ends
 * @param level probability that the interval is meant to hold, in (0, 1)
 * @returns ≥ 0, lower is better, unit of the outcome. Student-t interval of the mean
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Winkler (1972), JASA 67; Gneiting and Raftery (2007), JASA 102, section 6.2.
 */
export function intervalScore(
  lower: Float64Array,
  upper: Float64Array,
  outcomes: Float64Array,
  level: number,
  options: SampleOptions = {},
): Estimate {
  checkLevel(level, "the level of the interval");
  checkColumns({ lower, upper, outcomes });
  const factor = 2 / oneMinus(level);
  const scores = outcomes.map((y, i) => {
    const low = Math.min(lower[i], upper[i]);
    const high = Math.max(lower[i], upper[i]);
    return high - low + factor * (Math.max(0, low - y) + Math.max(0, y - high));
  });
  return rowEstimate(scores, { metric: "interval-score", central: level, crossed: "sorted" }, { ...options, min: 0 });
}
