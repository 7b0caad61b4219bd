import { InputError } from "../errors.ts";

/**
 * Sum of the values, as if added with twice the precision and rounded once.
 *
 * @param values finite reals; an empty array sums to 0
 * @returns ±Infinity only where the running total leaves the range of a double
 *
 * Source: Neumaier (1974), "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54.
 * Accuracy: error ≤ ε·|Σx| + 2n²ε²·Σ|x| with ε = 2⁻⁵³.
 */
export function sum(values: Float64Array): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const next = total + value;
    const part = next - total;
    lost += total - (next - part) + (value - part);
    total = next;
  }
  return Number.isFinite(total) ? total + lost : total;
}

/**
 * Sum of `values[i] * weights[i]`: each product rounded once, the products added as in `sum`.
 *
 * @param values n finite reals
 * @param weights n finite reals
 * @throws {InputError} `shape-mismatch`
 *
 * Accuracy: error ≤ ε·Σ|w·x| from the products; the additions lose nothing beyond that.
 */
export function weightedSum(values: Float64Array, weights: Float64Array): number {
  if (values.length !== weights.length)
    throw new InputError("shape-mismatch", `there are ${values.length} values but ${weights.length} weights`);
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] * weights[i];
    const next = total + value;
    const part = next - total;
    lost += total - (next - part) + (value - part);
    total = next;
  }
  return Number.isFinite(total) ? total + lost : total;
}
