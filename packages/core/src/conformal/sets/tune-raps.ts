import type { Matrix } from "../../matrix.ts";
import type { SetScore } from "../conformal-document.ts";
import { conformalQuantile } from "../conformal-quantile.ts";
import type { Decimal } from "../exact-decimal.ts";
import { setScores } from "./set-scores.ts";
import { setsWithin } from "./sets-within.ts";

/** Penalties among which the choice is made. */
const PENALTIES = [0.001, 0.01, 0.1, 0.2, 0.5];

/**
 * Free ranks and penalty with the smallest sets on rows that must not be used for thresholds afterwards.
 *
 * @param probabilities rows set aside
 * @param labels their true classes
 * @param level wanted coverage
 * @param uniforms one number in [0, 1] per row; absent for scores that are not randomised
 * @returns free ranks: the conformal quantile of the ranks of the true classes, so that sets of that size need no penalty;
 * the penalty in {0.001, 0.01, 0.1, 0.2, 0.5} whose sets are smallest on average, the first of equals
 *
 * Source: Angelopoulos et al. (2021), "Uncertainty sets for image classifiers using conformal prediction", appendix E.
 */
export function tuneRaps(
  probabilities: Matrix,
  labels: Int32Array,
  level: Decimal,
  uniforms?: Float64Array,
): Extract<SetScore, { kind: "raps" }> {
  const rank = conformalQuantile(setScores(probabilities, labels, { kind: "top-k" }), level).quantile;
  const freeRanks = Math.min(rank, probabilities.cols);
  const options = uniforms === undefined ? {} : { uniforms };
  let best = { kind: "raps" as const, penalty: PENALTIES[0], freeRanks };
  let smallest = Infinity;
  for (const penalty of PENALTIES) {
    const score = { kind: "raps" as const, penalty, freeRanks };
    const { quantile } = conformalQuantile(setScores(probabilities, labels, score, uniforms), level);
    const total = setsWithin(probabilities, score, quantile, options).sizes.reduce((sum, size) => sum + size, 0);
    if (total < smallest) {
      smallest = total;
      best = score;
    }
  }
  return best;
}
