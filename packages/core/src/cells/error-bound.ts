import { equalWidthEdges } from "../kernels/bins.ts";
import { type Cells, cellTotal } from "./cells.ts";

/** How far numbers computed from cells can be from those computed from rows. */
export interface CellErrorBound {
  /** Largest possible difference of an L1 error with equal-width bins. 0 when every bin edge is an edge of the grid. */
  readonly ece: number;
  /** Largest possible difference of the AUROC: half the share of pairs that fall into one stretch together. */
  readonly auroc: number;
  /** Largest shift of any probability, the width of the widest cell in use. */
  readonly probability: number;
}

/**
 * Bounds on the error of working from cells.
 *
 * A stretch that an edge of the bins cuts may have all its rows on the wrong side: it moves the error by at most its
 * share of the weight, twice (once in the bin it leaves, once in the bin it enters) times a gap of at most 1. Pairs of
 * a positive and a negative inside one stretch count half instead of 0 or 1.
 *
 * @param bins number of equal-width bins of the error in question
 */
export function cellErrorBound(cells: Cells, bins = 15): CellErrorBound {
  const { pointOf, boundsOf } = cells.grid;
  const edges = equalWidthEdges(bins);
  const total = cellTotal(cells, "weight");
  const positive = cellTotal(cells, "weightPositive");
  let cut = 0;
  let together = 0;
  let widest = 0;
  cells.cell.forEach((cell, s) => {
    if (pointOf(cell) !== undefined) return;
    const { lower, upper } = boundsOf(cell);
    widest = Math.max(widest, upper - lower);
    let next = Math.max(0, Math.floor(lower * bins) - 1);
    while (edges[next] <= lower) next++;
    if (edges[next] < upper) cut += cells.sums.weight[s];
    together += cells.sums.weightPositive[s] * (cells.sums.weight[s] - cells.sums.weightPositive[s]);
  });
  const pairs = positive * (total - positive);
  return { ece: total > 0 ? (2 * cut) / total : 0, auroc: pairs > 0 ? together / (2 * pairs) : 0, probability: widest };
}
