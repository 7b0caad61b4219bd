import { logModeEvidence } from "./mode-evidence.ts";

/** What may decide an answer. */
export type StopWhen =
  /** No answers that are still to come could change which is the most frequent of the budget. */
  | "settled"
  /** The answer is certified to be the likeliest one of the model, with an error of at most 1 − level. */
  | "certified"
  /** Whichever comes first. */
  | "either";

/** Why an answer counts as decided; null while it does not. */
export type Decided = "settled" | "certified" | null;

/** Answers counted so far. */
export interface Vote {
  /** The group of each counted answer, groups in the order of their first appearance. */
  readonly history: readonly number[];
  /** Number of answers of each group. */
  readonly counts: readonly number[];
}

/** The rule. */
export interface VoteRule {
  readonly stopWhen: StopWhen;
  readonly level: number;
  readonly minSamples: number;
}

/** The vote with one more answer. */
export function withAnswer({ history, counts }: Vote, group: number): Vote {
  const more = counts.slice();
  more[group] = (more[group] ?? 0) + 1;
  return { history: [...history, group], counts: more };
}

/** The most frequent group, the earliest of several; null of no answers. */
export function leaderOf({ counts }: Vote): number | null {
  let leader: number | null = null;
  counts.forEach((count, i) => {
    if (leader === null || count > (counts[leader] ?? 0)) leader = i;
  });
  return leader;
}

/** Whether the vote is decided when `remaining` answers can still come. */
export function decidedBy(vote: Vote, remaining: number, { stopWhen, level, minSamples }: VoteRule): Decided {
  const leader = leaderOf(vote);
  if (leader === null || vote.history.length < minSamples) return null;
  const lead =
    (vote.counts[leader] ?? 0) - vote.counts.reduce((a, count, i) => (i === leader ? a : Math.max(a, count)), 0);
  if (stopWhen !== "settled" && logModeEvidence(vote.history, leader) >= -Math.log(1 - level)) return "certified";
  return stopWhen !== "certified" && lead > remaining ? "settled" : null;
}

/** The fewest answers that could decide the vote, all for one group; at most `remaining`. */
export function fewestToDecide(vote: Vote, remaining: number, rule: VoteRule): number {
  let ahead = vote;
  const group = leaderOf(vote) ?? 0;
  for (let more = 1; more < remaining; more++) {
    ahead = withAnswer(ahead, group);
    if (decidedBy(ahead, remaining - more, rule) !== null) return more;
  }
  return remaining;
}
