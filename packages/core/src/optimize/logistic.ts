import { InputError } from "../errors.ts";
import { cholesky, choleskyInverse, choleskySolve } from "../linalg/cholesky.ts";
import type { Matrix } from "../matrix.ts";

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
  /** Largest absolute component of the gradient of `logLoss`, each column first divided by its largest absolute value. */
  readonly gradientNorm: number;
  readonly iterations: number;
}

/** Gradient norm of the mean loss that counts as the optimum. */
const GRADIENT_GOAL = 1e-10;
/** Largest change of a linear predictor by a last step, so that a flat loss far out is not mistaken for an optimum. */
const STEP_GOAL = 1e-4;
const MAX_ITERATIONS = 200;
/** Losses whose ratio is below this may differ by rounding alone. */
const ROUNDING = 1 + 1e-12;

interface Problem {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly outcomes: Uint8Array;
  readonly weights: Float64Array | undefined;
  readonly offset: Float64Array | undefined;
  readonly totalWeight: number;
}

interface Point {
  readonly beta: Float64Array;
  readonly loss: number;
  readonly gradient: Float64Array;
  readonly gradientNorm: number;
  readonly hessian: Float64Array;
}

function predictor(problem: Problem, beta: Float64Array, row: number): number {
  const { x, cols } = problem;
  let value = 0;
  for (let j = 0; j < cols; j++) value += x[row * cols + j] * beta[j];
  return value;
}

/** Mean loss with gradient and Hessian (lower triangle) at beta, in one pass. */
function evaluate(problem: Problem, beta: Float64Array): Point {
  const { x, rows, cols, outcomes, weights, offset, totalWeight } = problem;
  const gradient = new Float64Array(cols);
  const lost = new Float64Array(cols);
  const hessian = new Float64Array(cols * cols);
  let loss = 0;
  for (let i = 0; i < rows; i++) {
    const weight = weights === undefined ? 1 : weights[i];
    if (weight === 0) continue;
    const eta = predictor(problem, beta, i) + (offset === undefined ? 0 : offset[i]);
    const tail = Math.exp(-Math.abs(eta));
    const inverse = 1 / (1 + tail);
    const agrees = (outcomes[i] === 1) === eta > 0;
    loss += weight * (Math.log1p(tail) + (agrees ? 0 : Math.abs(eta)));
    const miss = agrees ? tail * inverse : inverse;
    const pull = outcomes[i] === 1 ? -weight * miss : weight * miss;
    const curve = weight * tail * inverse * inverse;
    for (let j = 0; j < cols; j++) {
      const feature = x[i * cols + j];
      const part = pull * feature;
      const next = gradient[j] + part;
      const added = next - gradient[j];
      lost[j] += gradient[j] - (next - added) + (part - added);
      gradient[j] = next;
      const scaled = curve * feature;
      for (let k = 0; k <= j; k++) hessian[j * cols + k] += scaled * x[i * cols + k];
    }
  }
  let gradientNorm = 0;
  for (let j = 0; j < cols; j++) {
    gradient[j] = (gradient[j] + lost[j]) / totalWeight;
    gradientNorm = Math.max(gradientNorm, Math.abs(gradient[j]));
  }
  for (let j = 0; j < hessian.length; j++) hessian[j] /= totalWeight;
  return { beta, loss: loss / totalWeight, gradient, gradientNorm, hessian };
}

/** Weighted second moments of the features and of weight² · residual² · features: bread's upper bound, and the meat. */
function moments(problem: Problem, beta: Float64Array | undefined): Float64Array {
  const { x, rows, cols, outcomes, weights, offset } = problem;
  const result = new Float64Array(cols * cols);
  for (let i = 0; i < rows; i++) {
    const weight = weights === undefined ? 1 : weights[i];
    let factor = weight;
    if (beta !== undefined) {
      const eta = predictor(problem, beta, i) + (offset === undefined ? 0 : offset[i]);
      const miss = 1 / (1 + Math.exp(outcomes[i] === 1 ? eta : -eta));
      factor = weight * weight * miss * miss;
    }
    for (let j = 0; j < cols; j++)
      for (let k = 0; k <= j; k++) result[j * cols + k] += factor * x[i * cols + j] * x[i * cols + k];
  }
  for (let j = 0; j < cols; j++) for (let k = 0; k < j; k++) result[k * cols + j] = result[j * cols + k];
  return result;
}

function tryFactor(a: Float64Array, n: number): Float64Array | undefined {
  try {
    return cholesky(a, n);
  } catch (error) {
    if (InputError.is(error)) return undefined;
    throw error;
  }
}

