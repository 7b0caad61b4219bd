import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import { checkPValues } from "./conformal-p-values.ts";

/**
 * How p-values of the same row are merged into one that keeps its level whatever their dependence.
 *
 * - `bonferroni`: K times the smallest; strong where one detector alone notices
 * - `harmonic`: a_K times the harmonic mean, a_K about ln K; between `bonferroni` and `geometric`
 * - `geometric`: a_K times the geometric mean, a_K a little below e
 * - `arithmetic`: twice the mean; strong where all notice a little
 */
export type MergeMethod = "bonferroni" | "harmonic" | "geometric" | "arithmetic";

/** All of `MergeMethod`. */
export const mergeMethods: readonly MergeMethod[] = ["bonferroni", "harmonic", "geometric", "arithmetic"];

/**
 * One p-value per row from several, valid whatever the dependence between them: at most a with probability at most a.
 *
 * @param pValues rows × K of the same rows by K detectors, in [0, 1], K ≥ 1
 * @returns one value per row, in [0, 1]; of K = 1 the value itself
 * @throws {InputError} `empty` without columns, `out-of-range` with the position of the first bad value, `unknown-option`
 *
 * Source: Vovk and Wang (2020), "Combining p-values via averaging", Biometrika 107, with the exact constants of each K in place
 * of their limits.
 */
export function mergePValues(pValues: Matrix, method: MergeMethod): Float64Array {
  const { data, rows, cols } = pValues;
  if (cols === 0) throw new InputError("empty", "merging needs at least one p-value per row, got none");
  if (!mergeMethods.includes(method))
    throw new InputError("unknown-option", `method must be one of ${mergeMethods.join(", ")}, got ${method}`);
  checkPValues(data);
  const factor = mergeFactor(method, cols);
  const merged = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const mean = generalisedMean(data.subarray(i * cols, (i + 1) * cols), method);
    merged[i] = Math.min(1, factor * mean);
  }
  return merged;
}

function generalisedMean(values: Float64Array, method: MergeMethod): number {
  const { length } = values;
  let sum = 0;
  if (method === "bonferroni") {
    let least = 1;
    for (let k = 0; k < length; k++) if (values[k] < least) least = values[k];
    return least;
  }
  if (method === "arithmetic") {
    for (let k = 0; k < length; k++) sum += values[k];
    return sum / length;
  }
  for (let k = 0; k < length; k++) {
    if (values[k] === 0) return 0;
    sum += method === "harmonic" ? 1 / values[k] : Math.log(values[k]);
  }
  return method === "harmonic" ? length / sum : Math.exp(sum / length);
}

/**
 * The smallest number by which the mean of K p-values has to be multiplied to be a p-value under every dependence.
 *
 * @param method which mean; `bonferroni` multiplies the smallest value
 * @param count K, an integer ≥ 1
 * @returns 1 for K = 1
 * @throws {InputError} `out-of-range`
 *
 * Source: Vovk and Wang (2020), propositions 4 and 6, after Wang, Peng and Yang (2013), Finance Stoch. 17: with the worst
 * dependence, one p-value is below c or all lie between c and 1 − (K − 1)c with a constant mean of their transforms.
 * Accuracy: 1e-12, relative.
 */
export function mergeFactor(method: MergeMethod, count: number): number {
  if (!(Number.isSafeInteger(count) && count >= 1))
    throw new InputError("out-of-range", `the number of p-values must be an integer >= 1, got ${count}`);
  if (count === 1) return 1;
  if (method === "bonferroni") return count;
  if (method === "arithmetic" || count === 2) return 2;
  return method === "harmonic" ? harmonic(count) : geometric(count);
}

/** (y + K)²/((y + 1)K) with y² = K((y + 1)ln(y + 1) − y). */
function harmonic(count: number): number {
  const y = root((at) => at * at - count * ((at + 1) * Math.log1p(at) - at), 1e-3, 8 * count * (1 + Math.log(count)));
  return ((y + count) * (y + count)) / ((y + 1) * count);
}

/** exp of the mean of −ln p where it is the same at both ends of the part without a very small p-value. */
function geometric(count: number): number {
  const meanBetween = (x: number): number => {
    const low = Math.exp(-x);
    const high = 1 - (count - 1) * low;
    return 1 + (low * -x - high * Math.log(high)) / (1 - count * low);
  };
  const meanAtEnds = (x: number): number => (x - (count - 1) * Math.log1p(-(count - 1) * Math.exp(-x))) / count;
  const x = root((at) => meanAtEnds(at) - meanBetween(at), Math.log(count) + 0.05, count + 40);
  return Math.exp(meanBetween(x));
}

/** Where a function that is negative at `low` and positive at `high` crosses zero. */
function root(of: (at: number) => number, low: number, high: number): number {
  let from = low;
  let to = high;
  for (let step = 0; step < 200 && to - from > 1e-15 * to; step++) {
    const middle = (from + to) / 2;
    if (of(middle) < 0) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}
