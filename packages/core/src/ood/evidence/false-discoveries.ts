import { exactDecimal } from "../../conformal/exact-decimal.ts";
import { InputError } from "../../errors.ts";
import { argsort } from "../../kernels/argsort.ts";
import { checkPValues } from "./conformal-p-values.ts";

/**
 * How a batch is searched for rows from outside.
 *
 * - `benjamini-hochberg`: for conformal p-values with the same calibration rows, which depend on each other positively
 * - `storey`: the same with the share of inside rows estimated; finds more where many rows are from outside
 * - `benjamini-yekutieli`: for p-values with any dependence, as merged ones have; finds fewer
 */
export type DiscoveryMethod = "benjamini-hochberg" | "storey" | "benjamini-yekutieli";

/** All of `DiscoveryMethod`. */
export const discoveryMethods: readonly DiscoveryMethod[] = ["benjamini-hochberg", "storey", "benjamini-yekutieli"];

/** Options of `discoverOutside`. */
export interface DiscoveryOptions {
  /** Default `benjamini-hochberg`. */
  readonly method?: DiscoveryMethod;
  /**
   * Calibration rows behind conformal p-values without smoothing: the p-values are then taken for the fractions that they
   * are, and compared exactly. Default: compared as the numbers they are.
   */
  readonly calibrationRows?: number;
  /** Of `storey`: p-values above this are taken for inside rows. In (0, 1). Default 0.5. */
  readonly lambda?: number;
}

/** Rows taken for outside, among a batch. */
export interface Discoveries {
  /** One per row: 1 where the row is taken for outside. */
  readonly found: Uint8Array;
  readonly count: number;
  /** The largest p-value among them; null without any. */
  readonly threshold: number | null;
  /** What the share of inside rows was taken to be: 1, or the estimate of `storey`. */
  readonly insideShare: number;
  readonly method: DiscoveryMethod;
  readonly target: number;
}

/**
 * The rows of a batch that are from outside, so that at most the share `target` of those found is wrong on average.
 *
 * The p-values are sorted; all up to the last one with p ≤ target · rank / m are found. The average is over draws of the
 * calibration rows and the batch together, not over batches with the same calibration rows.
 *
 * @param pValues m ≥ 0 values in [0, 1]
 * @param target largest expected share of false discoveries, in (0, 1)
 * @throws {InputError} `out-of-range`, `unknown-option`
 *
 * Source: Benjamini and Hochberg (1995), JRSS B 57; Benjamini and Yekutieli (2001), Ann. Statist. 29; Storey, Taylor and Siegmund
 * (2004), JRSS B 66. Conformal p-values are PRDS: Bates, Candès, Lei, Romano and Sesia (2023), Ann. Statist. 51, theorems 2 and 3.
 */
export function discoverOutside(pValues: Float64Array, target: number, options: DiscoveryOptions = {}): Discoveries {
  const { method = "benjamini-hochberg", calibrationRows, lambda = 0.5 } = options;
  if (!discoveryMethods.includes(method))
    throw new InputError("unknown-option", `method must be one of ${discoveryMethods.join(", ")}, got ${method}`);
  if (!(target > 0 && target < 1)) throw new InputError("out-of-range", `target must be in (0, 1), got ${target}`);
  if (!(lambda > 0 && lambda < 1)) throw new InputError("out-of-range", `lambda must be in (0, 1), got ${lambda}`);
  checkPValues(pValues);
  const m = pValues.length;
  const insideShare = method === "storey" ? storeyShare(pValues, lambda) : 1;
  const factor = method === "benjamini-yekutieli" ? harmonicNumber(m) : insideShare;
  const isWithin =
    factor === 1 && calibrationRows !== undefined
      ? exactly(pValues, target, checkedCount(calibrationRows, pValues))
      : (p: number, rank: number) => p * m * factor <= target * rank;
  const order = argsort(pValues);
  let last = 0;
  for (let rank = m; rank >= 1 && last === 0; rank--) if (isWithin(pValues[order[rank - 1]], rank)) last = rank;
  const found = new Uint8Array(m);
  for (let k = 0; k < last; k++) found[order[k]] = 1;
  return {
    found,
    count: last,
    threshold: last === 0 ? null : pValues[order[last - 1]],
    insideShare,
    method,
    target,
  };
}

/**
 * The share of rows from inside as Storey's method has it: (1 + #{p > λ})/(m(1 − λ)), at most 1.
 *
 * @param pValues m ≥ 0 values in [0, 1]; without any, 1
 * @param lambda in (0, 1)
 * @throws {InputError} `out-of-range`
 */
export function storeyShare(pValues: Float64Array, lambda = 0.5): number {
  if (!(lambda > 0 && lambda < 1)) throw new InputError("out-of-range", `lambda must be in (0, 1), got ${lambda}`);
  checkPValues(pValues);
  let above = 0;
  for (let i = 0; i < pValues.length; i++) if (pValues[i] > lambda) above++;
  return pValues.length === 0 ? 1 : Math.min(1, (1 + above) / (pValues.length * (1 - lambda)));
}

function harmonicNumber(m: number): number {
  let sum = 0;
  for (let i = m; i >= 1; i--) sum += 1 / i;
  return Math.max(1, sum);
}

/** Whether (count/(n + 1)) m ≤ target · rank in whole numbers; the target is the decimal it is written as. */
function exactly(pValues: Float64Array, target: number, n: number): (p: number, rank: number) => boolean {
  const { numerator, denominator } = exactDecimal(target, "target");
  const m = BigInt(pValues.length);
  const scale = Number(m * denominator) * (n + 1);
  const isSmall =
    scale <= Number.MAX_SAFE_INTEGER && Number(numerator) * (n + 1) * Number(m) <= Number.MAX_SAFE_INTEGER;
  const left = Number(m * denominator);
  const right = Number(numerator) * (n + 1);
  return (p, rank) => {
    const count = Math.round(p * (n + 1));
    return isSmall
      ? count * left <= right * rank
      : BigInt(count) * m * denominator <= numerator * BigInt(n + 1) * BigInt(rank);
  };
}

function checkedCount(n: number, pValues: Float64Array): number {
  if (!(Number.isSafeInteger(n) && n >= 1))
    throw new InputError("out-of-range", `calibrationRows must be an integer >= 1, got ${n}`);
  for (let i = 0; i < pValues.length; i++) {
    const count = pValues[i] * (n + 1);
    if (Math.abs(count - Math.round(count)) > 1e-6)
      throw new InputError(
        "out-of-range",
        `p-value ${pValues[i]} at position ${i} is no multiple of 1/${n + 1}, as ${n} calibration rows would make it`,
        i,
      );
  }
  return n;
}
