import { reserve, type SimdExports } from "./kernels.ts";
import { TILE } from "./matrix-code.ts";

/** Doubles of the operand or result that stays in memory throughout: 16 MiB. */
const RESIDENT = 2 ** 21;

/** Doubles of a packed block that streams past it: fits the second cache of most processors. */
const STREAMED = 2 ** 15;

/** What the address of a double is counted in. */
const BYTES = 8;

const tilesOf = (count: number): number => Math.ceil(count / TILE);

/** At least one tile, at most as many whole tiles as have `doubles` values of that depth. */
const rowsWithin = (doubles: number, depth: number): number => TILE * Math.max(1, Math.floor(doubles / (depth * TILE)));

/**
 * As `timesTransposed` with vectors, for 1 ≤ n and 1 ≤ k, m ≤ 2¹⁵.
 *
 * Memory, in this order: panels of b; rows of a or b as they come; panels of a; the block of the result. b is packed once
 * (in blocks of at most 16 MiB), and 256 KiB of a at a time pass by.
 */
export function timesTransposedSimd(
  kernels: SimdExports,
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  n: number,
  k: number,
  m: number,
): void {
  const columns = Math.min(rowsWithin(RESIDENT, k), TILE * tilesOf(m));
  const block = Math.min(rowsWithin(STREAMED, Math.max(k, columns / 4)), TILE * tilesOf(n));
  const panelsOfB = 0;
  const rows = panelsOfB + columns * k;
  const panelsOfA = rows + block * k;
  const result = panelsOfA + block * k;
  const memory = new Float64Array(reserve(kernels.memory, BYTES * (result + block * columns)));

  const pack = (source: Float64Array, start: number, end: number, panels: number): void => {
    const count = end - start;
    const padded = TILE * tilesOf(count);
    memory.set(source.subarray(start * k, end * k), rows);
    memory.fill(0, rows + count * k, rows + padded * k);
    kernels.packRows(BYTES * rows, BYTES * k, k, padded / TILE, BYTES * panels);
  };

  for (let j = 0; j < m; j += columns) {
    const width = Math.min(columns, m - j);
    const stride = TILE * tilesOf(width);
    for (let start = j; start < j + width; start += block)
      pack(b, start, Math.min(start + block, j + width), panelsOfB + (start - j) * k);
    for (let i = 0; i < n; i += block) {
      const height = Math.min(block, n - i);
      pack(a, i, i + height, panelsOfA);
      memory.fill(0, result, result + TILE * tilesOf(height) * stride);
      kernels.addTiles(
        BYTES * panelsOfA,
        BYTES * panelsOfB,
        BYTES * result,
        BYTES * stride,
        k,
        tilesOf(height),
        tilesOf(width),
      );
      copyRows(memory, result, stride, out, i * m + j, m, height, width);
    }
  }
}

/**
 * As `transposedTimes` with vectors, for 1 ≤ n and 1 ≤ m, k ≤ 2¹⁵.
 *
 * Memory, in this order: the result (in blocks of at most 16 MiB); rows of a; rows of b; panels of a; panels of b. Rows
 * stream past the result, 256 KiB at a time or sixteen.
 */
export function transposedTimesSimd(
  kernels: SimdExports,
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  n: number,
  m: number,
  k: number,
): void {
  const stride = TILE * tilesOf(k);
  const columns = Math.min(rowsWithin(RESIDENT, stride), TILE * tilesOf(m));
  const block = Math.min(n, Math.max(16, Math.floor(STREAMED / Math.max(m, k))));
  const result = 0;
  const rowsOfA = result + columns * stride;
  const rowsOfB = rowsOfA + block * m + TILE;
  const panelsOfA = rowsOfB + block * k + TILE;
  const panelsOfB = panelsOfA + block * columns;
  const memory = new Float64Array(reserve(kernels.memory, BYTES * (panelsOfB + block * stride)));

  for (let j = 0; j < m; j += columns) {
    const height = Math.min(columns, m - j);
    memory.fill(0, result, result + columns * stride);
    for (let i = 0; i < n; i += block) {
      const depth = Math.min(block, n - i);
      memory.set(a.subarray(i * m, (i + depth) * m), rowsOfA);
      memory.set(b.subarray(i * k, (i + depth) * k), rowsOfB);
      kernels.packColumns(BYTES * (rowsOfA + j), BYTES * m, depth, tilesOf(height), BYTES * panelsOfA);
      kernels.packColumns(BYTES * rowsOfB, BYTES * k, depth, tilesOf(k), BYTES * panelsOfB);
      kernels.addTiles(
        BYTES * panelsOfA,
        BYTES * panelsOfB,
        BYTES * result,
        BYTES * stride,
        depth,
        tilesOf(height),
        tilesOf(k),
      );
    }
    copyRows(memory, result, stride, out, j * k, k, height, k);
  }
}

/** Copies a block of rows, each `from` its own stride to another, without the padding. */
function copyRows(
  memory: Float64Array,
  from: number,
  fromStride: number,
  out: Float64Array,
  to: number,
  toStride: number,
  height: number,
  width: number,
): void {
  if (width === fromStride && width === toStride) out.set(memory.subarray(from, from + height * width), to);
  else
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++) out[to + i * toStride + j] = memory[from + i * fromStride + j];
}
