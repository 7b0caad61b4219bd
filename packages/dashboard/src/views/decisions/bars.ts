import type { DecisionCells } from "@candor/core";
import type { ThresholdBar } from "@candor/plots";

/** Stretches of a picture. Their ends are multiples of 1/240, where cells end. */
const stretches = 40;

/** The cells as bars of equal width. */
export function barsOf(cells: DecisionCells, lowest: number): ThresholdBar[] {
  const width = (1 - lowest) / stretches;
  const total = cells.predictions.reduce((sum, count) => sum + count, 0);
  const sums = Array.from({ length: stretches }, () => ({ all: 0, weight: 0, right: 0 }));
  cells.from.forEach((score, k) => {
    const at = Math.min(stretches - 1, Math.max(0, Math.floor((score - lowest) / width + 1e-9)));
    const sum = sums[at];
    if (sum === undefined) return;
    sum.all += cells.predictions[k] ?? 0;
    sum.weight += cells.weight[k] ?? 0;
    sum.right += cells.weightRight[k] ?? 0;
  });
  return sums.flatMap(({ all, weight, right }, k) => {
    if (all === 0) return [];
    const share = all / total;
    const known = weight > 0 ? right / weight : null;
    return {
      from: lowest + k * width,
      to: lowest + (k + 1) * width,
      right: known === null ? 0 : share * known,
      wrong: known === null ? 0 : share * (1 - known),
      unknown: known === null ? share : 0,
    };
  });
}
