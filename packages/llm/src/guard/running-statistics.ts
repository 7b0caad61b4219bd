import { createSlidingSum } from "../scores/sliding-sum.ts";
import { createBottomGroups } from "./bottom-groups.ts";
import type { Measure } from "./token-confidence.ts";

/** What a guard can watch. Groups are all stretches of `window` tokens in a row; the whole answer while it is shorter. */
export type GuardStatistic =
  /** Mean of all tokens. */
  | "mean"
  /** The lowest group. */
  | "lowestGroup"
  /** Mean of the lowest tenth of the groups, at least one. */
  | "bottomGroups"
  /** Mean of the last `tail` tokens. */
  | "tail"
  /** The lowest token. */
  | "minToken";

/** Statistics of a stream of token confidences, in O(1) per token (bottomGroups: O(log 4096)). */
export interface RunningStatistics {
  push(confidence: number): void;
  count(): number;
  /** Mean of the last `window` tokens. */
  group(): number;
  /** The statistic of what came so far; of `bottomGroups` an upper bound that is within a cell of the store. */
  current(statistic: GuardStatistic): number;
  /** The statistic of what came so far, exactly. */
  exact(statistic: GuardStatistic): number;
  /** The largest value that the statistic can have when the stream ends, however it goes on. */
  best(statistic: GuardStatistic): number;
}

/** Groups of which the lowest share is averaged. */
const BOTTOM = 0.1;

function bottomCount(groups: number): number {
  return Math.max(1, Math.floor(BOTTOM * groups));
}

/**
 * The statistics of a stream.
 *
 * How the stream may go on: with tokens of probability 1 (logarithm 0), or with alternatives of any spread, up to `maxTokens`; and
 * it may end at any token. A minimum cannot recover. A mean is best when all that is still to come is perfect.
 *
 * @param maxTokens tokens at which the stream ends at the latest; Infinity where unknown
 * @param keepsGroups whether `bottomGroups` will be asked for at every token; `exact` does not need it
 */
export function createRunningStatistics(
  measure: Measure,
  window: number,
  tail: number,
  maxTokens: number,
  keepsGroups: boolean,
): RunningStatistics {
  const perfect = measure === "token" ? 0 : Infinity;
  const sliding = createSlidingSum(window);
  const last = createSlidingSum(tail);
  const store = keepsGroups ? createBottomGroups(measure === "token" ? "largest" : "smallest") : null;
  const groups: number[] = [];
  let n = 0;
  let sum = 0;
  let lost = 0;
  let survivors = 0;
  let leastToken = Infinity;
  let leastGroup = Infinity;

  const total = (): number => sum + lost;
  const group = (): number => sliding.total() / sliding.size();
  const short = (): boolean => n < window;
  const sign = measure === "token" ? -1 : 1;

  function current(statistic: GuardStatistic): number {
    switch (statistic) {
      case "mean":
        return total() / n;
      case "lowestGroup":
        return short() ? group() : leastGroup;
      case "bottomGroups": {
        if (short()) return group();
        if (store === null) return exact(statistic);
        const k = bottomCount(store.count());
        return (sign * store.worstSum(k)) / k;
      }
      case "tail":
        return last.total() / last.size();
      case "minToken":
        return leastToken;
    }
  }

  function exact(statistic: GuardStatistic): number {
    if (statistic !== "bottomGroups" || short()) return current(statistic);
    const k = bottomCount(groups.length);
    const worst = Float64Array.from(groups).sort().subarray(0, k);
    return worst.reduce((a, b) => a + b, 0) / k;
  }

  /** Mean of the tokens whose sum is given, at the end of a stream that goes on perfectly until there are `length`. */
  function filledUp(given: number, length: number): number {
    if (perfect === Infinity) return Infinity;
    return length === Infinity ? 0 : given / length;
  }

  function best(statistic: GuardStatistic): number {
    const end = Math.max(n, maxTokens);
    if (statistic === "minToken" || end === n || (statistic === "lowestGroup" && !short())) return current(statistic);
    switch (statistic) {
      case "mean":
        return filledUp(total(), end);
      case "lowestGroup":
        return filledUp(total(), Math.min(window, end));
      case "tail":
        return end === Infinity ? perfect : filledUp(survivors, Math.min(tail, end));
      case "bottomGroups": {
        if (end < window) return filledUp(total(), end);
        if (end === Infinity || store === null) return perfect;
        const k = bottomCount(end - window + 1);
        const known = store.count();
        if (k <= known) return (sign * store.worstSum(k)) / k;
        return filledUp(sign * store.worstSum(known), k);
      }
    }
  }

  return {
    push(confidence) {
      if (n >= maxTokens - tail) survivors += confidence;
      n++;
      const next = sum + confidence;
      const part = next - sum;
      lost += sum - (next - part) + (confidence - part);
      sum = next;
      if (confidence < leastToken) leastToken = confidence;
      last.push(confidence);
      sliding.push(confidence);
      if (n < window) return;
      const mean = group();
      if (mean < leastGroup) leastGroup = mean;
      store?.add(sign * mean);
      groups.push(mean);
    },
    count: () => n,
    group,
    current,
    exact,
    best,
  };
}
