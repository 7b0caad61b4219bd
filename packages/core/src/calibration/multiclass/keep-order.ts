import { pairwiseSum } from "../../kernels/pairwise-sum.ts";
import type { Matrix } from "../../matrix.ts";

/** Position of the largest value of one row, the first of equals. */
export function firstLargest(data: Float64Array, start: number, end: number): number {
  let at = start;
  for (let j = start + 1; j < end; j++) if (data[j] > data[at]) at = j;
  return at;
}

/**
 * The nearest probabilities, row by row, in which the class with the largest logit is the largest: it and the classes that
 * were above it get their common mean, and it a last bit more, so that it stays first in whatever order classes are read.
 *
 * @param probabilities n × K; written over
 * @param logits n × K, whose first largest per row is kept
 *
 * Source: Best and Chakravarti (1990), Mathematical Programming 47: Euclidean projection onto a tree order by pooling.
 */
export function keepOrder(probabilities: Matrix, logits: Matrix): void {
  const { data, rows, cols } = probabilities;
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    const end = start + cols;
    const kept = firstLargest(logits.data, start, end);
    if (largestOther(data, start, end, kept) > data[kept]) pool(data, start, end, kept);
    const rival = largestOther(data, start, end, kept);
    if (rival >= data[kept]) data[kept] = justAbove(rival);
  }
}

function largestOther(data: Float64Array, start: number, end: number, kept: number): number {
  let largest = -Infinity;
  for (let j = start; j < end; j++) if (j !== kept && data[j] > largest) largest = data[j];
  return largest;
}

/** Gives the kept class and those above it their mean, from the largest down until none is above it. */
function pool(data: Float64Array, start: number, end: number, kept: number): void {
  const above: number[] = [];
  for (let j = start; j < end; j++) if (data[j] > data[kept]) above.push(j);
  above.sort((a, b) => data[b] - data[a] || a - b);
  let total = data[kept];
  let count = 1;
  for (const j of above) {
    if (data[j] * count <= total) break;
    total += data[j];
    count++;
  }
  const mean = total / count;
  data[kept] = mean;
  for (let m = 0; m < count - 1; m++) data[above[m]] = mean;
}

function justAbove(value: number): number {
  return value * (1 + Number.EPSILON);
}

/** Divides every row by its sum; a row of zeros becomes uniform. */
export function normalizeRows({ data, rows, cols }: Matrix): void {
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    const end = start + cols;
    const total = pairwiseSum(data, start, end);
    for (let j = start; j < end; j++) data[j] = total > 0 ? data[j] / total : 1 / cols;
  }
}
