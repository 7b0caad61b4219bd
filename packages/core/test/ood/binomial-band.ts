import { regularizedBeta } from "../../src/special/regularized-beta.ts";

/** The counts between which a binomial variable lies with probability at least 99.9 %. */
export function binomialBand(runs: number, share: number): { lower: number; upper: number } {
  const atLeast = (k: number): number => (k <= 0 ? 1 : k > runs ? 0 : regularizedBeta(share, k, runs - k + 1));
  let lower = 0;
  while (lower < runs && 1 - atLeast(lower + 1) < 0.0005) lower++;
  let upper = runs;
  while (upper > 0 && atLeast(upper) < 0.0005) upper--;
  return { lower, upper };
}
