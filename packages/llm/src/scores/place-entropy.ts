import type { Place } from "./place.ts";

/**
 * The smallest entropy that the place can have, in nats.
 *
 * −q ln q is concave, so for a given sum r the entropy of the unseen tokens is smallest at an extreme point of
 * { Σq = r, 0 ≤ q ≤ c }: ⌊r/c⌋ tokens of the most that one can have, c, and one with the rest. Where r ≤ c, this is the whole
 * tail taken as one token.
 *
 * @param place sound, with at least one listed outcome
 */
export function leastEntropy(place: Place): number {
  const { entropy, tail, ceiling } = place;
  if (!(tail > 0)) return entropy;
  if (ceiling >= tail) return entropy - tail * Math.log(tail);
  const full = Math.floor(tail / ceiling);
  const rest = tail - full * ceiling;
  return entropy - full * ceiling * Math.log(ceiling) - (rest > 0 ? rest * Math.log(rest) : 0);
}

/**
 * The largest entropy that the place can have, in nats: the tail spread evenly over all N unseen tokens, r ln(N/r). Each then
 * has r/N ≤ c, so the bound is attained.
 *
 * @param place sound, with at least one listed outcome
 */
export function greatestEntropy(place: Place): number {
  const { entropy, tail, unseen } = place;
  return tail > 0 ? entropy + tail * Math.log(unseen / tail) : entropy;
}
