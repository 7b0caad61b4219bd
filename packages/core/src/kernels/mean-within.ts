/**
 * The mean Σwx / Σw of values from a stretch, held within it: rounding can move a mean of nearly equal values past the
 * largest of them, and then out of order.
 *
 * @param moment Σwx
 * @param weight Σw, > 0
 * @param lower smallest of the values
 * @param upper largest of the values
 */
export function meanWithin(moment: number, weight: number, lower: number, upper: number): number {
  return Math.min(upper, Math.max(lower, moment / weight));
}
