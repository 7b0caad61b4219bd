import { type Matrix, matrixFromRows } from "../../../src/index.ts";

/** The binary master case: 20 evenly spread scores, the last one 0.99. */
export const masterProbabilities: Float64Array = Float64Array.from([
  0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99,
]);

export const masterOutcomes: Uint8Array = Uint8Array.of(0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1);

const logits = [
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
];

/** Labels of the multiclass master case. */
export const masterLabels: Int32Array = Int32Array.of(0, 1, 2, 2, 0, 1, 1, 2, 1, 1, 0, 2);

/** The multiclass master case: 12 rows, 3 classes. */
export function masterLogits(): { probabilities: Matrix; confidence: Float64Array; correct: Uint8Array } {
  const rows = logits.map((row) => {
    const top = Math.max(...row);
    const exps = row.map((z) => Math.exp(z - top));
    const sum = exps.reduce((a, b) => a + b, 0);
    return exps.map((e) => e / sum);
  });
  const confidence = Float64Array.from(rows, (row) => Math.max(...row));
  const correct = Uint8Array.from(rows, (row, i) => (row.indexOf(Math.max(...row)) === masterLabels[i] ? 1 : 0));
  return { probabilities: matrixFromRows(rows), confidence, correct };
}
