import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import type { LinearMap } from "../multiclass-map.ts";
import { checkClassRows, requireEveryClass } from "./class-rows.ts";
import { minimizeLinear, zeroScaleParameters } from "./linear-fit.ts";
import { linearMapFit } from "./linear-map-fit.ts";
import { preparedLogits } from "./prepare-logits.ts";

/** Choices of `fitDirichlet`. */
export interface DirichletOptions extends FitOptions {
  /** `l2`: all entries of W are drawn to 0; `odir`: those off the diagonal. Default `odir`. */
  readonly penalty?: "l2" | "odir";
  /** Weight of the squared entries of W, > 0. Default 1e-3. */
  readonly lambda?: number;
  /** Weight of the squared biases, ≥ 0. Default: `lambda`. */
  readonly mu?: number;
}

const PREPARE = { beta: 1, mix: 0 } as const;

/**
 * Dirichlet calibration: softmax(W·ln p + b) with p = softmax(z), at the minimum of the mean log loss plus
 * lambda · ‖W‖² (`l2`) or lambda · ‖offdiag W‖² (`odir`), plus mu · ‖b‖².
 *
 * @param logits n × K, K ≥ 2, finite
 * @param labels n classes in [0, K)
 * @returns parameters `scale`, W row by row, and `bias`; `complexity` is the effective number of parameters, approximately
 * @throws {InputError} `incompatible` where the parts without penalty (the diagonal under `odir`, the biases where mu = 0)
 *   have no finite optimum: logits that separate the classes, a class without rows; `one-class`, `empty`,
 *   `shape-mismatch`, `out-of-range`, `not-finite`, `unknown-option`
 *
 * Source: Kull, Perelló-Nieto, Kängsepp, Silva Filho, Song and Flach (2019), "Beyond temperature scaling", NeurIPS,
 * section 3; sums of squares, not means, as in the authors' package dirichletcal.
 */
export function fitDirichlet(
  logits: Matrix,
  labels: Int32Array,
  options: DirichletOptions = {},
): CalibrationFit<LinearMap> {
  const { penalty = "odir", lambda = 1e-3, mu = lambda } = options;
  if (penalty !== "l2" && penalty !== "odir")
    throw new InputError("unknown-option", `penalty must be "l2" or "odir", got ${JSON.stringify(penalty)}`);
  if (!(lambda > 0 && lambda < Infinity)) throw new InputError("out-of-range", `lambda must be > 0, got ${lambda}`);
  if (!(mu >= 0 && mu < Infinity)) throw new InputError("out-of-range", `mu must be >= 0, got ${mu}`);
  const rows = checkClassRows(logits, labels, options);
  if (mu === 0) requireEveryClass(rows, "Dirichlet calibration without a penalty on the biases");
  const classes = logits.cols;
  const penalties = new Float64Array(classes * classes + classes).fill(lambda);
  if (penalty === "odir") for (let k = 0; k < classes; k++) penalties[k * classes + k] = 0;
  penalties.fill(mu, classes * classes);
  const optimum = minimizeLinear(
    {
      shape: "matrix",
      g: preparedLogits(rows.logits, PREPARE),
      labels: rows.labels,
      weights: rows.weights,
      penalty: penalties,
      target: zeroScaleParameters("matrix", classes),
    },
    { what: "Dirichlet calibration" },
  );
  return linearMapFit(`dirichlet-${penalty}`, "matrix", rows, optimum, {
    complexity: optimum.effectiveParameters(),
    prepare: PREPARE,
  });
}
