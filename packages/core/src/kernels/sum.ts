import { InputError } from "../errors.ts";

/**
 * Sum of the values, as if added with twice the precision and rounded once.
 *
 * @param values finite reals; an empty array sums to 0
 * @returns ±Infinity only where the running total leaves the range of a double
 * @throws {InputError} `not-finite` with the position, where the sum would be NaN
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
  if (Number.isNaN(total)) refuse(values, "value");
  return Number.isFinite(total) ? total + lost : total;
}

/**
 * Sum of `values[i] * weights[i]`: each product rounded once, the products added as in `sum`.
 *
 * @param values n finite reals
 * @param weights n finite reals
 * @throws {InputError} `shape-mismatch`; where the sum would be NaN, `not-finite` with the position, or `out-of-range`
 *   for products beyond the range of a double
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
  if (Number.isNaN(total)) {
    refuse(values, "value");
    refuse(weights, "weight");
    throw new InputError("out-of-range", "products of both signs leave the range of a double");
  }
  return Number.isFinite(total) ? total + lost : total;
}

/** @throws {InputError} `not-finite` at the first number that is not finite */
function refuse(numbers: Float64Array, what: string): void {
  const i = numbers.findIndex((x) => !Number.isFinite(x));
  if (i >= 0) throw new InputError("not-finite", `${what} ${numbers[i]} at position ${i} is not a finite number`, i);
}
