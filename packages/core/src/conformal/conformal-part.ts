import { divide, pair } from "../special/double-double.ts";
import type { ConformalPart } from "./conformal-document.ts";
import { conformalQuantile, prepareWeightedScores, weightedQuantileAt } from "./conformal-quantile.ts";
import type { Decimal } from "./exact-decimal.ts";
import { weightedThresholds } from "./weighted-thresholds.ts";

function finite(quantile: number): number | null {
  return quantile === Infinity ? null : quantile;
}

/**
 * The threshold of some calibration rows, as a document holds it.
 *
 * @param values what the rows have in common
 * @param scores of the rows; those of weight 0 are absent
 * @param weights one per score; absent means that ranks apply
 * @param level wanted coverage
 * @returns under weights, `quantile` is that of a row of mean weight
 */
export function conformalPart(
  values: readonly string[],
  scores: Float64Array,
  weights: Float64Array | undefined,
  level: Decimal,
): ConformalPart {
  if (weights === undefined) {
    const { n, rank, quantile } = conformalQuantile(scores, level);
    return { values, n, rank, quantile: finite(quantile) };
  }
  const prepared = prepareWeightedScores(scores, weights);
  const n = prepared.scores.length;
  const total = { high: prepared.high[n - 1], low: prepared.low[n - 1] };
  const mean = n === 0 ? 0 : divide(total, pair(n)).high / prepared.scale;
  const quantile = weightedQuantileAt(prepared, mean, level);
  return { values, n, rank: null, quantile: finite(quantile), weighted: weightedThresholds(scores, weights, level) };
}
