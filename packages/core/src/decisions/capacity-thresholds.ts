import { reviewCost, thresholdsFromCosts } from "./cost-thresholds.ts";
import { ABOVE_ALL } from "./next-up.ts";
import type { Costs, Thresholds } from "./policy.ts";
import { divideRows, type RankedRows, roomFor } from "./ranked-rows.ts";

/**
 * Act on the surest rows, review the least sure as far as the capacity goes, abstain from none.
 *
 * @param share of the rows that can be reviewed, in [0, 1]; equal scores that do not fit whole are acted on
 */
export function leastSureReviewed(ranked: RankedRows, share: number): Thresholds {
  const { count, mass, total, scores } = ranked;
  const room = roomFor(ranked, share);
  if (total <= room) return { act: null, abstain: null };
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (total - mass[middle] <= room) high = middle;
    else low = middle + 1;
  }
  return { act: share === 0 ? 0 : scores[low], abstain: null };
}

/**
 * Act from a given threshold, review the nearest rows below it as far as the capacity goes, abstain from the rest.
 *
 * @param act null where no row may be acted on: then the surest are reviewed
 */
export function nearestReviewed(ranked: RankedRows, act: number | null, share: number): Thresholds {
  const { count, mass, total, scores } = ranked;
  const acting = divideRows(ranked, { act, abstain: null }).acted;
  const room = acting + roomFor(ranked, share);
  if (total <= room) return { act, abstain: null };
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (mass[middle] <= room) low = middle + 1;
    else high = middle;
  }
  return { act, abstain: low > 0 ? Math.min(scores[low - 1], act ?? ABOVE_ALL) : (act ?? ABOVE_ALL) };
}

/**
 * The least cost that a capacity allows: the reviews go where one saves most against the cheaper of acting and abstaining,
 * which is a band of scores around the point where these two cost the same.
 *
 * @param costs a review has a cost
 * @returns the thresholds of the costs alone where the capacity suffices for them
 */
export function worthiestReviewed(ranked: RankedRows, share: number, costs: Costs): Thresholds {
  const wanted = thresholdsFromCosts(costs).thresholds;
  const { count, mass, scores } = ranked;
  const room = roomFor(ranked, share);
  if (divideRows(ranked, wanted).reviewed - (ranked.outside ?? 0) <= room) return wanted;
  const without = costs.abstain === null ? { act: 0, abstain: null } : withoutReview(costs);
  const from = without.act ?? ABOVE_ALL;
  const review = reviewCost(costs);
  const acting = (g: number): number => costs.error * (1 - scores[g]) - review;
  const abstaining = (g: number): number =>
    costs.abstain === null ? Infinity : costs.abstain + costs.missed * scores[g] - review;
  let below = 0;
  while (below < count && scores[below] >= from) below++;
  let above = below - 1;
  let used = 0;
  while (above >= 0 || below < count) {
    const up = above >= 0 ? acting(above) : -Infinity;
    const down = below < count ? abstaining(below) : -Infinity;
    const g = up >= down ? above : below;
    const size = mass[g] - (g > 0 ? mass[g - 1] : 0);
    if (used + size > room) break;
    used += size;
    if (g === above) above--;
    else below++;
  }
  if (used === 0) return without;
  return {
    act: above >= 0 ? scores[above] : null,
    abstain: below < count ? (below > 0 ? scores[below - 1] : ABOVE_ALL) : null,
  };
}

function withoutReview(costs: Costs): Thresholds {
  return thresholdsFromCosts({ ...costs, review: null }).thresholds;
}
