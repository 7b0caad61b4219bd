import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";

/** The class a model would choose, row by row. */
export interface TopLabel {
  /** The highest value of each row. */
  readonly confidence: Float64Array;
  /** Its column; the first of equals, as NumPy's `argmax`. */
  readonly predicted: Int32Array;
}

/**
 * The highest value of each row and its column.
 *
 * @param scores n × k finite values, k ≥ 1 (probabilities, or logits if only the choice matters)
 * @throws {InputError} `empty`, `not-finite` with the row of the first NaN or infinity
 */
export function topLabel({ data, rows, cols }: Matrix): TopLabel {
  if (rows === 0 || cols === 0) throw new InputError("empty", `at least one value is needed, got ${rows} × ${cols}`);
  const confidence = new Float64Array(rows);
  const predicted = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    let top = start;
    for (let j = start; j < start + cols; j++) {
      if (!Number.isFinite(data[j]))
        throw new InputError(
          "not-finite",
          `value ${data[j]} at row ${i}, class ${j - start} is not a finite number`,
          i,
        );
      if (data[j] > data[top]) top = j;
    }
    confidence[i] = data[top];
    predicted[i] = top - start;
  }
  return { confidence, predicted };
}

/**
 * 1 where the predicted class is the true one, else 0.
 *
 * @param predicted n class indices
 * @param labels n class indices
 * @throws {InputError} `shape-mismatch`
 */
export function correctness(predicted: Int32Array, labels: Int32Array): Uint8Array {
  if (predicted.length !== labels.length)
    throw new InputError("shape-mismatch", `there are ${predicted.length} predictions but ${labels.length} labels`);
  const correct = new Uint8Array(predicted.length);
  for (let i = 0; i < correct.length; i++) correct[i] = predicted[i] === labels[i] ? 1 : 0;
  return correct;
}
