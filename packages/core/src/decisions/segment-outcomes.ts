import type { DecisionProblem } from "./decision-problem.ts";
import { type Actions, expectedOutcome, type OutcomeOptions } from "./outcome.ts";
import type { SegmentPolicy } from "./policy.ts";
import type { CertifiedRisk } from "./risk-certificate.ts";
import { actionsOf, problemOf, type SegmentRows } from "./segment-rows.ts";

/**
 * How every segment fares under the actions of all.
 *
 * @param certificates one per segment, of a risk target; default: none
 */
export function segmentOutcomes(
  problem: DecisionProblem,
  actions: Actions,
  segments: readonly SegmentRows[],
  outcome: OutcomeOptions,
  certificates: readonly CertifiedRisk[] = [],
): SegmentPolicy[] {
  return segments.map(({ by, name, rows }, s) => {
    const expected = expectedOutcome(problemOf(problem, rows), actionsOf(actions, rows), outcome);
    return {
      by,
      name,
      n: expected.coverage.n,
      expected,
      certificate: certificates[s]?.certificate ?? null,
      missingLabels: certificates[s]?.missingLabels ?? null,
    };
  });
}
