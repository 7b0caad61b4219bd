import { simdKernels } from "./simd/kernels.ts";
import { residualRowsSimd } from "./simd/softmax-rows.ts";
import { residualRowsPlain } from "./softmax-rows-plain.ts";
import { worthVectors } from "./worth-vectors.ts";

/**
 * Overwrites every row of scores with w · (softmax - indicator of the label), the derivative of its loss.
 *
 * Uses WebAssembly vectors where there are any.
 *
 * @param scores rows × cols, row-major; finite
 * @param labels the true class of each row, in [0, cols)
 * @param weights one per row, ≥ 0; undefined for all 1
 * @returns Σ w · loss, where the loss is -ln softmax at the label, in nats
 *
 * Accuracy: shares as for `temperatureMoments`; losses are added with compensation.
 */
export function softmaxResiduals(
  scores: Float64Array,
  rows: number,
  cols: number,
  labels: Int32Array,
  weights?: Float64Array,
): number {
  const total = new Float64Array(2);
  const read = (start: number, count: number, losses: Float64Array): void => {
    for (let i = 0; i < count; i++) {
      const value = losses[i] * (weights === undefined ? 1 : weights[start + i]);
      const next = total[0] + value;
      const part = next - total[0];
      total[1] += total[0] - (next - part) + (value - part);
      total[0] = next;
    }
  };
  const kernels = worthVectors(rows, cols) ? simdKernels() : null;
  if (kernels === null) residualRowsPlain(scores, rows, cols, labels, weights, read);
  else residualRowsSimd(kernels, scores, rows, cols, labels, weights, read);
  return total[0] + total[1];
}
