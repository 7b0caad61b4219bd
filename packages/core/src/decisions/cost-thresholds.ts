import { checkCosts } from "./check-costs.ts";
import { ABOVE_ALL, nextUp } from "./next-up.ts";
import type { Costs, Decision, Thresholds } from "./policy.ts";

/** Where each decision costs least. */
export interface CostThresholds {
  readonly thresholds: Thresholds;
  /** Decisions that cost least nowhere, or were not offered. */
  readonly empty: readonly Decision[];
}

/** Cost of a review, with what the reviewer gets wrong. */
export function reviewCost({ review, reviewError, error }: Costs): number {
  return review === null ? Infinity : review + reviewError * error;
}

/** The first score at which acting costs strictly less than `constant + slope · p`; above 1 where none does. */
function actingFrom(error: number, constant: number, slope: number): number {
  if (error + slope === 0) return constant > 0 ? 0 : ABOVE_ALL;
  const crossing = (error - constant) / (error + slope);
  return crossing < 0 ? 0 : Math.min(ABOVE_ALL, nextUp(Math.min(1, crossing)));
}

/**
 * The thresholds that cost least for calibrated scores: with p the probability that acting is right, acting costs
 * (1 − p)·error, a review `review + reviewError·error`, abstaining `abstain + p·missed`. The cheapest of three lines is
 * abstaining for small p, then review, then acting, each where it is offered and cheapest anywhere.
 *
 * A review costs the same whatever the score, because reviewers decide the case anew and their share of wrong decisions is
 * measured over all the cases that they reviewed, not over those where the model was wrong.
 *
 * @param costs in one unit; only their ratios matter
 * @returns exact crossings. Equal costs go to the safer choice: review before abstaining before acting, so `act` is the
 *   smallest double above the crossing
 * @throws {InputError} `not-finite`, `out-of-range`, `incompatible`
 *
 * Source: Chow (1970), "On optimum recognition error and reject tradeoff", IEEE Trans. Inf. Theory 16: without review and
 * `missed`, act above 1 − abstain/error. Elkan (2001), "The foundations of cost-sensitive learning", IJCAI, equation 2.
 */
export function thresholdsFromCosts(costs: Costs): CostThresholds {
  checkCosts(costs);
  const { error, abstain, missed } = costs;
  const review = reviewCost(costs);
  const from = Math.max(
    costs.review === null ? 0 : actingFrom(error, review, 0),
    abstain === null ? 0 : actingFrom(error, abstain, missed),
  );
  const act = from > 1 ? null : from;
  const below = abstain === null ? 0 : abstainingBelow(review, abstain, missed);
  const until = Math.min(below, act ?? ABOVE_ALL);
  const thresholds: Thresholds = { act, abstain: until > 0 ? until : null };
  return { thresholds, empty: emptyRegions(thresholds) };
}

/** The score below which abstaining costs strictly less than a review. */
export function abstainingBelow(review: number, abstain: number, missed: number): number {
  if (review === Infinity) return ABOVE_ALL;
  if (missed === 0) return abstain < review ? ABOVE_ALL : 0;
  const crossing = (review - abstain) / missed;
  return crossing > 1 ? ABOVE_ALL : Math.max(0, crossing);
}

/** Decisions that no score in [0, 1] leads to. */
export function emptyRegions({ act, abstain }: Thresholds): Decision[] {
  const empty: Decision[] = [];
  if (act === null || act > 1) empty.push("act");
  if ((abstain ?? 0) >= Math.min(act ?? ABOVE_ALL, ABOVE_ALL)) empty.push("review");
  if (act === 0 || abstain === null || abstain <= 0) empty.push("abstain");
  return empty;
}
