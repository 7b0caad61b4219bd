import { InputError } from "../errors.ts";
import { transposedTimes } from "../kernels/dense.ts";
import type { Matrix } from "../matrix.ts";
import { checkRows, checkSameWidth } from "./check-rows.ts";
import { covarianceRank } from "./covariance-rank.ts";

/** How far to move a covariance towards a multiple of the unit matrix. */
export interface ShrinkageOptions {
  /** A share in [0, 1], or `"ledoit-wolf"` (default) for the share that suits these rows. */
  readonly shrinkage?: number | "ledoit-wolf";
}

/** A covariance matrix that can be inverted, and what had to be done for it. */
export interface ShrunkenCovariance {
  /** cols × cols, row-major, symmetric, positive definite. */
  readonly covariance: Float64Array;
  /** Share of the scaled unit matrix in it, in [0, 1]: (1 - shrinkage)·S + shrinkage·(trace S / cols)·I. */
  readonly shrinkage: number;
  /** Number of independent directions in which the rows vary; below cols the covariance S was singular. */
  readonly rank: number;
  /** What was done about a singular covariance, as a sentence; absent where it was not singular. */
  readonly note?: string;
}

/** Least share where the covariance is singular: it leaves a condition number of at most 10⁶ times the columns. */
const LEAST_FOR_SINGULAR = 1e-6;

/** Doubles of centred rows that are held at a time. */
const BLOCK = 2 ** 20;

/**
 * The covariance of the rows about the means of their groups, pooled over all groups (divided by the number of rows) and
 * shrunk towards a multiple of the unit matrix.
 *
 * A singular covariance (fewer rows than columns, constant or repeated columns) is never given back as such: Ledoit–Wolf
 * shrinks it anyway, and a share too small to help is raised to 10⁻⁶; `rank` and `note` tell.
 *
 * @param rows n ≥ 1 rows of finite reals
 * @param means one row per group
 * @param meanOf n values: the group of each row, in [0, means.rows)
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`; `incompatible` where every column is
 *   constant within the groups, which leaves no scale to measure distances by
 *
 * Source: Ledoit and Wolf (2004), "A well-conditioned estimator for large-dimensional covariance matrices", J. Multivariate
 * Analysis 88, for rows that are already centred.
 */
export function shrunkenCovariance(
  rows: Matrix,
  means: Matrix,
  meanOf: Int32Array,
  { shrinkage = "ledoit-wolf" }: ShrinkageOptions = {},
): ShrunkenCovariance {
  check(rows, means, meanOf, shrinkage);
  const n = rows.rows;
  const p = rows.cols;
  const { covariance, fourth, scale } = scatter(rows, means, meanOf);
  for (let i = 0; i < covariance.length; i++) covariance[i] /= n;
  const level = trace(covariance, p) / p;
  const rank = covarianceRank(covariance, p, roundingVariances(rows, scale));
  if (rank === 0)
    throw new InputError(
      "incompatible",
      `all ${p} columns are constant${means.rows > 1 ? " within their groups" : ""}: ` +
        "there is no spread to measure distances by",
    );
  const wanted = shrinkage === "ledoit-wolf" ? ledoitWolf(covariance, n, p, level, fourth) : shrinkage;
  const used = rank < p ? Math.max(wanted, LEAST_FOR_SINGULAR) : wanted;
  shrink(covariance, p, used, level, scale);
  const result = { covariance, shrinkage: used, rank };
  return rank < p ? { ...result, note: singularNote(rank, p, n, used, wanted) } : result;
}

function check(rows: Matrix, means: Matrix, meanOf: Int32Array, shrinkage: number | "ledoit-wolf"): void {
  if (rows.rows === 0) throw new InputError("empty", "a covariance needs at least one row");
  checkRows(rows, "rows");
  checkSameWidth(rows, "rows", means, "means");
  checkRows(means, "means");
  if (meanOf.length !== rows.rows)
    throw new InputError("shape-mismatch", `there are ${rows.rows} rows but groups for ${meanOf.length}`);
  const bad = meanOf.findIndex((group) => !(group >= 0 && group < means.rows));
  if (bad >= 0)
    throw new InputError("out-of-range", `row ${bad} is in group ${meanOf[bad]}, expected one of ${means.rows}`, bad);
  if (shrinkage !== "ledoit-wolf" && !(shrinkage >= 0 && shrinkage <= 1))
    throw new InputError("out-of-range", `shrinkage must be "ledoit-wolf" or in [0, 1], got ${shrinkage}`);
}

interface Scatter {
  /** Sum of outer products of the centred rows divided by `scale`. */
  readonly covariance: Float64Array;
  /** Sum of the fourth powers of their lengths. */
  readonly fourth: number;
  /** A power of two near the largest centred value: no square overflows, and dividing is exact. */
  readonly scale: number;
}

