import { InputError } from "../errors.ts";

/**
 * Which bin a value on an edge belongs to.
 *
 * - `right-closed`: (lo, hi], the first bin also holds 0 (Guo et al. 2017, scikit-learn, verified_calibration)
 * - `left-closed`: [lo, hi), the last bin also holds 1 (NumPy's histogram, netcal)
 * - `left-closed-open-end`: [lo, hi), and 1 falls into a bin of its own (torchmetrics)
 * - `right-closed-zero-apart`: (lo, hi], and 0 falls into a bin of its own (MAPIE)
 * - `truncated-quotient`: trunc(p / (1 / bins)) in floating point, 1 in a bin of its own (relplot)
 */
export type EdgeRule =
  | "right-closed"
  | "left-closed"
  | "left-closed-open-end"
  | "right-closed-zero-apart"
  | "truncated-quotient";

/** How scores are cut into bins. */
export interface BinningOptions {
  /** Number of bins, ≥ 1. Default 15. */
  readonly bins?: number;
  /** `equal-width` on [0, 1] (default) or `equal-mass`: bins of (nearly) equally many rows. */
  readonly binning?: "equal-width" | "equal-mass";
  /** Equal width only. Default `right-closed`. */
  readonly edgeRule?: EdgeRule;
  /**
   * Equal width only. `quotient` (default): edges i / bins, each correctly rounded. `linspace`: i × (1 / bins) as NumPy
   * computes them, so that 3 × 0.1 is an ulp above 0.3 and a score of 0.3 falls below that edge.
   */
  readonly edgeValues?: "quotient" | "linspace";
  /**
   * Equal mass only. `file-order` (default) cuts the stably sorted rows into `bins` runs whose sizes differ by at most
   * one, so equal scores can be parted. `together` keeps equal scores in one bin: edges are midpoints between runs, as in
   * verified_calibration.
   */
  readonly ties?: "file-order" | "together";
}

/** The choices of `BinningOptions` as entries of a spec. */
export interface BinningSpec {
  readonly binning: "equal-width" | "equal-mass";
  readonly bins: number;
  readonly edges: EdgeRule | `${EdgeRule}-linspace` | "ties-in-file-order" | "ties-together";
  readonly [choice: string]: string | number | boolean;
}

/** @throws {InputError} `out-of-range` unless `bins` is a whole number ≥ 1 */
export function binningSpec(options: BinningOptions): BinningSpec {
  const { bins = 15, binning = "equal-width", edgeRule = "right-closed", ties = "file-order" } = options;
  const widthEdges = options.edgeValues === "linspace" ? (`${edgeRule}-linspace` as const) : edgeRule;
  if (!(Number.isInteger(bins) && bins >= 1 && bins <= 1e6))
    throw new InputError("out-of-range", `bins must be a whole number from 1 to 1000000, got ${bins}`);
  const edges = binning === "equal-width" ? widthEdges : ties === "together" ? "ties-together" : "ties-in-file-order";
  return { binning, bins, edges };
}

/** The edges of equal-width bins on [0, 1]: bins + 1 values from 0 to 1. */
export function equalWidthEdges(bins: number, values: "quotient" | "linspace" = "quotient"): Float64Array {
  const step = 1 / bins;
  return Float64Array.from({ length: bins + 1 }, (_, i) =>
    i === bins ? 1 : values === "linspace" ? i * step : i / bins,
  );
}

/** Number of bins that a rule can use: one more than asked where 0 or 1 gets a bin of its own. */
export function binCount(bins: number, rule: EdgeRule): number {
  return rule === "right-closed" || rule === "left-closed" ? bins : bins + 1;
}

/**
 * The bin of one value under an equal-width rule.
 *
 * @param p value in [0, 1]
 * @param edges `equalWidthEdges(bins)`
 * @returns index in [0, binCount(bins, rule))
 */
export function equalWidthBin(p: number, bins: number, edges: Float64Array, rule: EdgeRule): number {
  if (rule === "truncated-quotient") return Math.trunc(p / (1 / bins));
  if (rule === "right-closed-zero-apart") return p === 0 ? 0 : 1 + equalWidthBin(p, bins, edges, "right-closed");
  let b = Math.min(Math.trunc(p * bins), bins - 1);
  if (rule === "right-closed") {
    if (p <= edges[b]) return b > 0 ? b - 1 : 0;
    return b + 1 < bins && p > edges[b + 1] ? b + 1 : b;
  }
  if (p < edges[b]) b--;
  else if (p >= edges[b + 1]) b++;
  return b >= bins && rule === "left-closed" ? bins - 1 : b;
}

