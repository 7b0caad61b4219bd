import type { Cells } from "../../cells/cells.ts";
import type { MergedRows } from "../../estimate.ts";

/** One row per cell and outcome, at the mean score of that outcome in the cell, in ascending order of the cell. */
export interface CellRows {
  readonly scores: Float64Array;
  readonly outcomes: Uint8Array;
  readonly weights: Float64Array;
  readonly merged: MergedRows;
  /** Ends of the cell of each row: all its scores lie between. Equal where the cell is a point. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** No less than the weighted variance of the scores that each row stands for; 0 for one original row. */
  readonly variance: Float64Array;
}

/**
 * Rows that stand for cells. Each outcome has its own mean, so that whatever is linear in the score within a cell is
 * summed exactly. Rows without weight are left out.
 */
export function cellRows({ grid, cell, sums }: Cells): CellRows {
  const order = Uint32Array.from(cell, (_, s) => s).sort((a, b) => cell[a] - cell[b]);
  const rows: { score: number; outcome: 0 | 1; weight: number; count: number; squared: number; slot: number }[] = [];
  for (const s of order) {
    const positive = { weight: sums.weightPositive[s], count: sums.positives[s], squared: sums.squaredPositive[s] };
    const negative = {
      weight: sums.weight[s] - positive.weight,
      count: sums.count[s] - positive.count,
      squared: sums.squared[s] - positive.squared,
    };
    const sum = sums.pPositive[s];
    if (negative.count > 0 && negative.weight > 0)
      rows.push({ ...negative, score: (sums.p[s] - sum) / negative.weight, outcome: 0, slot: s });
    if (positive.count > 0 && positive.weight > 0)
      rows.push({ ...positive, score: sum / positive.weight, outcome: 1, slot: s });
  }
  const bounds = rows.map(({ slot }) => grid.boundsOf(cell[slot]));
  const scores = Float64Array.from(rows, ({ score }, i) => keptInside(score, bounds[i]));
  return {
    scores,
    outcomes: Uint8Array.from(rows, ({ outcome }) => outcome),
    weights: Float64Array.from(rows, ({ weight }) => weight),
    merged: {
      counts: Float64Array.from(rows, ({ count }) => count),
      squaredWeights: Float64Array.from(rows, ({ squared }) => Math.max(0, squared)),
    },
    lower: Float64Array.from(bounds, ({ lower }) => lower),
    upper: Float64Array.from(bounds, ({ upper }) => upper),
    variance: Float64Array.from(rows, ({ count, weight, slot }, i) =>
      count === 1
        ? 0
        : Math.min((bounds[i].upper - scores[i]) * (scores[i] - bounds[i].lower), squaresWithin(sums, slot) / weight),
    ),
  };
}

/**
 * No less than Σw(p - mean)² of a cell with a mean per outcome. A sum of m positive terms is off by at most m·2⁻⁵³ of
 * itself.
 */
function squaresWithin(sums: Cells["sums"], s: number): number {
  const { count, weight, weightPositive, p, pPositive, pp } = sums;
  const negative = weight[s] - weightPositive[s];
  const positive = weightPositive[s];
  const between =
    (negative > 0 ? (p[s] - pPositive[s]) ** 2 / negative : 0) + (positive > 0 ? pPositive[s] ** 2 / positive : 0);
  return Math.max(0, pp[s] - between) + 8 * (count[s] + 4) * Number.EPSILON * pp[s];
}

/** A mean that rounding may have moved onto an end of its cell or beyond, put back. */
function keptInside(score: number, { lower, upper }: { lower: number; upper: number }): number {
  if (lower === upper) return lower;
  const above = lower > 0 ? lower * (1 + Number.EPSILON) : Number.MIN_VALUE;
  return Math.min(Math.max(score, above), upper * (1 - Number.EPSILON / 2));
}
