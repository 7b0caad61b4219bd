import type { Decision, DecisionScore, Thresholds } from "./policy.ts";

/** A share that was measured, in per cent with two digits: `51 %`, `5.0 %`, `0.40 %`. */
export function percent(share: number): string {
  const value = 100 * share;
  if (value === 0 || value === 100) return `${value} %`;
  if (value > 99) return `${trimmed(value, Math.max(1, Math.ceil(-Math.log10(100 - value))))} %`;
  if (value >= 9.95) return `${Math.round(value)} %`;
  return `${value.toFixed(value >= 0.995 ? 1 : value >= 0.0995 ? 2 : 3)} %`;
}

/** A share that the user gave, in per cent with all its digits: `5 %`, `99.9 %`. */
export function percentGiven(share: number): string {
  return `${Number((100 * share).toPrecision(12))} %`;
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(Math.min(15, digits))));
}

/** A threshold with two digits of its distance from 0 and 1. */
export function scoreText(score: number): string {
  const distance = Math.min(score, 1 - score);
  return trimmed(score, distance > 0 ? Math.max(2, Math.ceil(-Math.log10(distance)) + 1) : 2);
}

/** A number of costs, with three digits. */
export function costText(cost: number): string {
  return String(Number(cost.toPrecision(3)));
}

/** A count with separators. */
export function countText(count: number): string {
  return count.toLocaleString("en");
}

/** A count that is an estimate: from 100 on rounded up to two digits. */
export function aboutText(count: number): string {
  if (count < 100) return countText(Math.ceil(count));
  const unit = 10 ** (Math.floor(Math.log10(count)) - 1);
  return countText(Math.ceil(count / unit) * unit);
}

/** How a score is called. */
export function scoreName(on: DecisionScore, positive: string | undefined): string {
  if (on === "confidence") return "a confidence";
  return positive === undefined ? "a probability" : `a probability of ${positive}`;
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 3 ? words.join(" and ") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}

const DOING: Readonly<Record<Decision, string>> = { act: "acted on", review: "reviewed", abstain: "left undecided" };

/** Which decisions never happen, as a sentence; empty where all do. */
export function emptySentence(empty: readonly Decision[]): string {
  return empty.length === 0 ? "" : `At these costs no score is ${listed(empty.map((kind) => DOING[kind]))}.`;
}

/** What thresholds do, for thresholds that are exact crossings of costs: acting is strictly above `act`. */
export function thresholdsSentence({ act, abstain }: Thresholds, score: string): string {
  const parts: string[] = [];
  const reviewsBelow = abstain === null ? act !== 0 : abstain < (act ?? 1);
  if (act === 0) parts.push("act on every row");
  else if (act !== null) parts.push(`act on ${score} above ${scoreText(act)}`);
  if (reviewsBelow) {
    if (abstain === null) parts.push(act === null ? "review every row" : "review the rest");
    else if (act === null) parts.push(`review ${score} of ${scoreText(abstain)} or more`);
    else parts.push(`review from ${scoreText(abstain)}`);
  }
  if (abstain !== null && act !== 0)
    parts.push(act === null && !reviewsBelow ? "abstain from every row" : "abstain below");
  const text = listed(parts);
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
