import type { Matrix } from "../../matrix.ts";
import type { LossCurve } from "../loss-curve.ts";
import { type FractionSums, fractionSums } from "./fraction-sums.ts";
import { thresholdLevel } from "./threshold-level.ts";

/**
 * Share of false ones among the labels that a row is given at each threshold (false discovery proportion); 0 where it
 * is given none. Each row's labels are sorted once; all totals come from that pass.
 *
 * @param thresholds ascending; rule r is the r-th from above, the highest being the most conservative
 * @param isMonotone true for the largest share at this or any higher threshold, which never falls as the threshold does
 */
export function falseLabels(
  scores: Matrix,
  labels: Uint8Array,
  thresholds: Float64Array,
  isMonotone: boolean,
): LossCurve {
  const { data, rows, cols } = scores;
  const size = thresholds.length;
  const sums = fractionSums(size);
  const keys = new Float64Array(cols);
  for (let row = 0; row < rows; row++) {
    const start = row * cols;
    for (let k = 0; k < cols; k++)
      keys[k] = 2 * thresholdLevel(data[start + k], thresholds) + (labels[start + k] === 1 ? 1 : 0);
    keys.sort();
    addRow(keys, sums, isMonotone);
  }
  const totals = sums.totals();
  const column = new Float64Array(rows);
  return {
    n: rows,
    rules: size,
    bound: 1,
    binary: cols === 1,
    total: (rule) => totals[size - 1 - rule],
    losses: (rule) => {
      column.fill(0);
      for (let j = isMonotone ? size - 1 : size - 1 - rule; j >= size - 1 - rule; j--)
        for (let row = 0; row < rows; row++)
          column[row] = Math.max(column[row], shareAt(data, labels, row * cols, cols, thresholds[j]));
      return column;
    },
  };
}

/** Adds a row whose labels are given as ascending 2·level + truth. */
function addRow(keys: Float64Array, sums: FractionSums, isMonotone: boolean): void {
  let wrong = 0;
  let given = 0;
  let numerator = 0;
  let denominator = 1;
  let k = keys.length - 1;
  while (k >= 0 && keys[k] >= 2) {
    const level = Math.floor(keys[k] / 2);
    for (; k >= 0 && keys[k] >= 2 * level; k--) {
      given++;
      if (keys[k] === 2 * level) wrong++;
    }
    if (!isMonotone || wrong * denominator > numerator * given) {
      numerator = wrong;
      denominator = given;
    }
    const below = k >= 0 ? Math.floor(keys[k] / 2) : 0;
    if (numerator > 0) {
      const changes = sums.changesOf(denominator);
      changes[below] += numerator;
      changes[level] -= numerator;
    }
  }
}

function shareAt(data: Float64Array, labels: Uint8Array, start: number, cols: number, threshold: number): number {
  let given = 0;
  let wrong = 0;
  for (let cell = start; cell < start + cols; cell++)
    if (data[cell] >= threshold) {
      given++;
      if (labels[cell] === 0) wrong++;
    }
  return given === 0 ? 0 : wrong / given;
}
