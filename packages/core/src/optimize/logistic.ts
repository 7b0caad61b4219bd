import { InputError } from "../errors.ts";
import { cholesky, choleskyInverse } from "../linalg/cholesky.ts";
import type { Matrix } from "../matrix.ts";
import { type LogisticProblem, meanLoss, minimizeLoss, moments } from "./logistic-newton.ts";

/** Choices of `fitLogistic`. */
export interface LogisticOptions {
  /** One weight per row, ≥ 0, not all zero. Default: all 1. */
  readonly weights?: Float64Array;
  /** One known summand of the linear predictor per row, finite. Default: all 0. */
  readonly offset?: Float64Array;
}

/** A fitted logistic regression, P(outcome = 1) = 1/(1 + exp(-(offset + features · coefficients))), and its certificate. */
export interface LogisticFit {
  /** One per column. */
  readonly coefficients: Float64Array;
  /** cols × cols: inverse Hessian of the summed loss Σ w·loss. The variance of the coefficients if the model is true and weights are counts. */
  readonly covariance: Float64Array;
  /** cols × cols: H⁻¹ (Σ w²·(p - y)²·x·xᵀ) H⁻¹, valid for a wrong model and any weights (White 1982); no small-sample factor. */
  readonly sandwich: Float64Array;
  /** Weighted mean negative log likelihood at the optimum, nats. */
  readonly logLoss: number;
  /** Largest absolute component of the gradient of `logLoss`, each column first brought into [-1, 1] by a power of two. */
  readonly gradientNorm: number;
  readonly iterations: number;
}

function checkProblem(features: Matrix, outcomes: Uint8Array, options: LogisticOptions): void {
  const { data, rows, cols } = features;
  const { weights, offset } = options;
  if (rows === 0 || cols === 0)
    throw new InputError("empty", `fitLogistic needs rows and columns, got ${rows} × ${cols}`);
  for (const [what, values] of [
    ["outcomes", outcomes],
    ["weights", weights],
    ["offsets", offset],
  ] as const)
    if (values !== undefined && values.length !== rows)
      throw new InputError("shape-mismatch", `features have ${rows} rows but there are ${values.length} ${what}`);
  for (let i = 0; i < data.length; i++)
    if (!Number.isFinite(data[i])) {
      const row = Math.floor(i / cols);
      throw new InputError("not-finite", `feature ${data[i]} at row ${row}, column ${i % cols} is not finite`, row);
    }
  for (let i = 0; i < rows; i++) {
    if (outcomes[i] > 1) throw new InputError("out-of-range", `outcome ${outcomes[i]} at row ${i} is not 0 or 1`, i);
    if (weights !== undefined && !(weights[i] >= 0 && weights[i] < Infinity))
      throw new InputError("out-of-range", `weight ${weights[i]} at row ${i} is not finite and >= 0`, i);
    if (offset !== undefined && !Number.isFinite(offset[i]))
      throw new InputError("not-finite", `offset ${offset[i]} at row ${i} is not finite`, i);
  }
}

/**
 * A problem for `minimizeLoss` from rows that have been checked: with a power of two for each column that brings it into
 * [-1, 1].
 *
 * @throws {InputError} `out-of-range` where the weights do not sum to a finite number > 0
 */
export function scaledProblem(features: Matrix, outcomes: Uint8Array, options: LogisticOptions): LogisticProblem {
  const { data: x, rows, cols } = features;
  const { weights, offset } = options;
  const largest = new Float64Array(cols);
  let totalWeight = 0;
  for (let i = 0; i < rows; i++) {
    const weight = weights === undefined ? 1 : weights[i];
    totalWeight += weight;
    if (weight > 0) for (let j = 0; j < cols; j++) largest[j] = Math.max(largest[j], Math.abs(x[i * cols + j]));
  }
  if (!(totalWeight > 0 && totalWeight < Infinity))
    throw new InputError("out-of-range", `the weights must sum to a finite number > 0, got ${totalWeight}`);
  const units = largest.map((size) => 2 ** -Math.ceil(Math.log2(Math.max(size, 1e-290))));
  return { x, rows, cols, units, outcomes, weights, offset, totalWeight };
}

/**
 * Maximum likelihood logistic regression of 0/1 outcomes.
 *
 * @param features rows × cols, finite; no intercept is added, give a column of ones for one
 * @param outcomes one per row, 0 or 1
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`; `incompatible` where the features
 * separate an outcome (the optimum is at infinity) or the columns are linearly dependent
 *
 * Source: McCullagh and Nelder (1989), "Generalized linear models", section 4.4; sandwich: White (1982), Econometrica 50.
 * Accuracy: deterministic; Newton steps in float64 until the gradient of the mean loss is at most 1e-10, then one more.
 */
export function fitLogistic(features: Matrix, outcomes: Uint8Array, options: LogisticOptions = {}): LogisticFit {
  checkProblem(features, outcomes, options);
  const problem = scaledProblem(features, outcomes, options);
  const fit = optimum(problem);
  const logLoss = meanLoss(
    problem,
    fit.coefficients.map((value, j) => value / problem.units[j]),
  );
  return { ...fit, logLoss };
}

/**
 * `fitLogistic` of rows that have been checked, without its loss: a pass less over the rows.
 *
 * @throws {InputError} `incompatible`
 */
export function fitCheckedLogistic(
  features: Matrix,
  outcomes: Uint8Array,
  options: LogisticOptions = {},
): Omit<LogisticFit, "logLoss"> {
  return optimum(scaledProblem(features, outcomes, options));
}

function optimum(problem: LogisticProblem): Omit<LogisticFit, "logLoss"> {
  const { cols, units, totalWeight } = problem;
  const { point, iterations } = minimizeLoss(problem);
  const inverse = choleskyInverse(
    cholesky(
      point.hessian.map((value) => value * totalWeight),
      cols,
    ),
    cols,
  );
  const meat = moments(problem, point.beta);
  const covariance = new Float64Array(cols * cols);
  const sandwich = new Float64Array(cols * cols);
  for (let j = 0; j < cols; j++)
    for (let k = 0; k <= j; k++) {
      let value = 0;
      for (let a = 0; a < cols; a++)
        for (let b = 0; b < cols; b++) value += inverse[j * cols + a] * meat[a * cols + b] * inverse[b * cols + k];
      covariance[j * cols + k] = inverse[j * cols + k] * units[j] * units[k];
      covariance[k * cols + j] = covariance[j * cols + k];
      sandwich[j * cols + k] = value * units[j] * units[k];
      sandwich[k * cols + j] = sandwich[j * cols + k];
    }
  return {
    coefficients: point.beta.map((value, j) => value * units[j]),
    covariance,
    sandwich,
    gradientNorm: point.gradientNorm,
    iterations,
  };
}
