import { symmetricEigen } from "../../linalg/symmetric-eigen.ts";
import type { LinearHead } from "../detector.ts";

/** Sweeps of rotations after which rows that are nearly orthogonal at the start are so to the last bit. */
const MAX_SWEEPS = 30;
/** Cosine of the angle between two rows that counts as a right one. */
const ORTHOGONAL = 1e-14;
/** Rows shorter than this share of the longest are rounding. */
const NOTHING = 1e-15;

/**
 * The features that a last layer takes to logits nearest to 0: −W⁺·b.
 *
 * @param head classes × width
 * @param tolerance singular values of W below this share of the largest count as 0. The rows of a softmax head may sum to
 *   zero; rounding to single precision then leaves a singular value of 1e-8 that means nothing
 * @returns width values
 *
 * Source: Wang, Li, Feng and Zhang (2022), "ViM: out-of-distribution with virtual-logit matching", CVPR, section 4.2. The
 * pseudo-inverse by rotations of rows (Demmel and Veselić 1992, SIAM J. Matrix Anal. Appl. 13), which keep small singular
 * values accurate; eigenvectors of the Gram matrix bring the rows near to where they end.
 */
export function headOrigin({ weights, bias }: LinearHead, tolerance: number): Float64Array {
  const { rows, cols } = weights;
  const wide = rows <= cols;
  const vectors = orthogonalised(wide ? weights.data : transposed(weights.data, rows, cols), wide ? rows : cols);
  const { data, turned, count, length } = vectors;
  const squares = Float64Array.from({ length: count }, (_, i) => dot(data, i * length, data, i * length, length));
  const least = tolerance * tolerance * squares.reduce((a, b) => Math.max(a, b), 0);
  const origin = new Float64Array(cols);
  for (let i = 0; i < count; i++) {
    if (!(squares[i] > least)) continue;
    const [left, right] = wide ? [turned, data] : [data, turned];
    const share = dot(left, i * rows, bias, 0, rows) / squares[i];
    for (let j = 0; j < cols; j++) origin[j] -= share * right[i * cols + j];
  }
  return origin;
}

interface Orthogonal {
  /** Rows at right angles: turned · rows. */
  readonly data: Float64Array;
  /** count × count rotation. */
  readonly turned: Float64Array;
  readonly count: number;
  readonly length: number;
}

function orthogonalised(rows: Float64Array, count: number): Orthogonal {
  const length = rows.length / count;
  const gram = new Float64Array(count * count);
  for (let i = 0; i < count; i++)
    for (let j = 0; j <= i; j++) {
      const product = dot(rows, i * length, rows, j * length, length);
      gram[i * count + j] = product;
      gram[j * count + i] = product;
    }
  const turned = transposed(symmetricEigen(gram, count).vectors, count, count);
  const data = new Float64Array(rows.length);
  for (let i = 0; i < count; i++)
    for (let k = 0; k < count; k++) {
      const factor = turned[i * count + k];
      for (let j = 0; j < length; j++) data[i * length + j] += factor * rows[k * length + j];
    }
  let longest = 0;
  for (let i = 0; i < count; i++) longest = Math.max(longest, dot(data, i * length, data, i * length, length));
  const floor = NOTHING * NOTHING * longest;
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    let turns = 0;
    for (let p = 0; p < count; p++)
      for (let q = p + 1; q < count; q++) turns += rotate(data, length, turned, p, q, floor);
    if (turns === 0) break;
  }
  return { data, turned, count, length };
}

/** Turns rows p and q so that they are at right angles; 0 where they were. */
function rotate(data: Float64Array, length: number, turned: Float64Array, p: number, q: number, floor: number): number {
  const count = data.length / length;
  const product = dot(data, p * length, data, q * length, length);
  const a = dot(data, p * length, data, p * length, length);
  const b = dot(data, q * length, data, q * length, length);
  if (Math.min(a, b) <= floor || !(Math.abs(product) > ORTHOGONAL * Math.sqrt(a) * Math.sqrt(b))) return 0;
  const ratio = (b - a) / (2 * product);
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.sqrt(1 + ratio * ratio));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  turn(data, p * length, q * length, length, cosine, cosine * tangent);
  turn(turned, p * count, q * count, count, cosine, cosine * tangent);
  return 1;
}

function turn(data: Float64Array, p: number, q: number, length: number, cosine: number, sine: number): void {
  for (let j = 0; j < length; j++) {
    const x = data[p + j];
    const y = data[q + j];
    data[p + j] = cosine * x - sine * y;
    data[q + j] = sine * x + cosine * y;
  }
}

function dot(a: Float64Array, from: number, b: Float64Array, at: number, length: number): number {
  let total = 0;
  for (let j = 0; j < length; j++) total += a[from + j] * b[at + j];
  return total;
}

function transposed(data: Float64Array, rows: number, cols: number): Float64Array {
  const out = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = data[i * cols + j];
  return out;
}
