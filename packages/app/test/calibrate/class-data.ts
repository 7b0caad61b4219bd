import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  brierScoreMulticlass,
  correctness,
  expectedCalibrationError,
  logitsFromProbabilities,
  logLossMulticlass,
  type Matrix,
  topLabel,
} from "@candor/core";
import { parseNpyHeader } from "../../src/input/npy/npy-header.ts";
import { decodeNumbers } from "../../src/input/npy/npy-values.ts";

/** Real predictions beside the checkout. */
export const data: string = fileURLToPath(new URL("../../../../../shared/data", import.meta.url));

/** Logits and labels of some rows. */
export interface ClassData {
  readonly logits: Matrix;
  readonly labels: Int32Array;
}

/** All values of a NumPy file, with its shape. */
export function npy(
  folder: string,
  file: string,
): { readonly values: Float64Array; readonly shape: readonly number[] } {
  const bytes = readFileSync(join(data, folder, file));
  const header = parseNpyHeader(bytes, file);
  const values = new Float64Array(header.shape.reduce((product, size) => product * size, 1));
  decodeNumbers(Buffer.from(Uint8Array.prototype.slice.call(bytes, header.offset)), header, values, 0, 1);
  return { values, shape: header.shape };
}

/** A matrix and labels from NumPy files, in double precision; probabilities, at least `clip`, become logarithms. */
export function classData(folder: string, file: string, labelFile: string, clip = 1e-12): ClassData {
  const { values, shape } = npy(folder, file);
  const [rows = 0, cols = 0] = shape;
  const matrix = { data: values, rows, cols };
  const logits = file.startsWith("probs_") ? logitsFromProbabilities(matrix, clip) : matrix;
  return { logits, labels: Int32Array.from(npy(folder, labelFile).values) };
}

/** The rows for which `keep` holds. */
export function rowsWhere({ logits, labels }: ClassData, keep: (row: number) => boolean): ClassData {
  const { data: values, cols } = logits;
  const kept = Array.from(labels.keys()).filter(keep);
  const result = new Float64Array(kept.length * cols);
  kept.forEach((row, i) => {
    result.set(values.subarray(row * cols, (row + 1) * cols), i * cols);
  });
  return {
    logits: { data: result, rows: kept.length, cols },
    labels: Int32Array.from(kept, (row) => labels[row] ?? -1),
  };
}

/** The usual figures of probabilities against labels. */
export function figures(
  probabilities: Matrix,
  labels: Int32Array,
  clip = 1e-15,
): { readonly nll: number; readonly brier: number; readonly ece15: number; readonly accuracy: number } {
  const { confidence, predicted } = topLabel(probabilities);
  const correct = correctness(predicted, labels);
  return {
    nll: logLossMulticlass(probabilities, labels, { clip }).value,
    brier: brierScoreMulticlass(probabilities, labels).value,
    ece15: expectedCalibrationError(
      confidence.map((p) => Math.min(1, p)),
      correct,
    ).value,
    accuracy: correct.reduce((total, one) => total + one, 0) / correct.length,
  };
}
