import { InputError } from "../errors.ts";
import { argsort } from "./argsort.ts";
import { select } from "./select.ts";

/** Choices of `weightedQuantile`. */
export interface QuantileOptions {
  /**
   * `inverse-cdf` (default): the smallest value whose cumulative weight reaches p · total weight; always one of the
   * values. `linear`: straight lines between neighbouring order statistics (Hyndman and Fan's type 7, the default of
   * NumPy and R), without weights only.
   */
  readonly method?: "inverse-cdf" | "linear";
}

/** A cumulative weight this close below p · total has reached it, so that 0.07 of 100 equal weights is the 7th value. */
const REACH = 1 - 1e-12;

function linearQuantile(values: Float64Array, p: number): number {
  const place = (values.length - 1) * p;
  const k = Math.floor(place);
  const below = select(values, k);
  if (place === k) return below;
  const above = select(values, k + 1);
  return below === above ? below : below + (above - below) * (place - k);
}

function weightedInverse(values: Float64Array, p: number, weights: Float64Array): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i];
    if (!(weight >= 0 && weight < Infinity))
      throw new InputError("out-of-range", `weight ${i} must be finite and >= 0, got ${weight}`, i);
    total += weight;
  }
  if (!(total > 0 && total < Infinity))
    throw new InputError("out-of-range", `the weights must sum to a finite number > 0, got ${total}`);
  const order = argsort(values);
  const goal = p * total * REACH;
  let reached = 0;
  let last = values[order[0]];
  for (let i = 0; i < order.length; i++) {
    const weight = weights[order[i]];
    if (weight === 0) continue;
    reached += weight;
    last = values[order[i]];
    if (reached >= goal) break;
  }
  return last;
}

/**
 * The p-quantile of the values.
 *
 * @param values n reals, n ≥ 1, ±Infinity allowed; left as they are
 * @param p probability in [0, 1]; 0 gives the smallest and 1 the largest value of positive weight
 * @param weights n weights ≥ 0, not all zero; only ratios matter. Default: all equal
 * @throws {InputError} `empty`, `shape-mismatch`, `out-of-range`, `not-finite`, `incompatible` (linear with weights)
 *
 * Source: Hyndman and Fan (1996), "Sample quantiles in statistical packages", The American Statistician 50(4): type 1
 * (`inverse-cdf`) and type 7 (`linear`). A cumulative weight within 1e-12 (relative) of p · total counts as having reached it.
 */
export function weightedQuantile(
  values: Float64Array,
  p: number,
  weights?: Float64Array,
  options: QuantileOptions = {},
): number {
  const { method = "inverse-cdf" } = options;
  const n = values.length;
  if (n === 0) throw new InputError("empty", "weightedQuantile needs at least one value");
  if (!(p >= 0 && p <= 1)) throw new InputError("out-of-range", `p must be in [0, 1], got ${p}`);
  if (weights !== undefined && weights.length !== n)
    throw new InputError("shape-mismatch", `there are ${n} values but ${weights.length} weights`);
  if (method === "linear") {
    if (weights !== undefined)
      throw new InputError("incompatible", "the linear quantile is defined without weights only");
    return linearQuantile(values, p);
  }
  if (weights !== undefined) return weightedInverse(values, p, weights);
  return select(values, Math.max(0, Math.ceil(p * n * REACH) - 1));
}
