import { InputError } from "../../errors.ts";
import { softmax } from "../../kernels/softmax.ts";
import type { Matrix } from "../../matrix.ts";
import type { BinaryMap } from "../binary-map.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import type { TopLabelMap } from "../multiclass-map.ts";
import { checkClassRows } from "./class-rows.ts";
import { joinedCertificate, joinedNotes, joinedParameters } from "./joined-fits.ts";
import { firstLargest } from "./keep-order.ts";
import type { BinaryFitter } from "./one-vs-rest.ts";

/** Choices of `fitTopLabel`. */
export interface TopLabelOptions extends FitOptions {
  /**
   * A calibrator for each predicted class. One that cannot be fitted, because too few rows are predicted as that class or
   * all of them are right, is the common one instead, and a note says so. Default false: one for all.
   */
  readonly perClass?: boolean;
}

/**
 * A binary calibrator of the largest probability against whether the predicted class is right; the other classes share
 * the rest in proportion.
 *
 * @param logits n × K, K ≥ 2, finite
 * @param labels n classes in [0, K)
 * @param fitOne the binary fit
 * @returns parameters of the binary fit; one value per class with `perClass`
 * @throws {InputError} what `fitOne` throws on all rows; `empty`, `shape-mismatch`, `out-of-range`, `not-finite`
 *
 * Source: Gupta and Ramdas (2022), "Top-label calibration and multiclass-to-binary reductions", ICLR.
 */
export function fitTopLabel(
  logits: Matrix,
  labels: Int32Array,
  fitOne: BinaryFitter,
  options: TopLabelOptions = {},
): CalibrationFit<TopLabelMap> {
  const { perClass = false, ...fitOptions } = options;
  const { n, effectiveN } = checkClassRows(logits, labels, fitOptions);
  const { data, rows, cols } = softmax(logits);
  const scores = new Float64Array(rows);
  const outcomes = new Uint8Array(rows);
  const predicted = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const at = firstLargest(data, i * cols, (i + 1) * cols);
    predicted[i] = at - i * cols;
    scores[i] = Math.min(1, data[at]);
    outcomes[i] = predicted[i] === labels[i] ? 1 : 0;
  }
  const pooled = fitOne(scores, outcomes, fitOptions);
  if (!perClass)
    return {
      ...pooled,
      method: `top-label-${pooled.method}`,
      map: { kind: "top-label", map: pooled.map },
      n,
      effectiveN,
    };
  const fits: CalibrationFit<BinaryMap>[] = [];
  for (let k = 0; k < cols; k++) {
    const at = Int32Array.from(predicted.keys()).filter((i) => predicted[i] === k);
    fits.push(fitClass(scores, outcomes, at, fitOne, fitOptions) ?? fallback(pooled));
  }
  return {
    method: `top-label-per-class-${pooled.method}`,
    map: { kind: "top-label", map: fits.map((fit) => fit.map) },
    parameters: joinedParameters(fits),
    certificate: joinedCertificate(fits),
    complexity: fits.reduce((total, fit) => total + fit.complexity, 0),
    n,
    effectiveN,
    notes: joinedNotes(fits, (k) => `Rows predicted as class ${k}`),
  };
}

function fallback(pooled: CalibrationFit<BinaryMap>): CalibrationFit<BinaryMap> {
  return { ...pooled, complexity: 0, notes: ["the calibrator of all rows, because these alone have no fit."] };
}

/** The fit of some rows; undefined where they have none. */
function fitClass(
  scores: Float64Array,
  outcomes: Uint8Array,
  at: Int32Array,
  fitOne: BinaryFitter,
  { weights, merged }: FitOptions,
): CalibrationFit<BinaryMap> | undefined {
  const pick = (values: Float64Array): Float64Array => Float64Array.from(at, (i) => values[i]);
  try {
    return fitOne(
      pick(scores),
      Uint8Array.from(at, (i) => outcomes[i]),
      {
        ...(weights && { weights: pick(weights) }),
        ...(merged && { merged: { counts: pick(merged.counts), squaredWeights: pick(merged.squaredWeights) } }),
      },
    );
  } catch (error) {
    if (InputError.is(error)) return undefined;
    throw error;
  }
}
