import { transposedTimes } from "../../kernels/dense.ts";
import type { Matrix } from "../../matrix.ts";
import { type LinearProblem, linearProbabilities } from "./linear-problem.ts";

/** Rows that the curvature of one class is estimated from, where that is cheaper than all rows. */
const SAMPLED_ROWS = 64;
/** Above this many classes a block per class costs more than it saves. */
const MOST_BLOCKS = 256;
/** Products that may be spent on curvature from all rows. */
const AFFORDABLE = 1e8;

/** An approximate inverse Hessian of a `LinearProblem`. */
export interface LinearPreconditioner {
  readonly apply: (vector: Float64Array, out: Float64Array) => void;
  /** Parameters that the data determine rather than the penalty: Σ over classes of the trace of H⁻¹ (H - 2 · penalty). */
  readonly effectiveParameters: () => number;
}

/**
 * One block of the Hessian per output class, factorised; shifts that softmax does not see are removed from what it gives.
 *
 * For many classes a block is estimated from rows drawn systematically in proportion to p(1 - p).
 *
 * @param x parameters at which curvature is taken
 */
export function linearPreconditioner(problem: LinearProblem, x: Float64Array): LinearPreconditioner {
  const { shape, g, penalty } = problem;
  const classes = g.cols;
  const inner = shape === "matrix" ? classes : 1;
  const size = inner + 1;
  const diagonalOnly = size > MOST_BLOCKS;
  const factors: Float64Array[] = [];
  const probabilities = linearProbabilities(problem, x);
  const scratch = new Float64Array(shape === "vector" ? 0 : size * (everyRow(g) ? g.rows : SAMPLED_ROWS));
  const penaltiesOf = (k: number): Float64Array =>
    Float64Array.from({ length: size }, (_, j) => 2 * penalty[j < inner ? k * inner + j : classes * inner + k]);
  for (let k = 0; k < classes; k++) {
    const block = diagonalOnly
      ? classDiagonal(problem, probabilities, k, size)
      : classBlock(problem, probabilities, k, scratch, size);
    const penalties = penaltiesOf(k);
    factors.push(diagonalOnly ? diagonalFactor(block, penalties) : blockFactor(block, penalties, size));
  }
  const part = new Float64Array(size);
  return {
    effectiveParameters: () =>
      factors.reduce((total, factor, k) => total + determined(factor, penaltiesOf(k), size, diagonalOnly), 0),
    apply: (vector, out) => {
      for (let k = 0; k < classes; k++) {
        for (let j = 0; j < inner; j++) part[j] = vector[k * inner + j];
        part[inner] = vector[classes * inner + k];
        if (diagonalOnly) for (let j = 0; j < size; j++) part[j] *= factors[k][j];
        else solve(factors[k], part, size);
        for (let j = 0; j < inner; j++) out[k * inner + j] = part[j];
        out[classes * inner + k] = part[inner];
      }
      removeShifts(problem, out);
    },
  };
}

/**
 * Takes from every group of parameters that softmax sees up to a common shift the shift with the least penalty.
 *
 * @param x parameters, or differences of them; written over
 * @param origin what the penalty measures from; default zeros
 */
export function removeShifts({ shape, g, penalty }: LinearProblem, x: Float64Array, origin?: Float64Array): void {
  const classes = g.cols;
  if (shape === "matrix") for (let j = 0; j < classes; j++) removeShift(penalty, x, origin, j, classes, classes);
  removeShift(penalty, x, origin, x.length - classes, 1, classes);
}

function removeShift(
  penalty: Float64Array,
  x: Float64Array,
  origin: Float64Array | undefined,
  start: number,
  stride: number,
  count: number,
): void {
  let total = 0;
  let sum = 0;
  let plain = 0;
  for (let k = 0, at = start; k < count; k++, at += stride) {
    const distance = origin === undefined ? x[at] : x[at] - origin[at];
    total += penalty[at];
    sum += penalty[at] * distance;
    plain += distance;
  }
  const shift = total > 0 ? sum / total : plain / count;
  for (let k = 0, at = start; k < count; k++, at += stride) x[at] -= shift;
}

/** Σ u · h·hᵀ, u = w·p(1 - p) of class k and h the features of its row, then 1. */
function classBlock(
  problem: LinearProblem,
  p: Float64Array,
  k: number,
  scratch: Float64Array,
  size: number,
): Float64Array {
  const { shape, g, weights } = problem;
  const block = new Float64Array(size * size);
  if (shape === "vector") {
    addPairs(block, g, weights, p, k);
    return block;
  }
  const count = everyRow(g) ? takeAll(g, weights, p, k, scratch) : takeSample(g, weights, p, k, scratch);
  transposedTimes(scratch, scratch, block, count, size, size);
  return block;
}

/** Whether all rows are used for the curvature of a class. */
function everyRow({ rows, cols }: Matrix): boolean {
  return rows <= SAMPLED_ROWS || rows * cols * cols * cols <= AFFORDABLE;
}

function addPairs(
  block: Float64Array,
  { data, rows, cols }: Matrix,
  weights: Float64Array,
  p: Float64Array,
  k: number,
): void {
  for (let i = 0, at = k; i < rows; i++, at += cols) {
    const u = weights[i] * p[at] * (1 - p[at]);
    block[0] += u * data[at] * data[at];
    block[2] += u * data[at];
    block[3] += u;
  }
}

