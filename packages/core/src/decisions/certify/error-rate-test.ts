import { bernoulliDivergence } from "../../risk-control/bounds/bernoulli-divergence.ts";
import { binomialPValue } from "../../risk-control/bounds/binomial-p-value.ts";

/** Whether so few errors among so many rows show that the error rate is at most the risk. */
export interface ErrorRateTest {
  /**
   * True where P(Bin(n, risk) ≤ errors) ≤ failure.
   *
   * @param errors integer in [0, n]
   * @param n rows, an integer ≥ 0
   * @param failure in (0, 1]
   */
  shows(errors: number, n: number, failure: number): boolean;
}

/**
 * The exact test of "the error rate exceeds `risk`", made for long walks over growing n: it remembers the fewest rows
 * that are enough for the last number of errors.
 *
 * @param risk in (0, 1); not checked
 *
 * Source: Clopper and Pearson (1934); the shortcut is Chernoff's bound, exp(-n·KL(errors/n, risk)), which is never below
 * the exact tail.
 */
export function errorRateTest(risk: number): ErrorRateTest {
  let knownErrors = -1;
  let knownFailure = -1;
  /** Largest n known not to be enough, smallest n known to be. */
  let short = 0;
  let enough = Infinity;
  return {
    shows(errors, n, failure) {
      if (failure >= 1) return true;
      if (errors >= n * risk) return n > 0 && errors < n && binomialPValue(errors, n, risk) <= failure;
      if (n * bernoulliDivergence(errors / n, risk) >= -Math.log(failure)) return true;
      if (errors !== knownErrors || failure !== knownFailure) {
        short = errors > knownErrors && failure === knownFailure ? short : 0;
        enough = Infinity;
        knownErrors = errors;
        knownFailure = failure;
      }
      if (n <= short) return false;
      if (n >= enough) return true;
      const isShown = binomialPValue(errors, n, risk) <= failure;
      if (isShown) enough = n;
      else short = n;
      return isShown;
    },
  };
}

/**
 * The fewest rows with which no error at all shows an error rate of at most `risk`: ⌈ln(failure) / ln(1 − risk)⌉, Infinity
 * beyond 2⁵³.
 *
 * @param risk in (0, 1)
 * @param failure in (0, 1)
 */
export function fewestRows(risk: number, failure: number): number {
  let n = Math.max(1, Math.floor(Math.log(failure) / Math.log1p(-risk)) - 1);
  if (n >= Number.MAX_SAFE_INTEGER) return Infinity;
  while (binomialPValue(0, n, risk) > failure) n++;
  return n;
}
