import { InputError } from "../../errors.ts";
import { softmax } from "../../kernels/softmax.ts";
import type { Matrix } from "../../matrix.ts";
import type { BinaryMap } from "../binary-map.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import type { OneVsRestMap } from "../multiclass-map.ts";
import { checkClassRows } from "./class-rows.ts";
import { joinedCertificate, joinedNotes, joinedParameters } from "./joined-fits.ts";

/** Any fit of a binary calibrator: scores in [0, 1], outcomes 0 or 1. */
export type BinaryFitter = (
  scores: Float64Array,
  outcomes: Uint8Array,
  options: FitOptions,
) => CalibrationFit<BinaryMap>;

/**
 * One binary calibrator per class, of its probability against all other classes; the results are divided by their sum.
 *
 * @param logits n × K, K ≥ 2, finite
 * @param labels n classes in [0, K)
 * @param fitOne the binary fit
 * @returns parameters of the binary fits, one value per class
 * @throws {InputError} what `fitOne` throws, naming the class; `empty`, `shape-mismatch`, `out-of-range`, `not-finite`
 *
 * Source: Zadrozny and Elkan (2002), "Transforming classifier scores into accurate multiclass probability estimates", KDD.
 */
export function fitOneVsRest(
  logits: Matrix,
  labels: Int32Array,
  fitOne: BinaryFitter,
  options: FitOptions = {},
): CalibrationFit<OneVsRestMap> {
  const { n, effectiveN } = checkClassRows(logits, labels, options);
  const { data, rows, cols } = softmax(logits);
  const fits = Array.from({ length: cols }, (_, k) => {
    const scores = new Float64Array(rows);
    const outcomes = new Uint8Array(rows);
    for (let i = 0; i < rows; i++) {
      scores[i] = Math.min(1, data[i * cols + k]);
      outcomes[i] = labels[i] === k ? 1 : 0;
    }
    try {
      return fitOne(scores, outcomes, options);
    } catch (error) {
      if (!InputError.is(error)) throw error;
      throw new InputError(error.code, `class ${k} against the rest: ${error.message}`, error.index);
    }
  });
  return {
    method: `one-vs-rest-${fits[0].method}`,
    map: { kind: "one-vs-rest", maps: fits.map((fit) => fit.map) },
    parameters: joinedParameters(fits),
    certificate: joinedCertificate(fits),
    complexity: fits.reduce((total, fit) => total + fit.complexity, 0),
    n,
    effectiveN,
    notes: joinedNotes(fits, (k) => `Class ${k}`),
  };
}
