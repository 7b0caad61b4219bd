import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";

/** @throws {InputError} `empty`, or `not-finite` with the row of the first score that is not a number */
export function checkScores(scores: Matrix): void {
  const { data, rows, cols } = scores;
  if (rows === 0 || cols === 0) throw new InputError("empty", `expected rows × labels scores, got ${rows} × ${cols}`);
  for (let i = 0; i < data.length; i++)
    if (!Number.isFinite(data[i])) {
      const row = Math.floor(i / cols);
      throw new InputError("not-finite", `score ${data[i]} of label ${i % cols} at row ${row} is not finite`, row);
    }
}

/** @throws {InputError} `shape-mismatch`, or `out-of-range` with the row of the first label that is neither 0 nor 1 */
export function checkLabels(labels: Uint8Array, scores: Matrix): void {
  const { rows, cols } = scores;
  if (labels.length !== rows * cols)
    throw new InputError("shape-mismatch", `${rows} × ${cols} scores need ${rows * cols} labels, got ${labels.length}`);
  for (let i = 0; i < labels.length; i++)
    if (labels[i] > 1) {
      const row = Math.floor(i / cols);
      throw new InputError("out-of-range", `label ${labels[i]} in column ${i % cols} at row ${row} is not 0 or 1`, row);
    }
}
