import { InputError } from "../errors.ts";
import { timesTransposed } from "../kernels/dense.ts";
import { pairwiseSum } from "../kernels/pairwise-sum.ts";
import { softmax } from "../kernels/softmax.ts";
import type { Matrix } from "../matrix.ts";
import { applyBinaryMap } from "./apply-binary.ts";
import type { BinaryMap } from "./binary-map.ts";
import { checkMulticlassMap } from "./multiclass/check-multiclass-map.ts";
import { firstLargest, keepOrder, normalizeRows } from "./multiclass/keep-order.ts";
import { preparedLogits } from "./multiclass/prepare-logits.ts";
import type { LinearMap, MulticlassMap } from "./multiclass-map.ts";

/** In a chain a probability counts as at least this before its logarithm is taken. */
export const CHAIN_CLIP = 1e-300;

/**
 * The calibrated probabilities of rows of logits.
 *
 * @param map any map for as many classes as the logits have
 * @param logits n × K, K ≥ 2, finite; for probabilities, their logarithms (`logitsFromProbabilities`)
 * @returns n × K, a new matrix; each row sums to 1 up to rounding
 * @throws {InputError} `not-finite` with the row; `shape-mismatch`, `out-of-range` for a map that does not fit
 */
export function applyMulticlassMap(map: MulticlassMap, logits: Matrix): Matrix {
  checkMulticlassMap(map, logits.cols);
  const { data, cols } = logits;
  for (let i = 0; i < data.length; i++)
    if (!Number.isFinite(data[i])) {
      const row = Math.floor(i / cols);
      throw new InputError("not-finite", `logit ${data[i]} at row ${row}, class ${i % cols} is not finite`, row);
    }
  return mapped(map, logits);
}

function mapped(map: MulticlassMap, logits: Matrix): Matrix {
  switch (map.kind) {
    case "identity":
      return softmax(logits);
    case "linear":
      return softmax(linearLogits(map, logits));
    case "uniform":
      return { ...logits, data: new Float64Array(logits.data.length).fill(1 / logits.cols) };
    case "blend":
      return blended(map.parts, logits);
    case "one-vs-rest":
      return oneVsRest(map.maps, softmax(logits));
    case "top-label":
      return topLabelled(map.map, softmax(logits));
    case "argmax-preserving": {
      const probabilities = mapped(map.map, logits);
      keepOrder(probabilities, logits);
      return probabilities;
    }
    case "chain":
      return map.maps.slice(1).reduce((before, next) => mapped(next, chainLogits(before)), mapped(map.maps[0], logits));
  }
}

/** scale · g + bias, where g is the logits or what `prepare` makes of them. */
function linearLogits({ scale, bias, prepare }: LinearMap, logits: Matrix): Matrix {
  const { data: g, rows, cols } = prepare === null ? logits : preparedLogits(logits, prepare);
  const data = new Float64Array(g.length);
  if (typeof scale === "number") for (let i = 0; i < g.length; i++) data[i] = scale * g[i];
  else if (isMatrix(scale)) timesTransposed(g, Float64Array.from(scale.flat()), data, rows, cols, cols);
  else {
    const factors = Float64Array.from(scale);
    for (let i = 0; i < rows; i++) for (let k = 0; k < cols; k++) data[i * cols + k] = factors[k] * g[i * cols + k];
  }
  if (bias !== null) {
    const summands = Float64Array.from(bias);
    for (let i = 0; i < rows; i++) for (let k = 0; k < cols; k++) data[i * cols + k] += summands[k];
  }
  return { data, rows, cols };
}

function isMatrix(scale: readonly number[] | readonly (readonly number[])[]): scale is readonly (readonly number[])[] {
  return Array.isArray(scale[0]);
}

function blended(parts: readonly { readonly weight: number; readonly map: MulticlassMap }[], logits: Matrix): Matrix {
  const data = new Float64Array(logits.data.length);
  for (const { weight, map } of parts) {
    const part = mapped(map, logits).data;
    for (let i = 0; i < data.length; i++) data[i] += weight * part[i];
  }
  return { ...logits, data };
}

function oneVsRest(maps: readonly BinaryMap[], probabilities: Matrix): Matrix {
  const { data, rows, cols } = probabilities;
  const column = new Float64Array(rows);
  for (let k = 0; k < cols; k++) {
    for (let i = 0; i < rows; i++) column[i] = data[i * cols + k];
    const result = applyBinaryMap(maps[k], column);
    for (let i = 0; i < rows; i++) data[i * cols + k] = result[i];
  }
  normalizeRows(probabilities);
  return probabilities;
}

function topLabelled(map: BinaryMap | readonly BinaryMap[], probabilities: Matrix): Matrix {
  const { data, rows, cols } = probabilities;
  const top = new Float64Array(rows);
  const at = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    at[i] = firstLargest(data, i * cols, (i + 1) * cols);
    top[i] = data[at[i]];
  }
  const confidence = "kind" in map ? applyBinaryMap(map, top) : perPredictedClass(map, top, at, cols);
  for (let i = 0; i < rows; i++) shareRest(data, i * cols, (i + 1) * cols, at[i], confidence[i]);
  return probabilities;
}

function perPredictedClass(maps: readonly BinaryMap[], top: Float64Array, at: Int32Array, cols: number): Float64Array {
  const result = new Float64Array(top.length);
  for (let k = 0; k < cols; k++) {
    const rows: number[] = [];
    for (let i = 0; i < top.length; i++) if (at[i] % cols === k) rows.push(i);
    const values = applyBinaryMap(
      maps[k],
      Float64Array.from(rows, (i) => top[i]),
    );
    rows.forEach((i, m) => {
      result[i] = values[m];
    });
  }
  return result;
}

/** Gives the class at `at` the probability q and scales the others to share the rest: evenly where they had nothing. */
function shareRest(data: Float64Array, start: number, end: number, at: number, q: number): void {
  data[at] = 0;
  const others = pairwiseSum(data, start, end);
  for (let j = start; j < end; j++) data[j] = others > 0 ? (data[j] / others) * (1 - q) : (1 - q) / (end - start - 1);
  data[at] = q;
}

function chainLogits(probabilities: Matrix): Matrix {
  return { ...probabilities, data: probabilities.data.map((p) => Math.log(p > CHAIN_CLIP ? p : CHAIN_CLIP)) };
}
