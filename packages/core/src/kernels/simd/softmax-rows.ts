import { type Powers, type ReadRows, SUMMARY_FIELDS, temperatureFields } from "../row-fields.ts";
import { reserve, type SimdExports } from "./kernels.ts";
import { RESIDUAL_FIELDS } from "./softmax-code.ts";

/** Bytes of logits in memory at a time, unless one row has more. */
const BLOCK_BYTES = 2 ** 18;

/** Rows of that many bytes which are worked on together. */
const rowsPerBlock = (rows: number, rowBytes: number): number =>
  Math.min(rows, Math.max(1, Math.floor(BLOCK_BYTES / rowBytes)));

/** As `temperatureRowsPlain` with vectors, for beta ≥ `SMALLEST_BETA` and 4 ≤ cols ≤ 2²¹. */
export function temperatureRowsSimd(
  kernels: SimdExports,
  data: Float64Array | Float32Array,
  rows: number,
  cols: number,
  beta: number,
  powers: Powers,
  read: ReadRows,
): void {
  const isSingle = data instanceof Float32Array;
  const two = isSingle ? kernels.temperatureRows32 : kernels.temperatureRows64;
  const five = isSingle ? kernels.temperatureSeries32 : kernels.temperatureSeries64;
  const run = powers === 2 ? two : five;
  forEachBlock(kernels, data, rows, cols, temperatureFields(powers), read, (count, logits, fields) => {
    run(count, cols, logits, fields, beta);
  });
}

/** As `summaryRowsPlain` with vectors, for 1 ≤ cols ≤ 2²¹. */
export function summaryRowsSimd(
  kernels: SimdExports,
  data: Float64Array | Float32Array,
  rows: number,
  cols: number,
  read: ReadRows,
): void {
  const run = data instanceof Float32Array ? kernels.summaryRows32 : kernels.summaryRows64;
  forEachBlock(kernels, data, rows, cols, SUMMARY_FIELDS, read, (count, logits, fields) => {
    run(count, cols, logits, fields);
  });
}

/**
 * Copies block after block of logits to memory, with room for one more, runs a function that writes fields of its rows, and hands them on.
 *
 * Memory: the fields of a block, then its logits as they come.
 */
function forEachBlock(
  kernels: SimdExports,
  data: Float64Array | Float32Array,
  rows: number,
  cols: number,
  fieldsPerRow: number,
  read: ReadRows,
  run: (rows: number, logits: number, fields: number) => void,
): void {
  const size = data.BYTES_PER_ELEMENT;
  const block = rowsPerBlock(rows, cols * size);
  const at = 8 * fieldsPerRow * block;
  const buffer = reserve(kernels.memory, at + size * (block * cols + 1));
  const fields = new Float64Array(buffer, 0, fieldsPerRow * block);
  const length = block * cols;
  const logits =
    data instanceof Float32Array ? new Float32Array(buffer, at, length) : new Float64Array(buffer, at, length);
  for (let start = 0; start < rows; start += block) {
    const count = Math.min(block, rows - start);
    logits.set(data.subarray(start * cols, (start + count) * cols));
    run(count, at, 0);
    read(start, count, fields);
  }
}

/**
 * As `residualRowsPlain` with vectors, for 4 ≤ cols ≤ 2²¹.
 *
 * Memory: for each row of a block its weight, which becomes its fields, then the scores of the block.
 */
export function residualRowsSimd(
  kernels: SimdExports,
  scores: Float64Array,
  rows: number,
  cols: number,
  labels: Int32Array,
  weights: Float64Array | undefined,
  read: ReadRows,
): void {
  const block = rowsPerBlock(rows, cols * 8);
  const at = 8 * RESIDUAL_FIELDS * block;
  const buffer = reserve(kernels.memory, at + 8 * block * cols);
  const fields = new Float64Array(buffer, 0, RESIDUAL_FIELDS * block);
  const shares = new Float64Array(buffer, at, block * cols);
  const losses = new Float64Array(block);
  for (let start = 0; start < rows; start += block) {
    const count = Math.min(block, rows - start);
    const part = scores.subarray(start * cols, (start + count) * cols);
    shares.set(part);
    for (let i = 0; i < count; i++) fields[RESIDUAL_FIELDS * i] = weights === undefined ? 1 : weights[start + i];
    kernels.residualRows(count, cols, at, 0);
    for (let i = 0; i < count; i++) {
      const labelled = i * cols + labels[start + i];
      losses[i] = Math.log1p(fields[RESIDUAL_FIELDS * i + 1]) - (part[labelled] - fields[RESIDUAL_FIELDS * i]);
      shares[labelled] -= weights === undefined ? 1 : weights[start + i];
    }
    part.set(count === block ? shares : shares.subarray(0, count * cols));
    read(start, count, losses);
  }
}
