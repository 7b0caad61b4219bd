import type { CellGrouping } from "./group-cells.ts";
import type { ConfidenceQuantiles } from "./series-view.ts";

/**
 * Quantiles of the confidence of predictions counted by group, straight within a group.
 *
 * @param predictions per group; at least one in all
 */
export function confidenceQuantiles(predictions: Float64Array, grouping: CellGrouping): ConfidenceQuantiles {
  const { size, lower, upper } = grouping;
  let total = 0;
  for (let g = 0; g < size; g++) total += predictions[g] ?? 0;
  let group = 0;
  let before = 0;
  const at = (share: number): number => {
    const wanted = share * total;
    while (group < size - 1 && before + (predictions[group] ?? 0) < wanted) {
      before += predictions[group] ?? 0;
      group++;
    }
    const count = predictions[group] ?? 0;
    const part = count > 0 ? Math.min(1, (wanted - before) / count) : 0;
    const from = lower[group] ?? 0;
    return from + part * ((upper[group] ?? 0) - from);
  };
  return { p05: at(0.05), p25: at(0.25), p50: at(0.5), p75: at(0.75), p95: at(0.95) };
}
