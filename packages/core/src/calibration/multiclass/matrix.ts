import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import type { LinearMap } from "../multiclass-map.ts";
import { checkClassRows, requireEveryClass } from "./class-rows.ts";
import { constantClasses } from "./constant-classes.ts";
import { minimizeLinear, parameterCount } from "./linear-fit.ts";
import { freeParameters, linearMapFit } from "./linear-map-fit.ts";

/** Choices of `fitMatrixScaling`. */
export interface MatrixScalingOptions extends FitOptions {
  /** Adds l2 · (‖W - I‖² + ‖b‖²) to the loss, ≥ 0. Default 0: no penalty. */
  readonly l2?: number;
}

/**
 * Matrix scaling: softmax(W·z + b), at the minimum of the mean log loss plus the penalty asked for.
 *
 * Without a penalty it has K² - 1 free parameters and overfits unless there are many rows per parameter; then
 * `fitStructuredMatrix` serves better. Shifts of a column of W or of b that softmax does not see are taken out.
 *
 * @param logits n × K, K ≥ 2, finite
 * @param labels n classes in [0, K)
 * @returns parameters `scale`, W row by row, and `bias`; `complexity` is the effective number where penalised
 * @throws {InputError} without a penalty `one-class`; `incompatible` for a class without rows, logits that separate the
 *   classes, or logits that are the same in every row; always `empty`, `shape-mismatch`, `out-of-range`, `not-finite`
 *
 * Source: Guo, Pleiss, Sun and Weinberger (2017), "On calibration of modern neural networks", ICML, section 4.2.
 */
export function fitMatrixScaling(
  logits: Matrix,
  labels: Int32Array,
  options: MatrixScalingOptions = {},
): CalibrationFit<LinearMap> {
  const { l2 = 0 } = options;
  if (!(l2 >= 0 && l2 < Infinity)) throw new InputError("out-of-range", `l2 must be >= 0, got ${l2}`);
  const rows = checkClassRows(logits, labels, options);
  if (l2 === 0) {
    requireEveryClass(rows, "matrix scaling");
    constantClasses(rows, "matrix scaling");
  }
  const classes = logits.cols;
  const count = parameterCount("matrix", classes);
  const optimum = minimizeLinear(
    {
      shape: "matrix",
      g: rows.logits,
      labels: rows.labels,
      weights: rows.weights,
      penalty: new Float64Array(count).fill(l2),
      target: new Float64Array(count),
    },
    { what: "matrix scaling" },
  );
  return linearMapFit("matrix", "matrix", rows, optimum, {
    complexity: l2 > 0 ? optimum.effectiveParameters() : freeParameters("matrix", classes),
  });
}
