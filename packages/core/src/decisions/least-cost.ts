import { InputError } from "../errors.ts";
import type { Matrix } from "../matrix.ts";
import { checkCostMatrix } from "./check-costs.ts";
import type { CostMatrix } from "./policy.ts";

/** Costs closer than this, relative to the largest of the matrix, are equal. */
const EQUAL = 1e-13;

/**
 * The action of least expected cost for each row: Σᵢ pᵢ·costs[i][j] of treating it as class j, or a review, or abstaining.
 *
 * @param matrix costs of K classes
 * @param probabilities n × K, calibrated
 * @returns n codes: a class in [0, K), K for review, K + 1 for abstain. Equal costs go to the safer choice: review before
 *   abstaining before acting, and of classes to the likelier, then the first
 * @throws {InputError} as `checkCostMatrix`; `incompatible` for another number of classes; `out-of-range` with the row for
 *   a probability outside [0, 1]
 *
 * Source: Elkan (2001), "The foundations of cost-sensitive learning", IJCAI, equation 1; Chow (1970) for the reject option.
 */
export function leastCostActions(matrix: CostMatrix, probabilities: Matrix): Int32Array {
  checkCostMatrix(matrix);
  const { data, rows, cols } = probabilities;
  const classes = matrix.classNames.length;
  if (cols !== classes)
    throw new InputError("incompatible", `the cost matrix has ${classes} classes, the rows have ${cols} probabilities`);
  const costs = Float64Array.from(matrix.costs.flat());
  const { review, abstain } = matrix;
  let largest = Math.max(review ?? 0, abstain ?? 0);
  for (const cost of costs) largest = Math.max(largest, Math.abs(cost));
  const margin = EQUAL * largest;
  const offered = Math.min(review ?? Infinity, abstain ?? Infinity);
  const other = review !== null && review <= offered ? classes : classes + 1;
  const expected = new Float64Array(classes);
  const actions = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    expected.fill(0);
    for (let k = 0; k < classes; k++) {
      const p = data[start + k];
      if (!(p >= 0 && p <= 1))
        throw new InputError("out-of-range", `expected a probability in [0, 1], got ${p} at row ${i}, class ${k}`, i);
      if (p === 0) continue;
      for (let j = 0; j < classes; j++) expected[j] += p * costs[k * classes + j];
    }
    let best = 0;
    for (let j = 1; j < classes; j++) {
      const difference = expected[j] - expected[best];
      if (difference < -margin || (difference <= margin && data[start + j] > data[start + best])) best = j;
    }
    actions[i] = offered <= expected[best] + margin ? other : best;
  }
  return actions;
}
