import { sortedCopy } from "../../kernels/argsort.ts";
import { countUpTo } from "../../kernels/count-sorted.ts";
import { type Decimal, exactDecimal } from "../exact-decimal.ts";

/**
 * A threshold per class from the rows of the class and, with a fixed total weight, the rows of all classes.
 *
 * @param scores n scores of true classes
 * @param labels their classes
 * @param classes number of classes
 * @param level wanted coverage
 * @param borrowed weight of all rows together, in rows of a class; an integer ≥ 0
 * @returns for class k the smallest score s with #{own scores ≤ s} + borrowed · #{scores ≤ s}/n ≥ level · (own rows +
 * borrowed + 1), exactly; Infinity where there is none
 *
 * Source: Barber, Candès, Ramdas and Tibshirani (2023), "Conformal prediction beyond exchangeability", Annals of Statistics
 * 51(2), theorem 2 and lemma 1: with c = own rows + borrowed + 1 + borrowed/n, a class is covered with probability at least
 * level · (1 − borrowed/(n c)) − 2 d borrowed/c, where d is the mean over all rows of the total variation distance between
 * the scores of the class and those of the class of the row.
 */
export function borrowedQuantiles(
  scores: Float64Array,
  labels: Int32Array,
  classes: number,
  level: Decimal,
  borrowed: number,
): Float64Array {
  const { numerator, denominator } = exactDecimal(level);
  const n = scores.length;
  const all = sortedCopy(scores);
  const counts = new Int32Array(classes);
  for (const label of labels) counts[label]++;
  const own = Array.from(counts, (count) => new Float64Array(count));
  counts.fill(0);
  for (let i = 0; i < n; i++) own[labels[i]][counts[labels[i]]++] = scores[i];
  return Float64Array.from(own, (given) => {
    const ascending = sortedCopy(given);
    const goal = numerator * BigInt(given.length + borrowed + 1) * BigInt(n);
    const isReached = (score: number): boolean => {
      const weight = BigInt(countUpTo(ascending, score)) * BigInt(n) + BigInt(borrowed) * BigInt(countUpTo(all, score));
      return weight * denominator >= goal;
    };
    let from = 0;
    let to = n;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (isReached(all[middle])) to = middle;
      else from = middle + 1;
    }
    return from === n ? Infinity : all[from];
  });
}
