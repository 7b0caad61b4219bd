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
   * one, so equal scores can be parted. `together` keeps equal scores in one bin: edges are midpoints between runs.
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
 * The bin of every value.
 *
 * @param values n values in [0, 1]
 * @param order ascending stable argsort of `values`; needed for equal mass only
 * @param weights equal mass only: bins of equal weight instead of equal count
 * @returns n bin indices and the number of bins they run over (equal mass with ties together may use fewer than asked)
 */
export function assignBins(
  values: Float64Array,
  options: BinningOptions,
  order: () => Uint32Array,
  weights?: Float64Array,
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
  if (options.ties === "together") return assignTiesTogether(values, sorted, bins, index);
  if (weights) {
    let total = 0;
    for (let i = 0; i < n; i++) total += weights[i];
    let before = 0;
    for (let k = 0; k < n; k++) {
      const w = weights[sorted[k]];
      index[sorted[k]] = Math.min(bins - 1, Math.trunc(((before + w / 2) / total) * bins));
      before += w;
    }
    return { index, bins };
  }
  const size = Math.floor(n / bins);
  const longer = n - size * bins;
  for (let k = 0; k < n; k++) {
    const boundary = longer * (size + 1);
    index[sorted[k]] = k < boundary ? Math.floor(k / (size + 1)) : longer + Math.floor((k - boundary) / size);
  }
  return { index, bins };
}

function assignTiesTogether(
  values: Float64Array,
  sorted: Uint32Array,
  bins: number,
  index: Int32Array,
): { index: Int32Array; bins: number } {
  const n = values.length;
  const upper: number[] = [];
  const size = Math.floor(n / bins);
  const longer = n - size * bins;
  let end = 0;
  for (let b = 0; b < bins - 1; b++) {
    end += b < longer ? size + 1 : size;
    if (end === 0 || end >= n) continue;
    const edge = (values[sorted[end - 1]] + values[sorted[end]]) / 2;
    if (upper.length === 0 || edge > upper[upper.length - 1]) upper.push(edge);
  }
  upper.push(Infinity);
  let b = 0;
  for (let k = 0; k < n; k++) {
    const p = values[sorted[k]];
    while (p > upper[b]) b++;
    index[sorted[k]] = b;
  }
  return { index, bins: upper.length };
}
