import { InputError } from "../../errors.ts";

/**
 * Outcomes from the highest score down, one byte per row: bit 0 is the outcome, bit 1 says that the score equals that of
 * the row before. For unweighted 0/1 rows this is all that `TieGroups` holds but the scores, in a sixteenth of the memory.
 *
 * @param order ascending stable order of the scores; tied rows come out in the order of the data
 * @param flip 1 to code the opposite outcome
 */
export function rankCodes(scores: Float64Array, outcomes: Uint8Array, order: Uint32Array, flip: 0 | 1 = 0): Uint8Array {
  const n = order.length;
  const codes = new Uint8Array(n);
  let last = Number.NaN;
  let tied = false;
  for (let k = 0, j = n - 1; k < n; k++, j--) {
    const i = order[j];
    const score = scores[i];
    codes[k] = (outcomes[i] ^ flip) | (score === last ? 2 : 0);
    if (score === last) tied = true;
    last = score;
  }
  if (tied) restoreFileOrder(codes);
  return codes;
}

/** Reverses the outcomes within each tie, which were read from the last row to the first. */
function restoreFileOrder(codes: Uint8Array): void {
  const n = codes.length;
  for (let start = 0; start < n; ) {
    let end = start + 1;
    while (end < n && codes[end] >= 2) end++;
    for (let a = start, b = end - 1; a < b; a++, b--) {
      const outcome = codes[a] & 1;
      codes[a] = (codes[a] & 2) | (codes[b] & 1);
      codes[b] = (codes[b] & 2) | outcome;
    }
    start = end;
  }
}

/**
 * AUROC of coded rows, its DeLong variance and the number of disjoint pairs of unlike outcomes; the same numbers as
 * `aurocFromGroups`.
 *
 * @throws {InputError} `one-class`
 */
export function aurocFromCodes(codes: Uint8Array): { value: number; variance: number; pairs: number } {
  const n = codes.length;
  let positives = 0;
  for (let k = 0; k < n; k++) positives += codes[k] & 1;
  const negatives = n - positives;
  if (positives === 0 || negatives === 0)
    throw new InputError("one-class", `every outcome is ${positives > 0 ? 1 : 0}, both 0 and 1 are needed`);

  let concordant = 0;
  let hits = 0;
  for (let k = 0; k < n; ) {
    let mass = 1;
    let hit = codes[k++] & 1;
    for (; k < n && codes[k] >= 2; k++, mass++) hit += codes[k] & 1;
    concordant += (mass - hit) * (hits + hit / 2);
    hits += hit;
  }
  const value = concordant / (positives * negatives);

  let hitsAbove = 0;
  let missesAbove = 0;
  let hitVariance = 0;
  let missVariance = 0;
  for (let k = 0; k < n; ) {
    let mass = 1;
    let hit = codes[k++] & 1;
    for (; k < n && codes[k] >= 2; k++, mass++) hit += codes[k] & 1;
    const missed = mass - hit;
    const ofHit = (negatives - missesAbove - missed / 2) / negatives - value;
    const ofMiss = (hitsAbove + hit / 2) / positives - value;
    hitVariance += hit * ofHit * ofHit;
    missVariance += missed * ofMiss * ofMiss;
    hitsAbove += hit;
    missesAbove += missed;
  }
  const ofPositives = positives > 1 ? hitVariance / (positives * (positives - 1)) : Infinity;
  const ofNegatives = negatives > 1 ? missVariance / (negatives * (negatives - 1)) : Infinity;
  return { value, variance: ofPositives + ofNegatives, pairs: Math.min(positives, negatives) };
}
