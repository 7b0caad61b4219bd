import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import { conformalPValue, type PreparedScores, prepareScores, smoothedPValue } from "../p-value.ts";

/** Options of `classPValues`. */
export interface ClassPValuesOptions {
  /** True class of every calibration row: each class is then compared with its own rows only (Mondrian). */
  readonly labels?: Int32Array;
  /** One number in [0, 1] per new row, by which ties are broken; absent means that p-values are conservative. */
  readonly taus?: Float64Array;
}

function preparedPerClass(scores: Float64Array, labels: Int32Array | undefined, classes: number): PreparedScores[] {
  if (labels === undefined) return new Array<PreparedScores>(classes).fill(prepareScores(scores));
  if (labels.length !== scores.length)
    throw new InputError("shape-mismatch", `there are ${scores.length} scores but ${labels.length} labels`);
  const parts: number[][] = Array.from({ length: classes }, () => []);
  labels.forEach((label, i) => {
    if (!(label >= 0 && label < classes))
      throw new InputError("out-of-range", `label ${label} at row ${i} is not in [0, ${classes})`, i);
    parts[label].push(scores[i]);
  });
  return parts.map((part) => prepareScores(Float64Array.from(part)));
}

/**
 * How well every class fits every new row: the p-value of the hypothesis that it is the true one. The classes whose p-value
 * exceeds 1 − level are the prediction set at that level.
 *
 * @param calibrationScores of the true classes of n rows (`setScores`)
 * @param scores rows × K, of all classes of new rows (`setScoresOfClasses`)
 * @returns rows × K numbers in [0, 1]; `confidenceAndCredibility` of a row sums it up
 * @throws {InputError} `shape-mismatch`, `not-finite`; `out-of-range` with the row of a label
 *
 * Source: Vovk, Gammerman and Shafer (2005), sections 2.2 and 4.5.
 */
export function classPValues(
  calibrationScores: Float64Array,
  scores: Matrix,
  { labels, taus }: ClassPValuesOptions = {},
): Matrix {
  const { data, rows, cols } = scores;
  if (taus !== undefined && taus.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but ${taus.length} taus`);
  const prepared = preparedPerClass(calibrationScores, labels, cols);
  const result = new Float64Array(data.length);
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < cols; k++) {
      const score = data[i * cols + k];
      result[i * cols + k] =
        taus === undefined ? conformalPValue(prepared[k], score) : smoothedPValue(prepared[k], score, taus[i]);
    }
  return { data: result, rows, cols };
}
