/** Sums over rows of fractions, one sum per threshold. */
export interface FractionSums {
  /**
   * Changes of the sum of the numerators over this denominator from one threshold to the next: adding a at `start` and
   * subtracting it at `end` adds the fraction at thresholds `start` to `end` - 1.
   */
  changesOf(denominator: number): Float64Array;
  totals(): Float64Array;
}

/**
 * Sums of fractions at every threshold, exact until the last addition: numerators are added as integers, apart for each
 * denominator, so totals do not depend on the order of the rows.
 *
 * @param size number of thresholds
 */
export function fractionSums(size: number): FractionSums {
  const all = new Map<number, Float64Array>();
  return {
    changesOf(denominator) {
      const known = all.get(denominator);
      if (known !== undefined) return known;
      const changes = new Float64Array(size + 1);
      all.set(denominator, changes);
      return changes;
    },
    totals() {
      const totals = new Float64Array(size);
      const lost = new Float64Array(size);
      for (const denominator of [...all.keys()].sort((a, b) => a - b)) {
        const changes = this.changesOf(denominator);
        let numerator = 0;
        for (let j = 0; j < size; j++) {
          numerator += changes[j];
          const value = numerator / denominator;
          const next = totals[j] + value;
          lost[j] += totals[j] >= value ? totals[j] - next + value : value - next + totals[j];
          totals[j] = next;
        }
      }
      return totals.map((total, j) => total + lost[j]);
    },
  };
}
