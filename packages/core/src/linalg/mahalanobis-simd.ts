import { reserve, type SimdExports } from "../kernels/simd/kernels.ts";
import { TILE } from "../kernels/simd/matrix-code.ts";
import type { Matrix } from "../matrix.ts";
import { lowerInverse } from "./lower-inverse.ts";

const BYTES = 8;

/** Doubles of a block of rows: whitened while the second cache holds them. */
const BLOCK = 2 ** 15;

/** Means that are compared with a block at a time. */
const MEANS = 256;

/** Longest row, so that the triangle and a block fit into the memory of the vector functions. */
export const LONGEST_WHITENED = 2048;

const tilesOf = (count: number): number => Math.ceil(count / TILE);

/**
 * As `mahalanobisPlain` with vectors, for 1 ≤ cols ≤ 2048: rows and means are multiplied by the inverse of the factor, and
 * the squares of their differences added, so that a row near its mean loses nothing.
 *
 * Memory, in this order: the lower triangle of the inverse; panels of whitened means; rows as they come; their panels;
 * whitened panels; a block of the result.
 */
export function mahalanobisSimd(
  kernels: SimdExports,
  rows: Matrix,
  means: Matrix,
  factor: Float64Array,
  out: Float64Array,
): void {
  const p = rows.cols;
  const tiles = tilesOf(p);
  const depth = TILE * tiles;
  const block = TILE * Math.max(1, Math.min(tilesOf(rows.rows), Math.floor(BLOCK / (depth * TILE))));
  const some = Math.min(TILE * tilesOf(means.rows), MEANS);
  const atMeans = (tiles * (tiles + 1) * TILE * TILE) / 2;
  const atRows = atMeans + some * depth;
  const room = Math.max(block, some);
  const atPanels = atRows + room * depth;
  const atWhite = atPanels + room * depth;
  const atResult = atWhite + block * depth;
  const memory = new Float64Array(reserve(kernels.memory, BYTES * (atResult + block * some)));
  const centre = middle(means);
  putTriangle(lowerInverse(factor, p), p, memory);

  for (let first = 0; first < means.rows; first += some) {
    const width = Math.min(some, means.rows - first);
    whiten(means, first, first + width, atMeans);
    for (let start = 0; start < rows.rows; start += block) {
      const height = Math.min(block, rows.rows - start);
      whiten(rows, start, start + height, atWhite);
      const stride = TILE * tilesOf(width);
      memory.fill(0, atResult, atResult + TILE * tilesOf(height) * stride);
      kernels.addSquares(
        BYTES * atWhite,
        BYTES * atMeans,
        BYTES * atResult,
        BYTES * stride,
        depth,
        tilesOf(height),
        tilesOf(width),
      );
      for (let i = 0; i < height; i++)
        for (let c = 0; c < width; c++) out[(start + i) * means.rows + first + c] = memory[atResult + i * stride + c];
    }
  }

  /** Writes W·(row - centre) of these rows as panels, the padding being 0. */
  function whiten({ data }: Matrix, start: number, end: number, to: number): void {
    const panels = tilesOf(end - start);
    memory.fill(0, atRows, atRows + panels * TILE * depth);
    for (let i = start; i < end; i++) subtract(data, i * p, centre, memory, atRows + (i - start) * depth);
    kernels.packRows(BYTES * atRows, BYTES * depth, depth, panels, BYTES * atPanels);
    memory.fill(0, to, to + panels * TILE * depth);
    kernels.addTriangle(0, BYTES * atPanels, BYTES * to, tiles, panels);
  }
}

function subtract(data: Float64Array, at: number, centre: Float64Array, memory: Float64Array, to: number): void {
  for (let j = 0; j < centre.length; j++) memory[to + j] = data[at + j] - centre[j];
}

function middle({ data, rows, cols }: Matrix): Float64Array {
  const centre = new Float64Array(cols);
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) centre[j] += data[i * cols + j] / rows;
  return centre;
}

/** Lays out panels of four rows, each as long as its last row reaches; missing rows are 0. */
function putTriangle(inverse: Float64Array, p: number, memory: Float64Array): void {
  let to = 0;
  for (let start = 0; start < p; start += TILE)
    for (let k = 0; k < start + TILE; k++)
      for (let r = start; r < start + TILE; r++) memory[to++] = r < p && k < p ? inverse[r * p + k] : 0;
}
