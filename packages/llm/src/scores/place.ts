import type { Alternative, Token } from "../trace/token.ts";

/**
 * What one place of an answer tells about the distribution it was drawn from. Filled by `readPlace`, and filled again for the
 * next token: read what is needed before that.
 *
 * The listed outcomes are the alternatives with a log-probability, and the generated token where it is not among them. All
 * other tokens of the vocabulary are unseen. Together they hold `tail`, and none of them more than `ceiling`.
 */
export interface Place {
  /** Alternatives with a log-probability; 0 means that nothing is known beside the generated token. */
  alternatives: number;
  /** Outcomes with a known probability. */
  listed: number;
  /** Sum of their probabilities; above 1 only by rounding, or where `sound` is false. */
  mass: number;
  /** Sum of −p ln p over them, in nats. */
  entropy: number;
  /** The two largest listed probabilities; 0 where there are fewer. */
  first: number;
  second: number;
  /** Tokens that may be unseen. */
  unseen: number;
  /** Probability of all unseen tokens together. */
  tail: number;
  /** The most one unseen token can have. */
  ceiling: number;
  /** False where the listed probabilities add up to more than rounding explains. */
  sound: boolean;
}

/** How far rounding may carry a sum of probabilities above 1: engines work in half precision. */
const ROUNDING = 0.01;

/**
 * The size of vocabulary that bounds use when none is given: twice to the twentieth. The largest in use has about 262 000
 * tokens; a larger number only makes bounds wider.
 */
export const LARGEST_VOCABULARY: number = 2 ** 20;

/** An empty place for `readPlace` to fill. */
export function createPlace(): Place {
  return {
    alternatives: 0,
    listed: 0,
    mass: 0,
    entropy: 0,
    first: 0,
    second: 0,
    unseen: 0,
    tail: 0,
    ceiling: 0,
    sound: true,
  };
}

/** Whether an alternative is the token that was generated: the same id, else the same text and bytes. */
export function isGenerated(alternative: Alternative, token: Token): boolean {
  if (alternative.id !== null && token.id !== null) return alternative.id === token.id;
  if (alternative.text !== token.text) return false;
  const [these, those] = [alternative.bytes, token.bytes];
  if (these === null || those === null) return true;
  return these.length === those.length && these.every((byte, i) => byte === those[i]);
}

/**
 * Fills `place` with what is known where `token` was generated.
 *
 * Let m outcomes be listed with probabilities p₁ … p_m of a vocabulary of V tokens. The others hold r = 1 − Σp together. A
 * server lists the most likely tokens, so none of the others is more likely than the least likely alternative, c; hence also
 * r ≤ (V − m)·c, which removes what is only rounding. Some servers append the generated token to the list of the most likely;
 * so where it is the last of the list, c is the one before it. With no other alternative c = r.
 *
 * @param vocabulary tokens that could have stood here, ≥ 1
 */
export function readPlace(place: Place, token: Token, vocabulary: number): void {
  let alternatives = 0;
  let mass = 0;
  let entropy = 0;
  let first = 0;
  let second = 0;
  let least = Infinity;
  let nextLeast = Infinity;
  let leastIsGenerated = false;
  let found = false;
  for (const alternative of token.top) {
    const { logprob } = alternative;
    if (logprob === null) continue;
    const p = Math.exp(logprob);
    alternatives++;
    mass += p;
    entropy -= p * logprob;
    if (p > first) {
      second = first;
      first = p;
    } else if (p > second) second = p;
    const generated: boolean = !found && isGenerated(alternative, token);
    if (generated) found = true;
    if (logprob < least) {
      nextLeast = least;
      least = logprob;
      leastIsGenerated = generated;
    } else if (logprob < nextLeast) nextLeast = logprob;
  }
  let listed = alternatives;
  if (!found && token.logprob !== null) {
    const p = Math.exp(token.logprob);
    listed++;
    mass += p;
    entropy -= p * token.logprob;
    if (p > first) {
      second = first;
      first = p;
    } else if (p > second) second = p;
  }
  const floor = leastIsGenerated ? nextLeast : least;
  const unseen = Math.max(0, vocabulary - listed);
  const most = floor === Infinity ? 1 : Math.exp(floor);
  const tail = listed === 0 ? 1 : Math.min(Math.max(0, 1 - mass), unseen * most);
  place.alternatives = alternatives;
  place.listed = listed;
  place.mass = mass;
  place.entropy = entropy;
  place.first = first;
  place.second = second;
  place.unseen = unseen;
  place.tail = tail;
  place.ceiling = Math.min(most, tail);
  place.sound = mass <= 1 + ROUNDING;
}
