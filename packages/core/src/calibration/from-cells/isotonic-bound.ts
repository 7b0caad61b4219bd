import type { MapDistance } from "./logistic-bound.ts";

/** Weights of both outcomes in cells, in ascending order of the score. */
export interface CellMasses {
  readonly negative: Float64Array;
  readonly positive: Float64Array;
  /** 1 where all rows of the cell have the same score. */
  readonly isPoint: Uint8Array;
}

/**
 * A bound on the distance between an isotonic fit on cells and the one on the rows behind them, at the scores of the rows.
 *
 * The fit at a row is the largest over starts u at or below it of the least over ends v at or above it of the mean outcome
 * from u to v. It can only grow if v is restricted to the ends of cells, and if of the cell in which it starts only the
 * positive rows are counted; likewise for a lower bound. A score inside a cell is mapped to between the values of the
 * neighbouring cells.
 *
 * @param values the fit on cells, one per cell, non-decreasing
 * @returns the largest distance at the score of any row, and the mean over the rows; 0 where every cell is a point
 *
 * Source: the max-min formula of Ayer et al. (1955), Ann. Math. Stat. 26.
 */
export function isotonicDistance(masses: CellMasses, values: Float64Array): MapDistance {
  const cells = values.length;
  const upper = upperEnds(masses);
  const lower = upperEnds({
    negative: masses.positive.slice().reverse(),
    positive: masses.negative.slice().reverse(),
    isPoint: masses.isPoint.slice().reverse(),
  });
  let largest = 0;
  let sum = 0;
  let total = 0;
  for (let c = 0; c < cells; c++) {
    const isPoint = masses.isPoint[c] === 1;
    const below = values[isPoint ? c : Math.max(0, c - 1)];
    const above = values[isPoint ? c : Math.min(cells - 1, c + 1)];
    const distance = Math.max(0, upper[c] - below, above - (1 - lower[cells - 1 - c]));
    const weight = masses.negative[c] + masses.positive[c];
    largest = Math.max(largest, distance);
    sum += weight * distance;
    total += weight;
  }
  return { largest, mean: Math.min(largest, sum / total) };
}

/** Per cell, the largest value that the fit of all rows can have there. */
function upperEnds({ negative, positive, isPoint }: CellMasses): Float64Array {
  const cells = negative.length;
  const weights = new Float64Array(cells + 1);
  const sums = new Float64Array(cells + 1);
  for (let c = 0; c < cells; c++) {
    weights[c + 1] = weights[c] + negative[c] + positive[c];
    sums[c + 1] = sums[c] + positive[c];
  }
  const ends = new Float64Array(cells);
  for (let start = 0; start < cells; start++) {
    const weight = weights[start + 1] - positive[start] - (isPoint[start] === 1 ? negative[start] : 0);
    raise(ends, start, weight, sums[start], weights, sums);
  }
  return ends;
}

/** Raises the ends of all cells from `start` on to the least mean of an interval that starts at (weight, sum). */
function raise(
  ends: Float64Array,
  start: number,
  weight: number,
  sum: number,
  weights: Float64Array,
  sums: Float64Array,
): void {
  let least = 1;
  for (let c = ends.length - 1; c >= start; c--) {
    const mass = weights[c + 1] - weight;
    const mean = mass > 0 ? (sums[c + 1] - sum) / mass : 0;
    if (mean < least) least = mean;
    if (least > ends[c]) ends[c] = least;
  }
}
