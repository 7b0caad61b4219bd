import { InputError } from "../../errors.ts";
import { checkSample } from "../../intervals/sample.ts";
import { SUMMARY_FIELDS } from "../../kernels/row-fields.ts";
import { summarizeRows } from "../../kernels/row-summaries.ts";
import type { Float32Matrix, Matrix } from "../../matrix.ts";
import type { FitOptions } from "../fit.ts";

/** Rows of logits that a fit may use: checked, without those of weight 0. */
export interface ClassRows<Logits extends Matrix | Float32Matrix = Matrix> {
  readonly logits: Logits;
  readonly labels: Int32Array;
  /** One per row, > 0, summing to 1. */
  readonly weights: Float64Array;
  /** Share of the weight per class. */
  readonly shares: Float64Array;
  /** Original rows. */
  readonly n: number;
  /** (Σw)² / Σw². */
  readonly effectiveN: number;
}

/**
 * Checks the data of a multiclass fit.
 *
 * @param logits n × K, K ≥ 2, finite
 * @param labels n classes in [0, K)
 * @throws {InputError} `empty`, `shape-mismatch`, `out-of-range`, `not-finite` with the row
 */
export function checkClassRows(logits: Matrix, labels: Int32Array, options: FitOptions): ClassRows;
export function checkClassRows(
  logits: Matrix | Float32Matrix,
  labels: Int32Array,
  options: FitOptions,
): ClassRows<Matrix | Float32Matrix>;
export function checkClassRows(
  logits: Matrix | Float32Matrix,
  labels: Int32Array,
  { weights, merged }: FitOptions,
): ClassRows<Matrix | Float32Matrix> {
  const { rows, cols } = logits;
  if (cols < 2) throw new InputError("shape-mismatch", `a multiclass fit needs 2 classes or more, got ${cols}`);
  if (labels.length !== rows)
    throw new InputError("shape-mismatch", `logits have ${rows} rows but there are ${labels.length} labels`);
  const sample = checkSample(rows, { ...(weights && { weights }), ...(merged && { merged }) });
  for (let i = 0; i < rows; i++)
    if (!(labels[i] >= 0 && labels[i] < cols))
      throw new InputError("out-of-range", `label ${labels[i]} at row ${i} is not in [0, ${cols})`, i);
  requireFinite(logits);
  const kept = usedRows(logits, labels, weights);
  const normalized = kept.weights.map((weight) => weight / sample.totalWeight);
  const shares = new Float64Array(cols);
  for (let i = 0; i < kept.labels.length; i++) shares[kept.labels[i]] += normalized[i];
  return { ...kept, weights: normalized, shares, n: sample.n, effectiveN: sample.effectiveN };
}

/** @throws {InputError} `not-finite` with the first row that has such a logit; its sum is not finite either */
function requireFinite({ data, rows, cols }: Matrix | Float32Matrix): void {
  summarizeRows(data, rows, cols, (start, count, fields) => {
    for (let i = 0; i < count; i++) {
      if (Number.isFinite(fields[i * SUMMARY_FIELDS + 2])) continue;
      const row = start + i;
      const k = data.subarray(row * cols, (row + 1) * cols).findIndex((logit) => !Number.isFinite(logit));
      if (k >= 0)
        throw new InputError(
          "not-finite",
          `logit ${data[row * cols + k]} at row ${row}, class ${k} is not finite`,
          row,
        );
    }
  });
}

function usedRows(
  logits: Matrix | Float32Matrix,
  labels: Int32Array,
  weights: Float64Array | undefined,
): { logits: Matrix | Float32Matrix; labels: Int32Array; weights: Float64Array } {
  if (weights === undefined) return { logits, labels, weights: new Float64Array(logits.rows).fill(1) };
  if (!weights.includes(0)) return { logits, labels, weights };
  const used = labels.map((_, i) => i).filter((i) => weights[i] > 0);
  return {
    logits: pickRows(logits, used),
    labels: Int32Array.from(used, (i) => labels[i]),
    weights: Float64Array.from(used, (i) => weights[i]),
  };
}

/** These rows, copied. */
export function pickRows(logits: Matrix | Float32Matrix, picked: Int32Array): Matrix | Float32Matrix {
  const { data, cols } = logits;
  const rows = picked.length;
  if (data instanceof Float32Array) {
    const kept = new Float32Array(rows * cols);
    for (let m = 0; m < rows; m++) kept.set(data.subarray(picked[m] * cols, (picked[m] + 1) * cols), m * cols);
    return { data: kept, rows, cols };
  }
  const kept = new Float64Array(rows * cols);
  for (let m = 0; m < rows; m++) kept.set(data.subarray(picked[m] * cols, (picked[m] + 1) * cols), m * cols);
  return { data: kept, rows, cols };
}

/**
 * @throws {InputError} `one-class` where every row has the same label; `incompatible` where a class has none. For fits
 * that have no optimum then, because the probability of a class without rows can always be lowered further.
 */
export function requireEveryClass({ shares, logits }: ClassRows, method: string): void {
  const present = shares.filter((share) => share > 0).length;
  if (present === 1)
    throw new InputError(
      "one-class",
      `${method} needs rows of every class, got only class ${shares.findIndex((s) => s > 0)}`,
    );
  const missing = shares.indexOf(0);
  if (missing >= 0)
    throw new InputError(
      "incompatible",
      `${method} needs rows of each of ${logits.cols} classes, got none of class ${missing}: its bias has no finite optimum`,
    );
}