/** Throws where the direction never lowers, and somewhere raises, the log odds of what happened: no optimum is finite. */
function refuseSeparation(problem: Problem, direction: Float64Array): void {
  const { rows, outcomes, weights } = problem;
  let most = 0;
  let least = 0;
  const separated = [false, false];
  for (let pass = 0; pass < 2; pass++)
    for (let i = 0; i < rows; i++) {
      if (weights !== undefined && weights[i] === 0) continue;
      const gain = (outcomes[i] === 1 ? 1 : -1) * predictor(problem, direction, i);
      if (pass === 1) {
        if (gain > 1e-3 * most) separated[outcomes[i]] = true;
      } else {
        most = Math.max(most, gain);
        least = Math.min(least, gain);
      }
    }
  if (most === 0 || least < -1e-6 * most) return;
  const which = separated[0] && separated[1] ? "0 and 1 are" : separated[1] ? "1 is" : "0 is";
  throw new InputError(
    "incompatible",
    `the logistic fit has no finite optimum: outcome ${which} separated from the rest by the features`,
  );
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

/** The problem with every column divided by its largest absolute value, and those values. */
function scaledProblem(features: Matrix, outcomes: Uint8Array, options: LogisticOptions): [Problem, Float64Array] {
  const { data, rows, cols } = features;
  const { weights, offset } = options;
  const scales = new Float64Array(cols);
  let totalWeight = 0;
  for (let i = 0; i < rows; i++) {
    const weight = weights === undefined ? 1 : weights[i];
    totalWeight += weight;
    if (weight > 0) for (let j = 0; j < cols; j++) scales[j] = Math.max(scales[j], Math.abs(data[i * cols + j]));
  }
  if (!(totalWeight > 0 && totalWeight < Infinity))
    throw new InputError("out-of-range", `the weights must sum to a finite number > 0, got ${totalWeight}`);
  const x = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) x[i] = data[i] / (scales[i % cols] || 1);
  return [{ x, rows, cols, outcomes, weights, offset, totalWeight }, scales];
}

/** Newton's method, damped towards the curvature bound XᵀWX/4 (Böhning and Lindsay 1988) where a plain step fails. */
function newton(problem: Problem): { point: Point; iterations: number } {
  const { rows, cols, totalWeight } = problem;
  const bound = moments(problem, undefined).map((value) => value / (4 * totalWeight));
  const boundFactor = tryFactor(bound, cols);
  const spread = boundFactor === undefined ? 0 : smallestPivotShare(boundFactor, bound, cols);
  if (!(spread > 1e-12))
    throw new InputError(
      "incompatible",
      "the columns of the features are linearly dependent over the rows of weight > 0",
    );

  let point = evaluate(problem, new Float64Array(cols));
  let damping = 0;
  for (let iterations = 1; iterations <= MAX_ITERATIONS; iterations++) {
    const plain = tryFactor(point.hessian, cols);
    if (plain !== undefined && point.gradientNorm <= GRADIENT_GOAL) damping = 0;
    const factor =
      damping === 0
        ? plain
        : tryFactor(
            point.hessian.map((value, j) => value + damping * bound[j]),
            cols,
          );
    if (factor === undefined) {
      if (point.gradientNorm <= GRADIENT_GOAL) refuseSeparation(problem, point.beta);
      damping = Math.max(1e-6, damping * 10);
      continue;
    }
    const step = choleskySolve(factor, point.gradient, cols).map((value) => -value);
    let change = 0;
    for (let i = 0; i < rows; i++) change = Math.max(change, Math.abs(predictor(problem, step, i)));
    if (point.gradientNorm <= GRADIENT_GOAL && damping === 0 && change > STEP_GOAL) refuseSeparation(problem, step);

    const next = evaluate(
      problem,
      point.beta.map((value, j) => value + step[j]),
    );
    const near = damping === 0 && change <= STEP_GOAL;
    if (near && point.gradientNorm <= GRADIENT_GOAL)
      return { point: next.gradientNorm < point.gradientNorm ? next : point, iterations };
    const better =
      next.loss < point.loss || (next.gradientNorm < point.gradientNorm && next.loss <= point.loss * ROUNDING);
    if (near || better) {
      point = next;
      damping = damping > 1e-6 ? damping / 10 : 0;
    } else damping = Math.max(1e-3, damping * 10);
  }
  refuseSeparation(problem, point.beta);
  throw new InputError(
    "incompatible",
    `the logistic fit did not converge in ${MAX_ITERATIONS} steps: the gradient is still ${point.gradientNorm}`,
  );
}

/** Smallest squared pivot of a factor, as a share of its diagonal element: 0 for dependent columns, 1 for orthogonal ones. */
function smallestPivotShare(l: Float64Array, a: Float64Array, n: number): number {
  let share = 1;
  for (let j = 0; j < n; j++) share = Math.min(share, l[j * n + j] ** 2 / a[j * n + j]);
  return share;
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
  const [problem, scales] = scaledProblem(features, outcomes, options);
  const { cols, totalWeight } = problem;
  const { point, iterations } = newton(problem);
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
      const scale = scales[j] * scales[k];
      covariance[j * cols + k] = inverse[j * cols + k] / scale;
      covariance[k * cols + j] = covariance[j * cols + k];
      sandwich[j * cols + k] = value / scale;
      sandwich[k * cols + j] = sandwich[j * cols + k];
    }
  return {
    coefficients: point.beta.map((value, j) => value / scales[j]),
    covariance,
    sandwich,
    logLoss: point.loss,
    gradientNorm: point.gradientNorm,
    iterations,
  };
}
