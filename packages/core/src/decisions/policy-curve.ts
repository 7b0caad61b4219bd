import { isUnweighted } from "../intervals/sample.ts";
import { thinCurve } from "../metrics/ranking/thin-curve.ts";
import { riskInterval } from "../metrics/selective/risk-coverage-curve.ts";
import { costOfThresholds } from "./capacity-curve.ts";
import type { ScoredProblem } from "./decision-problem.ts";
import type { Costs, PolicyPoint } from "./policy.ts";
import { allOf, type RankedRows } from "./ranked-rows.ts";

const MOST_POINTS = 200;

/**
 * Every threshold and what it would mean, thinned evenly in coverage to 200.
 *
 * @param costs rows below the threshold are reviewed, or abstained from where review is not offered
 * @returns by ascending coverage; pointwise Clopper–Pearson intervals of the error, Wilson's under weights
 */
export function policyCurve(problem: ScoredProblem, ranked: RankedRows, costs: Costs | null): PolicyPoint[] {
  const { count, scores, mass, right, squares, totalRight } = ranked;
  const all = allOf(ranked);
  const { sample, hasRecall } = problem;
  const exact = isUnweighted(sample);
  const kept = thinCurve(mass, new Float64Array(count), new Uint8Array(count), MOST_POINTS);
  return Array.from(kept, (g) => {
    const threshold = scores[g];
    const wrong = Math.min(mass[g], Math.max(0, mass[g] - right[g]));
    const { lower, upper } = riskInterval(wrong, mass[g], squares[g], exact, sample);
    const thresholds = { act: threshold, abstain: costs?.review === null ? threshold : null };
    return {
      threshold,
      coverage: Math.min(1, mass[g] / all),
      error: wrong / mass[g],
      errorLower: lower,
      errorUpper: upper,
      cost: costs === null ? null : costOfThresholds(ranked, thresholds, costs),
      precision: hasRecall ? right[g] / mass[g] : null,
      recall: hasRecall && totalRight > 0 ? Math.min(1, right[g] / totalRight) : null,
    };
  });
}
