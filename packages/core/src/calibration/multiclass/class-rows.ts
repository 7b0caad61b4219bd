import { InputError } from "../../errors.ts";
import { checkSample } from "../../intervals/sample.ts";
import type { Matrix } from "../../matrix.ts";
import type { FitOptions } from "../fit.ts";

/** Rows of logits that a fit may use: checked, without those of weight 0. */
export interface ClassRows {
  readonly logits: Matrix;
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
export function checkClassRows(logits: Matrix, labels: Int32Array, { weights, merged }: FitOptions): ClassRows {
  const { data, rows, cols } = logits;
  if (cols < 2) throw new InputError("shape-mismatch", `a multiclass fit needs 2 classes or more, got ${cols}`);
  if (labels.length !== rows)
    throw new InputError("shape-mismatch", `logits have ${rows} rows but there are ${labels.length} labels`);
  const sample = checkSample(rows, { ...(weights && { weights }), ...(merged && { merged }) });
  for (let i = 0; i < rows; i++)
    if (!(labels[i] >= 0 && labels[i] < cols))
      throw new InputError("out-of-range", `label ${labels[i]} at row ${i} is not in [0, ${cols})`, i);
  for (let i = 0; i < data.length; i++)
    if (!Number.isFinite(data[i])) {
      const row = Math.floor(i / cols);
      throw new InputError("not-finite", `logit ${data[i]} at row ${row}, class ${i % cols} is not finite`, row);
    }
  const kept = usedRows(logits, labels, weights);
  const normalized = kept.weights.map((weight) => weight / sample.totalWeight);
  const shares = new Float64Array(cols);
  for (let i = 0; i < kept.labels.length; i++) shares[kept.labels[i]] += normalized[i];
  return { ...kept, weights: normalized, shares, n: sample.n, effectiveN: sample.effectiveN };
}

function usedRows(
  logits: Matrix,
  labels: Int32Array,
  weights: Float64Array | undefined,
): { logits: Matrix; labels: Int32Array; weights: Float64Array } {
  const { data, rows, cols } = logits;
  if (weights === undefined) return { logits, labels, weights: new Float64Array(rows).fill(1) };
  let used = 0;
  for (let i = 0; i < rows; i++) if (weights[i] > 0) used++;
  if (used === rows) return { logits, labels, weights };
  const kept = new Float64Array(used * cols);
  const keptLabels = new Int32Array(used);
  const keptWeights = new Float64Array(used);
  for (let i = 0, m = 0; i < rows; i++)
    if (weights[i] > 0) {
      kept.set(data.subarray(i * cols, (i + 1) * cols), m * cols);
      keptLabels[m] = labels[i];
      keptWeights[m] = weights[i];
      m++;
    }
  return { logits: { data: kept, rows: used, cols }, labels: keptLabels, weights: keptWeights };
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
