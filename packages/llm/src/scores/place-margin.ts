import type { Place } from "./place.ts";

/** True where both of the two most likely tokens are listed: no unseen token can be more likely than the second. */
export function marginKnown({ second, ceiling, listed }: Place): boolean {
  return listed >= 2 && second >= ceiling;
}

/**
 * The smallest difference that the two most likely tokens of the place can have.
 *
 * An unseen token has at most c. If that is less than the first listed one, it can at most take the second place; else it can
 * come level with the first.
 *
 * @param place sound, with at least one listed outcome
 */
export function leastMargin({ first, second, ceiling }: Place): number {
  return Math.max(0, first - Math.max(second, ceiling));
}

/**
 * The largest difference that the two most likely tokens of the place can have.
 *
 * Of N unseen tokens that hold r, one has at least r/N: if the first listed token is the most likely, the second has no less.
 * If an unseen token is the most likely, it has at most c and the first listed one follows.
 *
 * @param place sound, with at least one listed outcome
 */
export function greatestMargin({ first, second, ceiling, tail, unseen }: Place): number {
  const followed = first - Math.max(second, unseen > 0 ? tail / unseen : 0);
  return Math.max(0, followed, ceiling - first);
}
