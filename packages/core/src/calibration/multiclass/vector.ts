import type { Matrix } from "../../matrix.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import type { LinearMap } from "../multiclass-map.ts";
import { checkClassRows, requireEveryClass } from "./class-rows.ts";
import { constantClasses } from "./constant-classes.ts";
import { minimizeLinear } from "./linear-fit.ts";
import { freeParameters, linearMapFit } from "./linear-map-fit.ts";

/**
 * Vector scaling: softmax(w ∘ z + b), a scale and a bias per class that minimise the mean log loss. The biases sum to 0.
 *
 * A class whose logit never changes keeps the scale 1.
 *
 * @param logits n × K, K ≥ 2, finite
 * @param labels n classes in [0, K)
 * @returns parameters `scale` and `bias`, K values each
 * @throws {InputError} `one-class`; `incompatible` for a class without rows, logits that separate the classes, or logits
 *   that are the same in every row; `empty`, `shape-mismatch`, `out-of-range`, `not-finite`
 *
 * Source: Guo, Pleiss, Sun and Weinberger (2017), "On calibration of modern neural networks", ICML, section 4.2.
 */
export function fitVectorScaling(
  logits: Matrix,
  labels: Int32Array,
  options: FitOptions = {},
): CalibrationFit<LinearMap> {
  const rows = checkClassRows(logits, labels, options);
  requireEveryClass(rows, "vector scaling");
  const classes = logits.cols;
  const constant = constantClasses(rows, "vector scaling");
  const penalty = new Float64Array(2 * classes);
  for (const k of constant) penalty[k] = 1;
  const optimum = minimizeLinear(
    {
      shape: "vector",
      g: rows.logits,
      labels: rows.labels,
      weights: rows.weights,
      penalty,
      target: new Float64Array(2 * classes),
    },
    { what: "vector scaling" },
  );
  return linearMapFit("vector", "vector", rows, optimum, {
    complexity: freeParameters("vector", classes) - constant.length,
    notes: constant.map((k) => `Class ${k} keeps the scale 1, because its logit is the same in every row.`),
  });
}
