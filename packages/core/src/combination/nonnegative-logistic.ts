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
  readonly loss: number;
  readonly gradient: Float64Array;
  /** Lower triangle. */
  readonly hessian: Float64Array;
}

/** What the loops of one fit write to: allocated once. */
interface Workspace {
  readonly sums: Float64Array;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
}

function addChunk(
  problem: NonNegativeProblem,
  beta: Float64Array,
  start: number,
  work: Workspace,
  full: boolean,
): void {
  const { x, rows, cols, outcomes, weights } = problem;
  const { sums, gradient, hessian } = work;
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
    if (!full) continue;
    const p = eta >= 0 ? 1 / (1 + tail) : tail / (1 + tail);
    const slope = weight * (p - outcomes[i]);
    const curve = (weight * tail) / ((1 + tail) * (1 + tail));
    for (let j = 0; j < cols; j++) {
      const value = x[row + j];
      if (value === 0) continue;
      gradient[j] += slope * value;
      const scaled = curve * value;
      const at = j * cols;
      for (let k = 0; k <= j; k++) hessian[at + k] += scaled * x[row + k];
    }
  }
  sums[0] += loss;
  sums[1] += mass;
}

function penaltyOf({ penalty }: NonNegativeProblem, beta: Float64Array): number {
  let total = 0;
  for (let j = 0; j < beta.length; j++) total += (penalty[j] * beta[j] * beta[j]) / 2;
  return total;
}

function lossAt(problem: NonNegativeProblem, beta: Float64Array, work: Workspace): number {
  work.sums.fill(0);
  for (let start = 0; start < problem.rows; start += CHUNK) addChunk(problem, beta, start, work, false);
  return work.sums[0] / work.sums[1] + penaltyOf(problem, beta);
}

function evaluate(problem: NonNegativeProblem, beta: Float64Array, work: Workspace): Point {
  const { cols, penalty } = problem;
  work.sums.fill(0);
  work.gradient.fill(0);
  work.hessian.fill(0);
  for (let start = 0; start < problem.rows; start += CHUNK) addChunk(problem, beta, start, work, true);
  const mass = work.sums[1];
  const gradient = work.gradient.map((value, j) => value / mass + penalty[j] * beta[j]);
  const hessian = work.hessian.map((value) => value / mass);
  for (let j = 0; j < cols; j++) hessian[j * cols + j] += penalty[j];
  return { loss: work.sums[0] / mass + penaltyOf(problem, beta), gradient, hessian };
}

/** Newton's direction in the coefficients that are free, a scaled gradient step in those that rest on their bound. */
function directionOf({ cols }: NonNegativeProblem, { gradient, hessian }: Point, resting: Uint8Array): Float64Array {
  const free: number[] = [];
  for (let j = 0; j < cols; j++) if (resting[j] === 0) free.push(j);
  const direction = gradient.map((value, j) => -value / hessian[j * cols + j]);
  if (free.length === 0) return direction;
  const part = new Float64Array(free.length * free.length);
  free.forEach((j, a) => {
    free.forEach((k, b) => {
      part[a * free.length + b] = hessian[Math.max(j, k) * cols + Math.min(j, k)];
    });
  });
  const right = Float64Array.from(free, (j) => -gradient[j]);
  const solution = choleskySolve(cholesky(part, free.length), right, free.length);
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
  const work = {
    sums: new Float64Array(2),
    gradient: new Float64Array(cols),
    hessian: new Float64Array(cols * cols),
  };
  let beta: Float64Array = problem.start?.slice() ?? new Float64Array(cols);
  let norm = Infinity;
  for (let iterations = 0; iterations < MAX_ITERATIONS; iterations++) {
    const point = evaluate(problem, beta, work);
    const { gradient } = point;
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
    const resting = new Uint8Array(cols);
    for (let j = 0; j < cols; j++) if (bounded[j] === 1 && beta[j] <= near && gradient[j] > 0) resting[j] = 1;
    const next = stepFrom(problem, beta, point, directionOf(problem, point, resting), resting, work);
    if (next === undefined) break;
    beta = next;
  }
  throw new InputError(
    "incompatible",
    `the stack found no optimum: the largest gradient is ${norm}, above ${GRADIENT_GOAL}; a larger penalty helps`,
  );
}

function stepFrom(
  problem: NonNegativeProblem,
  beta: Float64Array,
  { loss, gradient }: Point,
  direction: Float64Array,
  resting: Uint8Array,
  work: Workspace,
): Float64Array | undefined {
  for (let length = 1; length > 1e-12; length /= 2) {
    const next = beta.map((value, j) => {
      const moved = value + length * direction[j];
      return problem.bounded[j] === 1 && moved < 0 ? 0 : moved;
    });
    let promised = 0;
    for (let j = 0; j < next.length; j++)
      promised += gradient[j] * (resting[j] === 1 ? beta[j] - next[j] : -length * direction[j]);
    const drop = loss - lossAt(problem, next, work);
    if (drop >= DECREASE * promised || (promised <= ROUNDING * 10 && drop >= -ROUNDING)) return next;
  }
  return undefined;
}
