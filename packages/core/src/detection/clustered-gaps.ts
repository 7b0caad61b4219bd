import { argsort } from "../kernels/argsort.ts";
import type { Random } from "../random/random.ts";

/** Rows with a stated and an observed value, cut into bins, from images that are the independent units. */
export interface ClusteredRows {
  readonly stated: Float64Array;
  /** In [0, 1]: 1 or 0 for right or wrong, or a share. */
  readonly observed: Float64Array;
  readonly bin: Int32Array;
  readonly bins: number;
  readonly image: Int32Array;
  /** One per row, > 0, the same for all rows of a bin. Default: all 1. */
  readonly weights?: Float64Array;
  /** Rows that a bin needs to count. */
  readonly minimumRows: number;
}

/** Gaps of the bins that count, with what the images say about their noise. Per bin, in the order of `used`. */
export interface ClusteredGaps {
  readonly used: Int32Array;
  /** Rows, each by its weight, and so the sums below. */
  readonly rows: Float64Array;
  /** Σ stated and Σ observed. */
  readonly stated: Float64Array;
  readonly observed: Float64Array;
  /** Images with rows in the bin. */
  readonly images: Int32Array;
  /** Rows in bins that count, by their weights, and their number. */
  readonly total: number;
  readonly n: number;
  /** Images with such rows. */
  readonly clusters: number;
  /** (Σ rows per image)² / Σ (rows per image)². */
  readonly effectiveImages: number;
  /** Σ(observed − stated) / total. */
  readonly gap: Float64Array;
  /** Variance of `gap` over images. */
  readonly variance: Float64Array;
  /** Variance of `gap` if it were 0: each row's distance from the mean of its bin, added up within images. */
  readonly nullVariance: Float64Array;
  /** Variance of Σ slope · gap over the bins, for any slopes. */
  readonly sumVariance: (slopes: Float64Array) => number;
  /** By which the noise of Σ|gap| is more variable than if the bins were independent. */
  readonly noiseFactor: number;
  /** One draw of the gaps of a perfect model, into `out`. */
  readonly drawNull: (random: Random, out: Float64Array) => void;
}

/** Above this many bins their correlation within images is left out: images have too few rows in any two of them. */
const CORRELATED_BINS = 40;

/**
 * Gaps of bins with variances by image.
 *
 * The gap of a bin is a ratio of sums over images; its variance is that of the linearised ratio,
 * Σ_images (S_ib − gap_b n_i)² / (Σn)² with m/(m − 1), which counts rows of one image as one observation.
 *
 * Source: Liang & Zeger (1986), Biometrika 73 (sandwich by cluster); Cochran (1977), "Sampling techniques", §9.
 */
