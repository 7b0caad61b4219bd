import { type Matrix, matrixFromRows, softmax } from "../src/index.ts";

/** The binary master case of 20 rows. */
export const P20: Float64Array = Float64Array.from([
  0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99,
]);
export const Y20: Uint8Array = Uint8Array.from([0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1]);

/** The multiclass master case: logits and labels of 12 rows. */
export const Z12: Matrix = matrixFromRows([
  [2, 0.5, -1],
  [0.2, 1.5, 0.1],
  [1, 0.9, 0.8],
  [-0.5, 0.3, 2.2],
  [3, -1, 0],
  [0.1, 0.2, 0.3],
  [1.2, 2.5, -0.3],
  [0.4, -0.6, 1.9],
  [2.1, 1.9, 0.2],
  [-1, 2, 1.5],
  [0.7, 0.6, 1.1],
  [1.5, -0.2, 0.4],
]);
export const L12: Int32Array = Int32Array.of(0, 1, 2, 2, 0, 1, 1, 2, 1, 1, 0, 2);
/** Their probabilities. */
export const P12: Matrix = softmax(Z12);
