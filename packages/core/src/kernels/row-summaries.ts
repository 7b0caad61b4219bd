import type { ReadRows } from "./row-fields.ts";
import { simdKernels } from "./simd/kernels.ts";
import { summaryRowsSimd } from "./simd/softmax-rows.ts";
import { summaryRowsPlain } from "./softmax-rows-plain.ts";
import { worthVectors } from "./worth-vectors.ts";

/**
 * The largest, the smallest and the sum of every row, to `read` block by block in order: `SUMMARY_FIELDS`.
 *
 * Uses WebAssembly vectors where there are any.
 *
 * @param data rows × cols numbers, row-major, cols ≥ 1; where one of a row is NaN or infinite its sum is not finite, and where
 *   one is NaN its largest and smallest mean nothing
 */
export function summarizeRows(data: Float64Array | Float32Array, rows: number, cols: number, read: ReadRows): void {
  const kernels = worthVectors(rows, cols) ? simdKernels() : null;
  if (kernels === null) summaryRowsPlain(data, rows, cols, read);
  else summaryRowsSimd(kernels, data, rows, cols, read);
}
