/** Counts this far beyond what is seen are too rare to matter, and tails this far out are as good as any further. */
const BEYOND = 64;
const FARTHEST = 256;

/**
 * Twice the smaller tail of the number of events among independent rows, exact for any probabilities; meant for samples in
 * which few rows go against their probability.
 *
 * @param probabilities n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @param counts rows behind each row, whole; default 1
 * @returns a number in [0, 1]; 0 where the impossible happened
 *
 * Accuracy: to 1e-12 while a perfect model would show at most twenty surprises; a surprise is an event below probability 1/2,
 * or none above. With more than 256 surprises, the (larger) tail at 256.
 */
export function eventCountTest(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  counts: Float64Array | undefined,
): number {
  let net = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i];
    const count = counts ? counts[i] : 1;
    if (count === 0 || p === outcomes[i]) continue;
    if (p === 1 - outcomes[i]) return 0;
    if (p <= 0.5) net += count * outcomes[i];
    else net -= count * (1 - outcomes[i]);
  }
  const seen = Math.max(-FARTHEST, Math.min(FARTHEST, net));
  const events = surprises(probabilities, counts, Math.abs(seen) + BEYOND, false);
  const failures = surprises(probabilities, counts, Math.abs(seen) + BEYOND, true);
  return Math.min(1, 2 * Math.min(upperTail(events, failures, seen), upperTail(failures, events, -seen)));
}

/** P(exactly k), by k = 0, ..., `most`, for the number of surprises among probabilities above 1/2 or among the others. */
function surprises(
  probabilities: Float64Array,
  counts: Float64Array | undefined,
  most: number,
  isAbove: boolean,
): Float64Array {
  const chances = new Float64Array(most + 1);
  chances[0] = 1;
  let reached = 0;
  for (let i = 0; i < probabilities.length; i++) {
    if (probabilities[i] > 0.5 !== isAbove) continue;
    const p = isAbove ? 1 - probabilities[i] : probabilities[i];
    if (p === 0) continue;
    for (let copy = counts ? counts[i] : 1; copy > 0; copy--) {
      if (reached < most) reached++;
      for (let k = reached; k > 0; k--) chances[k] = (1 - p) * chances[k] + p * chances[k - 1];
      chances[0] *= 1 - p;
    }
  }
  return chances;
}

/** P(first - second >= net). */
function upperTail(first: Float64Array, second: Float64Array, net: number): number {
  let tail = 0;
  let atLeast = 0;
  let k = first.length - 1;
  for (let s = second.length - 1; s >= 0; s--) {
    for (; k >= 0 && k >= s + net; k--) atLeast += first[k];
    tail += second[s] * atLeast;
  }
  return Math.min(1, tail);
}