function scatter(rows: Matrix, means: Matrix, meanOf: Int32Array): Scatter {
  const { cols } = rows;
  const block = Math.max(1, Math.min(rows.rows, Math.floor(BLOCK / cols)));
  const centred = new Float64Array(block * cols);
  const part = new Float64Array(cols * cols);
  const covariance = new Float64Array(cols * cols);
  let largest = 0;
  for (let start = 0; start < rows.rows; start += block) {
    const end = Math.min(start + block, rows.rows);
    centre(rows, means, meanOf, start, end, 1, centred);
    largest = Math.max(largest, largestOf(centred, (end - start) * cols));
  }
  if (largest === Infinity)
    throw new InputError("out-of-range", "differences from the means are beyond the range of a double");
  const scale = largest === 0 ? 1 : 2 ** Math.max(-1022, Math.min(1023, Math.ceil(Math.log2(largest))));
  let fourth = 0;
  for (let start = 0; start < rows.rows; start += block) {
    const end = Math.min(start + block, rows.rows);
    centre(rows, means, meanOf, start, end, scale, centred);
    for (let i = 0; i < end - start; i++) fourth += squareOf(centred, i * cols, cols) ** 2;
    const view = centred.subarray(0, (end - start) * cols);
    transposedTimes(view, view, part, end - start, cols, cols);
    for (let i = 0; i < part.length; i++) covariance[i] += part[i];
  }
  for (let i = 0; i < cols; i++) for (let j = 0; j < i; j++) covariance[j * cols + i] = covariance[i * cols + j];
  return { covariance, fourth, scale };
}

function centre(
  { data, cols }: Matrix,
  means: Matrix,
  meanOf: Int32Array,
  start: number,
  end: number,
  scale: number,
  out: Float64Array,
): void {
  for (let i = start; i < end; i++) {
    const from = i * cols;
    const to = (i - start) * cols;
    const mean = meanOf[i] * cols;
    for (let j = 0; j < cols; j++) out[to + j] = (data[from + j] - means.data[mean + j]) / scale;
  }
}

function largestOf(values: Float64Array, length: number): number {
  let largest = 0;
  for (let i = 0; i < length; i++) {
    const size = Math.abs(values[i]);
    if (size > largest) largest = size;
  }
  return largest;
}

function squareOf(values: Float64Array, at: number, length: number): number {
  let total = 0;
  for (let j = at; j < at + length; j++) total += values[j] * values[j];
  return total;
}

function trace(a: Float64Array, p: number): number {
  let total = 0;
  for (let i = 0; i < p; i++) total += a[i * p + i];
  return total;
}

/** Variance of each column, in units of `scale`, that rounding of its mean can leave where it is constant. */
function roundingVariances({ data, rows, cols }: Matrix, scale: number): Float64Array {
  const sizes = new Float64Array(cols);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < cols; j++) {
      const size = Math.abs(data[i * cols + j]);
      if (size > sizes[j]) sizes[j] = size;
    }
  return sizes.map((size) => ((size / scale) * rows * 2 ** -52) ** 2);
}

/** The share that minimises the expected squared distance from the true covariance. */
function ledoitWolf(s: Float64Array, n: number, p: number, level: number, fourth: number): number {
  let square = 0;
  let away = 0;
  for (let i = 0; i < p; i++)
    for (let j = 0; j < p; j++) {
      const value = s[i * p + j];
      const rest = i === j ? value - level : value;
      square += value * value;
      away += rest * rest;
    }
  const noise = Math.min(Math.max(0, (fourth / n - square) / n), away);
  return noise === 0 ? 0 : noise / away;
}

/** Shrinks in place, and undoes the scale. */
function shrink(s: Float64Array, p: number, share: number, level: number, scale: number): void {
  for (let i = 0; i < p; i++)
    for (let j = 0; j < p; j++) {
      const at = i * p + j;
      s[at] = ((1 - share) * s[at] + (i === j ? share * level : 0)) * scale * scale;
      if (!Number.isFinite(s[at]))
        throw new InputError("out-of-range", `the covariance of columns ${i} and ${j} is beyond the range of a double`);
    }
}

function singularNote(rank: number, p: number, n: number, used: number, wanted: number): string {
  const why = `The ${n} rows vary in ${rank} of ${p} directions, so their covariance is singular`;
  const share = String(Number(used.toPrecision(3)));
  return used > wanted
    ? `${why}; it was shrunk by the least share that can be inverted, ${share}, instead of ${Number(wanted.toPrecision(3))}.`
    : `${why}; it was shrunk by ${share} towards equal variances.`;
}
