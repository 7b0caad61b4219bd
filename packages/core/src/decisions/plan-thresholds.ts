import { leastSureReviewed, nearestReviewed, worthiestReviewed } from "./capacity-thresholds.ts";
import { capacityShare, checkCosts } from "./check-costs.ts";
import { abstainingBelow, reviewCost, thresholdsFromCosts } from "./cost-thresholds.ts";
import { ABOVE_ALL } from "./next-up.ts";
import type { Costs, Thresholds } from "./policy.ts";
import type { ResolvedOptions } from "./policy-options.ts";
import type { RankedRows } from "./ranked-rows.ts";

/** What becomes of the rows that are not acted on, once the threshold of acting is known. */
export function completeThresholds(
  act: number | null,
  ranked: RankedRows,
  { costs, capacity, choices: { below } }: ResolvedOptions,
): Thresholds {
  if (capacity) return nearestReviewed(ranked, act, capacityShare(capacity));
  const all = act ?? ABOVE_ALL;
  const until = costs ? abstentionFrom(costs) : below === "abstain" ? ABOVE_ALL : 0;
  const abstain = Math.min(until, all);
  return { act, abstain: abstain > 0 ? abstain : null };
}

function abstentionFrom(costs: Costs): number {
  checkCosts(costs);
  return costs.abstain === null ? 0 : abstainingBelow(reviewCost(costs), costs.abstain, costs.missed);
}

/**
 * Thresholds from costs, a capacity, or both: they look at scores, never at outcomes.
 *
 * @param share of rows that can be reviewed; null without a capacity
 */
export function thresholdsFromScores(ranked: RankedRows, share: number | null, costs: Costs | null): Thresholds {
  if (costs === null) return leastSureReviewed(ranked, share ?? 0);
  return share === null ? thresholdsFromCosts(costs).thresholds : worthiestReviewed(ranked, share, costs);
}
