import { InputError } from "../errors.ts";
import { cholesky, choleskySolve } from "../linalg/cholesky.ts";

/** Gradient of the mean loss that counts as the optimum. */
const GRADIENT_GOAL = 1e-10;
const MAX_ITERATIONS = 200;
const DECREASE = 1e-4;
/** Differences of the loss below this are rounding. */
const ROUNDING = 1e-14;
/** Rows per call of an inner loop, so that engines compile it between calls. */
const CHUNK = 8192;

/** A logistic regression with a ridge penalty, some of whose coefficients must not be negative. */
export interface NonNegativeProblem {
  /** rows × cols, row-major, finite. */
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  readonly outcomes: Uint8Array;
  readonly weights: Float64Array | undefined;
  /** Added to the mean log loss: ½ Σ penalty·β². Above 0 for all columns but an intercept. */
  readonly penalty: Float64Array;
  /** 1 where the coefficient must be ≥ 0. */
  readonly bounded: Uint8Array;
  /** Where to begin; default all 0. */
  readonly start?: Float64Array;
}

/** The optimum and the proof that it is one. */
export interface NonNegativeFit {
  readonly coefficients: Float64Array;
  /** Mean log loss plus penalty, nats. */
  readonly objective: number;
  /** Largest absolute gradient component among coefficients that are not at their bound, ≤ 1e-10. */
  readonly gradientNorm: number;
  /** Smallest gradient component among coefficients at their bound, ≥ −1e-10: none would gain by leaving it. Null without any. */
  readonly boundGradient: number | null;
  readonly iterations: number;
}

interface Point {
  readonly beta: Float64Array;
  readonly loss: number;
  readonly gradient: Float64Array;
  /** Curvature of each row's loss. */
  readonly curves: Float64Array;
}

function addRows(
  problem: NonNegativeProblem,
  beta: Float64Array,
  start: number,
  sums: Float64Array,
  gradient: Float64Array,
  curves: Float64Array,
): void {
  const { x, rows, cols, outcomes, weights } = problem;
  const end = Math.min(rows, start + CHUNK);
  let loss = 0;
  let mass = 0;
  for (let i = start; i < end; i++) {
    const weight = weights === undefined ? 1 : weights[i];
    const row = i * cols;
    let eta = 0;
    for (let j = 0; j < cols; j++) eta += x[row + j] * beta[j];
    const tail = Math.exp(-Math.abs(eta));
    const margin = outcomes[i] === 1 ? eta : -eta;
    loss += weight * (Math.log1p(tail) + (margin < 0 ? -margin : 0));
    mass += weight;
    const p = eta >= 0 ? 1 / (1 + tail) : tail / (1 + tail);
    const slope = weight * (p - outcomes[i]);
    curves[i] = (weight * tail) / ((1 + tail) * (1 + tail));
    for (let j = 0; j < cols; j++) gradient[j] += slope * x[row + j];
  }
  sums[0] += loss;
  sums[1] += mass;
}

function evaluate(problem: NonNegativeProblem, beta: Float64Array): Point {
  const { rows, cols, penalty } = problem;
  const sums = new Float64Array(2);
  const gradient = new Float64Array(cols);
  const curves = new Float64Array(rows);
  for (let start = 0; start < rows; start += CHUNK) addRows(problem, beta, start, sums, gradient, curves);
  let ridge = 0;
  for (let j = 0; j < cols; j++) {
    gradient[j] = gradient[j] / sums[1] + penalty[j] * beta[j];
    ridge += (penalty[j] * beta[j] * beta[j]) / 2;
  }
  return { beta, loss: sums[0] / sums[1] + ridge, gradient, curves };
}

function addCurvature(
  { x, rows, cols }: NonNegativeProblem,
  curves: Float64Array,
  start: number,
  free: Int32Array,
  hessian: Float64Array,
): void {
  const end = Math.min(rows, start + CHUNK);
  const size = free.length;
  for (let i = start; i < end; i++) {
    const row = i * cols;
    for (let a = 0; a < size; a++) {
      const scaled = curves[i] * x[row + free[a]];
      if (scaled === 0) continue;
      const at = a * size;
      for (let b = 0; b <= a; b++) hessian[at + b] += scaled * x[row + free[b]];
    }
  }
}