export function clusteredGaps({
  stated,
  observed,
  bin,
  bins,
  image,
  weights,
  minimumRows,
}: ClusteredRows): ClusteredGaps {
  const n = stated.length;
  const counts = new Float64Array(bins);
  for (let i = 0; i < n; i++) counts[bin[i]]++;
  const place = new Int32Array(bins).fill(-1);
  const used: number[] = [];
  for (let b = 0; b < bins; b++) if (counts[b] >= Math.max(1, minimumRows)) place[b] = used.push(b) - 1;
  const size = used.length;
  const keys = new Float64Array(n);
  for (let i = 0; i < n; i++) keys[i] = place[bin[i]] < 0 ? Number.MAX_VALUE : image[i] * size + place[bin[i]];
  const order = argsort(keys);
  const kept = used.reduce((sum, b) => sum + counts[b], 0);
  const pairs = pairsOf({ stated, observed, image, weights }, keys, order.subarray(0, kept), size);
  const sums = binSums(pairs, size);
  const total = sums.rows.reduce((sum, x) => sum + x, 0);
  const gap = Float64Array.from(sums.observed, (o, b) => (o - sums.stated[b]) / total);
  const { starts, clusters } = pairs;
  const squared = total * total;
  const correction = clusters > 1 ? clusters / (clusters - 1) : 1;
  const variance = new Float64Array(size);
  const nullVariance = new Float64Array(size);
  let squaredRows = 0;
  for (let c = 0; c < clusters; c++) {
    let rows = 0;
    for (let k = starts[c]; k < starts[c + 1]; k++) rows += pairs.rows[k];
    squaredRows += rows * rows;
    for (let k = starts[c]; k < starts[c + 1]; k++) {
      const b = pairs.bin[k];
      variance[b] += pairs.residual[k] * pairs.residual[k] - 2 * gap[b] * pairs.residual[k] * rows;
      const centred = pairs.residual[k] - (gap[b] * total * pairs.rows[k]) / sums.rows[b];
      nullVariance[b] += centred * centred;
    }
  }
  for (let b = 0; b < size; b++) {
    variance[b] = (correction * Math.max(0, variance[b] + gap[b] * gap[b] * squaredRows)) / squared;
    const m = sums.images[b];
    nullVariance[b] = m > 1 ? (nullVariance[b] * m) / (m - 1) / squared : sums.spread[b] / squared;
    if (m === 1) variance[b] = Math.max(variance[b], nullVariance[b]);
  }
  return {
    used: Int32Array.from(used),
    rows: sums.rows,
    stated: sums.stated,
    observed: sums.observed,
    images: sums.images,
    total,
    n: kept,
    clusters,
    effectiveImages: squaredRows > 0 ? squared / squaredRows : 0,
    gap,
    variance,
    nullVariance,
    sumVariance: (slopes) => (correction * slopedSquares(pairs, gap, slopes)) / squared,
    noiseFactor: size > CORRELATED_BINS ? 1 : noiseFactor(pairs, sums, gap, total, nullVariance),
    drawNull: (random, out) => drawNull(pairs, sums, gap, total, random, out),
  };
}

/** Rows of one image in one bin, added up; cluster c has pairs `starts[c]` to `starts[c + 1]`. */
interface Pairs {
  readonly bin: Int32Array;
  readonly rows: Float64Array;
  readonly residual: Float64Array;
  readonly stated: Float64Array;
  /** Σ stated(1 − stated). */
  readonly spread: Float64Array;
  readonly starts: Int32Array;
  readonly clusters: number;
}

interface SourceRows extends Pick<ClusteredRows, "stated" | "observed" | "image"> {
  readonly weights: Float64Array | undefined;
}

function pairsOf(
  { stated, observed, image, weights }: SourceRows,
  keys: Float64Array,
  order: Uint32Array,
  size: number,
): Pairs {
  let count = 0;
  let clusters = 0;
  for (let k = 0; k < order.length; k++) {
    if (k === 0 || keys[order[k]] !== keys[order[k - 1]]) count++;
    if (k === 0 || image[order[k]] !== image[order[k - 1]]) clusters++;
  }
  const pairs = {
    bin: new Int32Array(count),
    rows: new Float64Array(count),
    residual: new Float64Array(count),
    stated: new Float64Array(count),
    spread: new Float64Array(count),
    starts: new Int32Array(clusters + 1),
    clusters,
  };
  let pair = -1;
  let cluster = -1;
  for (let k = 0; k < order.length; k++) {
    const i = order[k];
    if (k === 0 || keys[i] !== keys[order[k - 1]]) {
      pairs.bin[++pair] = keys[i] - image[i] * size;
      if (k === 0 || image[i] !== image[order[k - 1]]) pairs.starts[++cluster] = pair;
    }
    const weight = weights ? weights[i] : 1;
    pairs.rows[pair] += weight;
    pairs.residual[pair] += weight * (observed[i] - stated[i]);
    pairs.stated[pair] += weight * stated[i];
    pairs.spread[pair] += weight * weight * stated[i] * (1 - stated[i]);
  }
  pairs.starts[clusters] = count;
  return pairs;
}

