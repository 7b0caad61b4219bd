import { type Powers, type ReadRows, SUMMARY_FIELDS, temperatureFields } from "./row-fields.ts";

/** Rows whose fields are handed on together. */
const BLOCK = 256;

/**
 * Moments of the shares s_j = exp(beta · (z_j - top)) of every row of logits, for `read` block by block.
 *
 * @param data rows × cols logits z, row-major, cols ≥ 1
 * @param beta any finite real
 */
export function temperatureRowsPlain(
  data: Float64Array | Float32Array,
  rows: number,
  cols: number,
  beta: number,
  powers: Powers,
  read: ReadRows,
): void {
  const width = temperatureFields(powers);
  const row = powers === 2 ? temperatureRow : temperatureSeriesRow;
  const fields = new Float64Array(width * Math.min(rows, BLOCK));
  for (let start = 0; start < rows; start += BLOCK) {
    const count = Math.min(BLOCK, rows - start);
    for (let i = 0; i < count; i++) row(data, (start + i) * cols, cols, beta, fields, i * width);
    read(start, count, fields);
  }
}

function temperatureRow(
  data: Float64Array | Float32Array,
  start: number,
  cols: number,
  beta: number,
  fields: Float64Array,
  out: number,
): void {
  const at = mostProbable(data, start, cols, beta);
  const top = data[at];
  let rest = 0;
  let first = 0;
  let second = 0;
  for (let j = start; j < start + cols; j++) {
    if (j === at) continue;
    const distance = data[j] - top;
    const share = Math.exp(beta * distance);
    rest += share;
    first += share * distance;
    second += share * distance * distance;
  }
  fields[out] = top;
  fields[out + 1] = rest;
  fields[out + 2] = first;
  fields[out + 3] = second;
}

function temperatureSeriesRow(
  data: Float64Array | Float32Array,
  start: number,
  cols: number,
  beta: number,
  fields: Float64Array,
  out: number,
): void {
  const at = mostProbable(data, start, cols, beta);
  const top = data[at];
  fields.fill(0, out + 1, out + 7);
  fields[out] = top;
  for (let j = start; j < start + cols; j++) {
    if (j === at) continue;
    const distance = data[j] - top;
    let term = Math.exp(beta * distance);
    fields[out + 1] += term;
    for (let k = 2; k < 7; k++) {
      term *= distance;
      fields[out + k] += term;
    }
  }
}

function mostProbable(data: Float64Array | Float32Array, start: number, cols: number, beta: number): number {
  let at = start;
  if (beta < 0) {
    for (let j = start + 1; j < start + cols; j++) if (data[j] < data[at]) at = j;
  } else for (let j = start + 1; j < start + cols; j++) if (data[j] > data[at]) at = j;
  return at;
}

/**
 * Overwrites every row of scores with weight · (softmax - indicator of the label); `read` gets one loss per row,
 * -ln softmax at the label, block by block.
 *
 * @param scores rows × cols, row-major, cols ≥ 1
 * @param weights one per row, ≥ 0; undefined for all 1
 */
export function residualRowsPlain(
  scores: Float64Array,
  rows: number,
  cols: number,
  labels: Int32Array,
  weights: Float64Array | undefined,
  read: ReadRows,
): void {
  const losses = new Float64Array(Math.min(rows, BLOCK));
  for (let start = 0; start < rows; start += BLOCK) {
    const end = Math.min(start + BLOCK, rows);
    for (let i = start; i < end; i++)
      losses[i - start] = residualRow(scores, i * cols, cols, labels[i], weights === undefined ? 1 : weights[i]);
    read(start, end - start, losses);
  }
}

function residualRow(scores: Float64Array, start: number, cols: number, label: number, weight: number): number {
  let at = start;
  for (let j = start + 1; j < start + cols; j++) if (scores[j] > scores[at]) at = j;
  const top = scores[at];
  const labelled = scores[start + label] - top;
  let rest = 0;
  for (let j = start; j < start + cols; j++) {
    const share = Math.exp(scores[j] - top);
    scores[j] = share;
    if (j !== at) rest += share;
  }
  const factor = weight / (1 + rest);
  for (let j = start; j < start + cols; j++) scores[j] *= factor;
  scores[start + label] -= weight;
  return Math.log1p(rest) - labelled;
}

/** The largest, the smallest and the sum of every row, for `read` block by block; NaN shows in the sum alone. */
export function summaryRowsPlain(data: Float64Array | Float32Array, rows: number, cols: number, read: ReadRows): void {
  const fields = new Float64Array(SUMMARY_FIELDS * Math.min(rows, BLOCK));
  for (let start = 0; start < rows; start += BLOCK) {
    const count = Math.min(BLOCK, rows - start);
    for (let i = 0; i < count; i++) summaryRow(data, (start + i) * cols, cols, fields, i * SUMMARY_FIELDS);
    read(start, count, fields);
  }
}

function summaryRow(
  data: Float64Array | Float32Array,
  start: number,
  cols: number,
  fields: Float64Array,
  out: number,
): void {
  let top = -Infinity;
  let bottom = Infinity;
  let sum = 0;
  for (let j = start; j < start + cols; j++) {
    const value = data[j];
    if (value > top) top = value;
    if (value < bottom) bottom = value;
    sum += value;
  }
  fields[out] = top;
  fields[out + 1] = bottom;
  fields[out + 2] = sum;
}