/** Newton's direction in the coefficients that are free; those that rest on their bound go there. */
function directionOf(problem: NonNegativeProblem, { beta, gradient, curves }: Point, free: Int32Array): Float64Array {
  const { rows, weights, penalty } = problem;
  const size = free.length;
  const hessian = new Float64Array(size * size);
  for (let start = 0; start < rows; start += CHUNK) addCurvature(problem, curves, start, free, hessian);
  const mass = weights === undefined ? rows : weights.reduce((total, weight) => total + weight, 0);
  for (let k = 0; k < hessian.length; k++) hessian[k] /= mass;
  for (let a = 0; a < size; a++) hessian[a * size + a] += penalty[free[a]];
  const right = Float64Array.from(free, (j) => -gradient[j]);
  const solution = choleskySolve(cholesky(hessian, size), right, size);
  const direction = beta.map((value) => -value);
  free.forEach((j, a) => {
    direction[j] = solution[a];
  });
  return direction;
}

/**
 * The coefficients that minimise mean log loss plus ridge penalty, some of them held at ≥ 0.
 *
 * @param problem a row of every outcome must have weight; columns of about unit size
 * @throws {InputError} `incompatible` where the gradient goal is not reached
 *
 * Source: Bertsekas (1982), "Projected Newton methods for optimization problems with simple constraints", SIAM J. Control
 * Optim. 20. The objective is strictly convex, so that the optimum is the only one.
 * Accuracy: gradient of the mean loss ≤ 1e-10 where free and ≥ −1e-10 where bound.
 */
export function minimizeNonNegative(problem: NonNegativeProblem): NonNegativeFit {
  const { cols, bounded } = problem;
  let point = evaluate(problem, problem.start?.slice() ?? new Float64Array(cols));
  let norm = Infinity;
  for (let iterations = 0; iterations < MAX_ITERATIONS; iterations++) {
    const { beta, gradient } = point;
    norm = 0;
    let least = Infinity;
    for (let j = 0; j < cols; j++)
      if (bounded[j] === 1 && beta[j] === 0) least = Math.min(least, gradient[j]);
      else norm = Math.max(norm, Math.abs(gradient[j]));
    if (norm <= GRADIENT_GOAL && least >= -GRADIENT_GOAL)
      return {
        coefficients: beta,
        objective: point.loss,
        gradientNorm: norm,
        boundGradient: least === Infinity ? null : least,
        iterations,
      };
    const near = Math.min(1e-3, Math.max(norm, -least));
    const free: number[] = [];
    for (let j = 0; j < cols; j++) if (bounded[j] === 0 || beta[j] > near || gradient[j] <= 0) free.push(j);
    const next = stepFrom(problem, point, Int32Array.from(free));
    if (next === undefined) break;
    point = next;
  }
  throw new InputError(
    "incompatible",
    `the stack found no optimum: the largest gradient is ${norm}, above ${GRADIENT_GOAL}; a larger penalty helps`,
  );
}

function stepFrom(problem: NonNegativeProblem, point: Point, free: Int32Array): Point | undefined {
  const { beta, loss, gradient } = point;
  const direction = directionOf(problem, point, free);
  const isFree = new Uint8Array(beta.length);
  for (const j of free) isFree[j] = 1;
  for (let length = 1; length > 1e-12; length /= 2) {
    const moved = beta.map((value, j) => {
      const to = value + length * direction[j];
      return problem.bounded[j] === 1 && to < 0 ? 0 : to;
    });
    let promised = 0;
    for (let j = 0; j < moved.length; j++)
      promised += gradient[j] * (isFree[j] === 1 ? -length * direction[j] : beta[j] - moved[j]);
    const next = evaluate(problem, moved);
    const drop = loss - next.loss;
    if (drop >= DECREASE * promised || (promised <= ROUNDING * 10 && drop >= -ROUNDING)) return next;
  }
  return undefined;
}
