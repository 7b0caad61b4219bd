/** Cells that values from 0 to infinity are sorted into, by x/(1 + x). */
const CELLS = 4096;

/** Values, of which the worst can be added up quickly. */
export interface BottomGroups {
  /** Takes a value in, ≥ 0 and finite, in O(log 4096). */
  add(value: number): void;
  count(): number;
  /**
   * An optimistic sum of the `k` worst values: never worse than the true one, and exact but for values of one cell, of which some
   * are taken at the mean of the cell. There each is off by less than 2.5e−4 · (1 + x)² around a value x.
   *
   * @param k integer in [0, count]
   */
  worstSum(k: number): number;
}

/**
 * An empty store of values: a Fenwick tree of counts and one of sums.
 *
 * @param worst which values are the worst ones
 *
 * Source: Fenwick (1994), Software: Practice and Experience 24.
 */
export function createBottomGroups(worst: "largest" | "smallest"): BottomGroups {
  const counts = new Float64Array(CELLS + 1);
  const sums = new Float64Array(CELLS + 1);
  const inCell = new Float64Array(CELLS + 2);
  const sumInCell = new Float64Array(CELLS + 2);
  let total = 0;
  return {
    add(value) {
      const cell = Math.min(CELLS - 1, Math.floor((CELLS * value) / (1 + value)));
      const rank = worst === "largest" ? CELLS - cell : cell + 1;
      total++;
      inCell[rank]! += 1;
      sumInCell[rank]! += value;
      for (let at = rank; at <= CELLS; at += at & -at) {
        counts[at]! += 1;
        sums[at]! += value;
      }
    },
    count: () => total,
    worstSum(k) {
      let at = 0;
      let left = k;
      let sum = 0;
      for (let step = CELLS; step > 0; step >>= 1) {
        const next = at + step;
        if (next > CELLS || counts[next]! > left) continue;
        at = next;
        left -= counts[next]!;
        sum += sums[next]!;
      }
      return left === 0 ? sum : sum + (left * sumInCell[at + 1]!) / inCell[at + 1]!;
    },
  };
}