interface BinSums {
  readonly rows: Float64Array;
  readonly stated: Float64Array;
  readonly observed: Float64Array;
  readonly spread: Float64Array;
  readonly images: Int32Array;
}

function binSums({ bin, rows, residual, stated, spread }: Pairs, size: number): BinSums {
  const sums = {
    rows: new Float64Array(size),
    stated: new Float64Array(size),
    observed: new Float64Array(size),
    spread: new Float64Array(size),
    images: new Int32Array(size),
  };
  for (let k = 0; k < bin.length; k++) {
    const b = bin[k];
    sums.rows[b] += rows[k];
    sums.stated[b] += stated[k];
    sums.observed[b] += stated[k] + residual[k];
    sums.spread[b] += spread[k];
    sums.images[b]++;
  }
  return sums;
}

/** Σ over images of the squared influence on Σ slope · gap. */
function slopedSquares(
  { bin, rows, residual, starts, clusters }: Pairs,
  gap: Float64Array,
  slopes: Float64Array,
): number {
  let centre = 0;
  for (let b = 0; b < gap.length; b++) centre += slopes[b] * gap[b];
  let sum = 0;
  for (let c = 0; c < clusters; c++) {
    let influence = 0;
    for (let k = starts[c]; k < starts[c + 1]; k++) influence += slopes[bin[k]] * residual[k] - centre * rows[k];
    sum += influence * influence;
  }
  return sum;
}

/** Residual of an image in a bin around the mean of the bin. */
function centredAt({ bin, rows, residual }: Pairs, sums: BinSums, gap: Float64Array, total: number, k: number): number {
  const b = bin[k];
  return residual[k] - (gap[b] * total * rows[k]) / sums.rows[b];
}

/** Variance of Σ|noise| over that of independent bins, for normal noise with the correlation that images show. */
function noiseFactor(
  pairs: Pairs,
  sums: BinSums,
  gap: Float64Array,
  total: number,
  nullVariance: Float64Array,
): number {
  const size = gap.length;
  const covariance = new Float64Array(size * size);
  const { starts, clusters, bin } = pairs;
  for (let c = 0; c < clusters; c++)
    for (let k = starts[c]; k < starts[c + 1]; k++) {
      const one = centredAt(pairs, sums, gap, total, k);
      for (let l = starts[c]; l < k; l++)
        covariance[bin[k] * size + bin[l]] += one * centredAt(pairs, sums, gap, total, l);
    }
  let independent = 0;
  let between = 0;
  for (let b = 0; b < size; b++) {
    independent += (1 - 2 / Math.PI) * nullVariance[b];
    for (let c = 0; c < b; c++) {
      const scale = Math.sqrt(nullVariance[b] * nullVariance[c]);
      if (scale === 0) continue;
      const sum = covariance[b * size + c] + covariance[c * size + b];
      const r = Math.min(1, Math.max(-1, sum / (total * total) / scale));
      between += 2 * (2 / Math.PI) * (r * Math.asin(r) + Math.sqrt(1 - r * r) - 1) * scale;
    }
  }
  return independent > 0 ? 1 + between / independent : 1;
}

function drawNull(
  pairs: Pairs,
  sums: BinSums,
  gap: Float64Array,
  total: number,
  random: Random,
  out: Float64Array,
): void {
  const { bin, starts, clusters } = pairs;
  out.fill(0);
  for (let c = 0; c < clusters; c++) {
    const sign = random.uniform() < 0.5 ? -1 : 1;
    for (let k = starts[c]; k < starts[c + 1]; k++) out[bin[k]] += sign * centredAt(pairs, sums, gap, total, k);
  }
  for (let b = 0; b < out.length; b++) {
    const m = sums.images[b];
    out[b] = (m > 1 ? out[b] * Math.sqrt(m / (m - 1)) : Math.sqrt(sums.spread[b]) * random.normal()) / total;
  }
}