function takeAll(
  { data, rows, cols }: Matrix,
  weights: Float64Array,
  p: Float64Array,
  k: number,
  out: Float64Array,
): number {
  for (let i = 0, at = k; i < rows; i++, at += cols)
    putRow(out, i, data, i * cols, cols, Math.sqrt(weights[i] * p[at] * (1 - p[at])));
  return rows;
}

/** Systematic sampling in proportion to u: rows whose running total passes evenly spaced marks. */
function takeSample(
  { data, rows, cols }: Matrix,
  weights: Float64Array,
  p: Float64Array,
  k: number,
  out: Float64Array,
): number {
  let total = 0;
  for (let i = 0, at = k; i < rows; i++, at += cols) total += weights[i] * p[at] * (1 - p[at]);
  const each = total / SAMPLED_ROWS;
  let passed = 0;
  let drawn = 0;
  let taken = 0;
  for (let i = 0, at = k; i < rows && drawn < SAMPLED_ROWS; i++, at += cols) {
    passed += weights[i] * p[at] * (1 - p[at]);
    const until = Math.min(SAMPLED_ROWS, Math.floor(passed / each + 0.5));
    if (!(until > drawn)) continue;
    putRow(out, taken++, data, i * cols, cols, Math.sqrt((until - drawn) * each));
    drawn = until;
  }
  return taken;
}

function putRow(out: Float64Array, row: number, data: Float64Array, start: number, cols: number, factor: number): void {
  const at = row * (cols + 1);
  for (let j = 0; j < cols; j++) out[at + j] = factor * data[start + j];
  out[at + cols] = factor;
}

function classDiagonal({ g, weights }: LinearProblem, p: Float64Array, k: number, size: number): Float64Array {
  const { data, rows, cols } = g;
  const result = new Float64Array(size);
  for (let i = 0; i < rows; i++) {
    const weight = weights[i] * p[i * cols + k] * (1 - p[i * cols + k]);
    for (let j = 0; j < cols; j++) result[j] += weight * data[i * cols + j] * data[i * cols + j];
    result[size - 1] += weight;
  }
  return result;
}

function diagonalFactor(block: Float64Array, penalties: Float64Array): Float64Array {
  return block.map((value, j) => 1 / Math.max(value + penalties[j], 1e-290));
}

/** Cholesky factor of block + penalties, with a little more on the diagonal where rounding would need it. */
function blockFactor(block: Float64Array, penalties: Float64Array, size: number): Float64Array {
  let top = 0;
  for (let j = 0; j < size; j++) {
    block[j * size + j] += penalties[j];
    top = Math.max(top, block[j * size + j]);
  }
  const least = Math.max(top * 1e-10, 1e-290);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) {
      const rest = block[i * size + j] - dot(block, i * size, block, j * size, j);
      block[i * size + j] = i === j ? Math.sqrt(Math.max(rest, least)) : rest / block[j * size + j];
    }
  return block;
}

function solve(l: Float64Array, x: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) x[i] = (x[i] - dot(l, i * size, x, 0, i)) / l[i * size + i];
  for (let i = size - 1; i >= 0; i--) {
    const value = x[i] / l[i * size + i];
    x[i] = value;
    subtractMultiple(x, l, i * size, value, i);
  }
}

/** Σ a[i + m] · b[j + m] over m < count, in four sums, so that no addition waits for the one before. */
function dot(a: Float64Array, i: number, b: Float64Array, j: number, count: number): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let m = 0;
  for (; m + 3 < count; m += 4) {
    first += a[i + m] * b[j + m];
    second += a[i + m + 1] * b[j + m + 1];
    third += a[i + m + 2] * b[j + m + 2];
    fourth += a[i + m + 3] * b[j + m + 3];
  }
  for (; m < count; m++) first += a[i + m] * b[j + m];
  return first + second + (third + fourth);
}

/** x[m] -= value · l[start + m] for m < count, four at a time. */
function subtractMultiple(x: Float64Array, l: Float64Array, start: number, value: number, count: number): void {
  let m = 0;
  for (; m + 3 < count; m += 4) {
    x[m] -= value * l[start + m];
    x[m + 1] -= value * l[start + m + 1];
    x[m + 2] -= value * l[start + m + 2];
    x[m + 3] -= value * l[start + m + 3];
  }
  for (; m < count; m++) x[m] -= value * l[start + m];
}

/** Trace of I - H⁻¹·diag(penalties). */
function determined(factor: Float64Array, penalties: Float64Array, size: number, diagonalOnly: boolean): number {
  let total = size;
  const column = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    if (penalties[j] === 0) continue;
    if (diagonalOnly) {
      total -= factor[j] * penalties[j];
      continue;
    }
    // The (j, j) entry of the inverse is the squared length of L⁻¹ applied to the j-th unit vector.
    column.fill(0, j);
    column[j] = 1 / factor[j * size + j];
    let squares = column[j] * column[j];
    for (let i = j + 1; i < size; i++) {
      let rest = 0;
      for (let l = j; l < i; l++) rest -= factor[i * size + l] * column[l];
      column[i] = rest / factor[i * size + i];
      squares += column[i] * column[i];
    }
    total -= squares * penalties[j];
  }
  return total;
}