/**
 * Rows in the first `b` of `bins` runs whose sizes differ by at most one, longer runs first (NumPy's `array_split`).
 *
 * @param b in [0, bins]
 * @param rows rows to cut
 */
export function massEnd(b: number, bins: number, rows: number): number {
  const size = Math.floor(rows / bins);
  return b * size + Math.min(b, rows - size * bins);
}

/**
 * The bin of every value.
 *
 * @param values n values in [0, 1]
 * @param order ascending stable argsort of `values`; needed for equal mass only
 * @param weights equal mass only: runs of equal weight instead of equal count; a row belongs where its middle lies. Equal
 *   weights give the runs of no weights
 * @param rows equal mass only: original rows, where `values` are aggregates. Default: as many as there are values
 * @returns n bin indices and the number of bins they run over (equal mass with ties together may use fewer than asked)
 */
export function assignBins(
  values: Float64Array,
  options: BinningOptions,
  order: () => Uint32Array,
  weights?: Float64Array,
  rows: number = values.length,
): { index: Int32Array; bins: number } {
  const { bins, binning } = binningSpec(options);
  const n = values.length;
  const index = new Int32Array(n);
  if (binning === "equal-width") {
    const rule = options.edgeRule ?? "right-closed";
    const edges = equalWidthEdges(bins, options.edgeValues);
    for (let i = 0; i < n; i++) index[i] = equalWidthBin(values[i], bins, edges, rule);
    return { index, bins: binCount(bins, rule) };
  }
  const sorted = order();
  if (options.ties === "together") {
    const upper = tiesTogetherEdges(values, sorted, bins, weights, rows);
    let b = 0;
    for (let k = 0; k < n; k++) {
      const i = sorted[k];
      while (values[i] > upper[b]) b++;
      index[i] = b;
    }
    return { index, bins: upper.length };
  }
  if (weights === undefined) {
    let k = 0;
    for (let b = 0; b < bins && k < n; b++)
      for (const end = massEnd(b + 1, bins, n); k < end; k++) index[sorted[k]] = b;
    return { index, bins };
  }
  const perRow = totalOf(weights) / rows;
  let b = 0;
  let before = 0;
  let end = massEnd(1, bins, rows) * perRow;
  for (let k = 0; k < n; k++) {
    const w = weights[sorted[k]];
    while (b < bins - 1 && before + w / 2 >= end) end = massEnd(++b + 1, bins, rows) * perRow;
    index[sorted[k]] = b;
    before += w;
  }
  return { index, bins };
}

function totalOf(weights: Float64Array): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i];
  return total;
}

/**
 * Upper edges of bins of nearly equal mass that never part equal values: midpoints between the runs of `array_split`,
 * each value on an edge below it, the last edge 1.
 *
 * @param sorted ascending argsort of `values`
 * @param weights runs of equal weight instead of equal count; equal values count as one block
 * @param rows original rows, where `values` are aggregates
 *
 * Source: `get_equal_bins` of verified_calibration (Kumar, Liang & Ma 2019).
 */
export function tiesTogetherEdges(
  values: Float64Array,
  sorted: Uint32Array,
  bins: number,
  weights?: Float64Array,
  rows: number = values.length,
): Float64Array {
  const n = values.length;
  const upper: number[] = [];
  const perRow = weights ? totalOf(weights) / rows : 1;
  let k = 0;
  let before = 0;
  for (let b = 1; b < bins; b++) {
    const end = massEnd(b, bins, rows);
    if (weights)
      for (const target = end * perRow * (1 - 1e-12); k < n && before < target; k++) before += weights[sorted[k]];
    else k = end;
    if (k === 0 || k >= n) continue;
    const edge = (values[sorted[k - 1]] + values[sorted[k]]) / 2;
    if (edge < 1 && (upper.length === 0 || edge > upper[upper.length - 1])) upper.push(edge);
  }
  upper.push(1);
  return Float64Array.from(upper);
}
