/**
 * Twice Bernstein's bound on the probability that a sum of independent variables of mean 0 is as far from 0 as `gap`; at most
 * 1, and valid for any number of variables.
 *
 * @param variance of the sum, ≥ 0
 * @param largest no variable is larger in size
 *
 * Source: Boucheron, Lugosi & Massart (2013), "Concentration Inequalities", corollary 2.11.
 */
export function bernsteinBound(gap: number, variance: number, largest: number): number {
  const size = Math.abs(gap);
  return size === 0 ? 1 : Math.min(1, 2 * Math.exp((-size * size) / 2 / (variance + (largest * size) / 3)));
}
