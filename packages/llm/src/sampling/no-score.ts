import type { Score } from "../scores/score.ts";

/** No confidence, and why. */
export function noScore(n: number, reason: string): Score {
  return { value: null, bounds: null, n, reason };
}

/** A score without bounds. */
export function scoreOf(value: number, n: number): Score {
  return { value, bounds: null, n, reason: null };
}
