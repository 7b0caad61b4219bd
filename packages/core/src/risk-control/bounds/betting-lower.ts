/** Stakes as parts of the largest one allowed, evenly spaced in their logarithm. */
const STAKES: Float64Array = Float64Array.from({ length: 32 }, (_, j) => 0.98 * 10 ** ((-3.5 * j) / 31));

/** What a bound by betting rests on besides the rows. */
export interface BettingTerms {
  /** Weight that any row could have had, at least those of the rows. */
  readonly largest: number;
  /** One minus the probability with which the bound holds, in (0, 1). */
  readonly failure: number;
  /** Parts of the largest stake allowed, in (0, 1), chosen without the outcomes. Default: 32, for rates of every size. */
  readonly stakes?: Float64Array;
}

/**
 * Lower bound of the weighted share of hits among rows that weigh differently.
 *
 * Of rows that were drawn independently of each other, Σw(hit − θ) is a fair game at the true θ, and each term is bounded.
 * Every θ is ruled out against which a gambler would have multiplied the capital by more than 1/failure, averaged over
 * constant stakes.
 *
 * @param outcomes n values, 0 or 1
 * @param weights n values > 0, of which only ratios matter
 * @param hit the outcome whose share is meant
 * @returns in [0, 1]
 *
 * Source: Waudby-Smith and Ramdas (2024), JRSS B 86(1), section 4, with constant stakes mixed over a grid; the ratio by
 * conditioning on being drawn.
 */
export function bettingLower(outcomes: Uint8Array, weights: Float64Array, hit: 0 | 1, terms: BettingTerms): number {
  const { largest, failure, stakes = STAKES } = terms;
  const groups = new Map<number, { hits: number; misses: number }>();
  for (let i = 0; i < outcomes.length; i++) {
    const group = groups.get(weights[i]) ?? { hits: 0, misses: 0 };
    if (outcomes[i] === hit) group.hits++;
    else group.misses++;
    groups.set(weights[i], group);
  }
  const sizes = Array.from(groups, ([weight, { hits, misses }]) => ({ part: weight / largest, hits, misses }));
  const isRuledOut = (share: number): boolean => {
    const logs = stakes.map((stake) => {
      let wealth = 0;
      for (const { part, hits, misses } of sizes)
        wealth +=
          (hits > 0 ? hits * Math.log1p(stake * part * (1 / share - 1)) : 0) +
          (misses > 0 ? misses * Math.log1p(-stake * part) : 0);
      return wealth;
    });
    const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
    let sum = 0;
    for (const log of logs) sum += Math.exp(log - most);
    return most + Math.log(sum / stakes.length) > -Math.log(failure);
  };
  let lower = 0;
  let upper = 1;
  while (upper - lower > 1e-12) {
    const middle = (lower + upper) / 2;
    if (isRuledOut(middle)) lower = middle;
    else upper = middle;
  }
  return lower;
}
