import { InputError } from "../errors.ts";
import { exp } from "../kernels/exp.ts";
import { cholesky, choleskySolve } from "../linalg/cholesky.ts";

/** Gradient norm of the mean loss that counts as the optimum. */
const GRADIENT_GOAL = 1e-10;
/** Largest change of a linear predictor by a last step, so that a flat loss far out is not mistaken for an optimum. */
const STEP_GOAL = 1e-4;
const MAX_ITERATIONS = 200;
/** Losses whose ratio is below this may differ by rounding alone. */
const ROUNDING = 1 + 1e-12;
/** Newton steps up to this long cannot raise the loss, see `minimizeLoss`. */
const SAFE_STEP = 0.5;
/**
 * Rows that one call of an inner loop takes. Engines compile a function between calls; inside a single long loop a first
 * pass would run several times slower.
 */
const CHUNK = 8192;
/** exp of more would overflow in a quotient; what happened then had probability 0 in any case. */
const LARGEST_MARGIN = 700;
/** Above twice so many rows, the start is the optimum for every k-th row. */
const START_ROWS = 20_000;

/** A logistic regression that has been checked. Coefficients inside are those of the columns times their units. */
export interface LogisticProblem {
  readonly x: Float64Array;
  readonly rows: number;
  readonly cols: number;
  /** Powers of two that bring every column into [-1, 1]. */
  readonly units: Float64Array;
  readonly outcomes: Uint8Array;
  readonly weights: Float64Array | undefined;
  readonly offset: Float64Array | undefined;
  readonly totalWeight: number;
  readonly extra?: QuadraticTerm;
}

/**
 * What is added to the mean loss: linear·β + ½ βᵀ·quadratic·β. Targets other than 0 and 1 make a linear term, a penalty
 * makes both. It must leave a finite optimum, which is then not looked for in vain.
 */
export interface QuadraticTerm {
  readonly linear: Float64Array;
  /** cols × cols, symmetric, positive semi-definite. */
  readonly quadratic: Float64Array;
}

/** Gradient and Hessian (lower triangle) of the mean loss at `beta`, with what is added to it. */
export interface LogisticPoint {
  readonly beta: Float64Array;
  /** To 1e-15, absolute. */
  readonly loss: number;
  readonly gradient: Float64Array;
  readonly gradientNorm: number;
  readonly hessian: Float64Array;
}

function predictor(problem: LogisticProblem, beta: Float64Array, row: number): number {
  const { x, cols, units } = problem;
  let value = 0;
  for (let j = 0; j < cols; j++) value += x[row * cols + j] * units[j] * beta[j];
  return value;
}

function extraLoss({ extra, cols }: LogisticProblem, beta: Float64Array): number {
  if (extra === undefined) return 0;
  let total = 0;
  for (let j = 0; j < cols; j++) {
    let slope = 0;
    for (let k = 0; k < cols; k++) slope += extra.quadratic[j * cols + k] * beta[k];
    total += beta[j] * (extra.linear[j] + slope / 2);
  }
  return total;
}

/** Weighted mean loss at beta, with what is added to it. */
export function meanLoss(problem: LogisticProblem, beta: Float64Array): number {
  const sums = new Float64Array(2);
  for (let start = 0; start < problem.rows; start += CHUNK) addLosses(problem, beta, start, sums);
  return (sums[0] + sums[1]) / problem.totalWeight + extraLoss(problem, beta);
}

function addLosses(problem: LogisticProblem, beta: Float64Array, start: number, sums: Float64Array): void {
  const { outcomes, weights, offset } = problem;
  const end = Math.min(problem.rows, start + CHUNK);
  let total = sums[0];
  let lost = sums[1];
  for (let i = start; i < end; i++) {
    const weight = weights === undefined ? 1 : weights[i];
    if (weight === 0) continue;
    const eta = predictor(problem, beta, i) + (offset === undefined ? 0 : offset[i]);
    const margin = outcomes[i] === 1 ? eta : -eta;
    const part = weight * (Math.log1p(Math.exp(-Math.abs(margin))) + (margin < 0 ? -margin : 0));
    const next = total + part;
    lost += total >= part ? total - next + part : part - next + total;
    total = next;
  }
  sums[0] = total;
  sums[1] = lost;
}

/** The point, from sums over rows of weight `totalWeight`. */
function finish(
  problem: LogisticProblem,
  beta: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
  loss: number,
  totalWeight: number,
): LogisticPoint {
  const { extra, cols } = problem;
  let gradientNorm = 0;
  for (let j = 0; j < cols * cols; j++) {
    hessian[j] /= totalWeight;
    if (extra !== undefined) hessian[j] += extra.quadratic[j];
  }
  for (let j = 0; j < cols; j++) {
    gradient[j] /= totalWeight;
    if (extra !== undefined) {
      gradient[j] += extra.linear[j];
      for (let k = 0; k < cols; k++) gradient[j] += extra.quadratic[j * cols + k] * beta[k];
    }
    gradientNorm = Math.max(gradientNorm, Math.abs(gradient[j]));
  }
  return { beta, loss: loss / totalWeight + extraLoss(problem, beta), gradient, gradientNorm, hessian };
}

/** `evaluate` for one or two columns, with every sum in a local variable. */
function evaluatePair(problem: LogisticProblem, beta: Float64Array, stride: number): LogisticPoint {
  const sums = new Float64Array(9);
  for (let start = 0; start < problem.rows; start += CHUNK * stride) addPairs(problem, beta, start, stride, sums);
  const [gradient0, lost0, gradient1, lost1, hessian00, hessian10, hessian11, total, loss] = sums;
  const two = problem.cols === 2;
  const gradient = two ? Float64Array.of(gradient0 + lost0, gradient1 + lost1) : Float64Array.of(gradient0 + lost0);
  const hessian = two ? Float64Array.of(hessian00, 0, hessian10, hessian11) : Float64Array.of(hessian00);
  return finish(problem, beta, gradient, hessian, loss, total);
}

function addPairs(
  { x, rows, cols, units, outcomes, weights, offset }: LogisticProblem,
  beta: Float64Array,
  start: number,
  stride: number,
  sums: Float64Array,
): void {
  const two = cols === 2;
  const unit0 = units[0];
  const unit1 = two ? units[1] : 0;
  const beta0 = beta[0];
  const beta1 = two ? beta[1] : 0;
  const end = Math.min(rows, start + CHUNK * stride);
  // One by one: what is taken out of an array pattern stays boxed in the loop, at twice the time.
  let gradient0 = sums[0];
  let lost0 = sums[1];
  let gradient1 = sums[2];
  let lost1 = sums[3];
  let hessian00 = sums[4];
  let hessian10 = sums[5];
  let hessian11 = sums[6];
  let total = sums[7];
  let loss = sums[8];
  let product = 1;
  for (let i = start; i < end; i += stride) {
    const weight = weights === undefined ? 1 : weights[i];
    if (weight === 0) continue;
    const x0 = x[i * cols] * unit0;
    const x1 = two ? x[i * cols + 1] * unit1 : 0;
    const eta = x0 * beta0 + x1 * beta1 + (offset === undefined ? 0 : offset[i]);
    // Without a branch on the outcome, which no processor can predict: e = exp(-margin), 1/(1 + e) was given to it.
    const sign = 2 * outcomes[i] - 1;
    const tail = exp(-Math.max(-LARGEST_MARGIN, sign * eta));
    const inverse = 1 / (1 + tail);
    const miss = weight * tail * inverse;
    const pull = -sign * miss;
    const curve = miss * inverse;
    if (weights === undefined) {
      product *= inverse;
      if (product < 0.01) {
        loss -= Math.log(product);
        product = 1;
      }
    } else loss -= weight * Math.log(inverse);
    const part0 = pull * x0;
    const next0 = gradient0 + part0;
    const added0 = next0 - gradient0;
    lost0 += gradient0 - (next0 - added0) + (part0 - added0);
    gradient0 = next0;
    const part1 = pull * x1;
    const next1 = gradient1 + part1;
    const added1 = next1 - gradient1;
    lost1 += gradient1 - (next1 - added1) + (part1 - added1);
    gradient1 = next1;
    hessian00 += curve * x0 * x0;
    hessian10 += curve * x0 * x1;
    hessian11 += curve * x1 * x1;
    total += weight;
  }
  sums.set([gradient0, lost0, gradient1, lost1, hessian00, hessian10, hessian11, total, loss - Math.log(product)]);
}

/** Gradient (compensated) and Hessian of the mean loss over every `stride`-th row. */
function evaluate(problem: LogisticProblem, beta: Float64Array, stride: number): LogisticPoint {
  const { rows, cols } = problem;
  if (cols <= 2) return evaluatePair(problem, beta, stride);
  const sums: EvaluationSums = {
    gradient: new Float64Array(cols),
    lost: new Float64Array(cols),
    hessian: new Float64Array(cols * cols),
    row: new Float64Array(cols),
    totals: new Float64Array(2),
  };
  for (let start = 0; start < rows; start += CHUNK * stride) addRows(problem, beta, start, stride, sums);
  const { gradient, lost, hessian, totals } = sums;
  for (let j = 0; j < cols; j++) gradient[j] += lost[j];
  return finish(problem, beta, gradient, hessian, totals[1], totals[0]);
}

interface EvaluationSums {
  readonly gradient: Float64Array;
  /** What rounding took from `gradient`. */
  readonly lost: Float64Array;
  readonly hessian: Float64Array;
  /** Room for the row in use. */
  readonly row: Float64Array;
  /** Weight and loss. */
  readonly totals: Float64Array;
}

function addRows(
  { x, rows, cols, units, outcomes, weights, offset }: LogisticProblem,
  beta: Float64Array,
  start: number,
  stride: number,
  { gradient, lost, hessian, row, totals }: EvaluationSums,
): void {
  const end = Math.min(rows, start + CHUNK * stride);
  let total = totals[0];
  let loss = totals[1];
  for (let i = start; i < end; i += stride) {
    const weight = weights === undefined ? 1 : weights[i];
    if (weight === 0) continue;
    let eta = offset === undefined ? 0 : offset[i];
    for (let j = 0; j < cols; j++) {
      row[j] = x[i * cols + j] * units[j];
      eta += row[j] * beta[j];
    }
    const sign = 2 * outcomes[i] - 1;
    const tail = exp(-Math.max(-LARGEST_MARGIN, sign * eta));
    const inverse = 1 / (1 + tail);
    const miss = weight * tail * inverse;
    const pull = -sign * miss;
    const curve = miss * inverse;
    loss -= weight * Math.log(inverse);
    for (let j = 0; j < cols; j++) {
      const value = row[j];
      const part = pull * value;
      const next = gradient[j] + part;
      const added = next - gradient[j];
      lost[j] += gradient[j] - (next - added) + (part - added);
      gradient[j] = next;
      const scaled = curve * value;
      for (let k = 0; k <= j; k++) hessian[j * cols + k] += scaled * row[k];
    }
    total += weight;
  }
  totals[0] = total;
  totals[1] = loss;
}

/** Σ factor·x·xᵀ in units: factor is the weight without `beta`, and weight²·(p - y)² at `beta`. */
export function moments(problem: LogisticProblem, beta?: Float64Array): Float64Array {
  const { x, rows, cols, units, outcomes, weights, offset } = problem;
  const result = new Float64Array(cols * cols);
  const row = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    let factor = weights === undefined ? 1 : weights[i];
    if (factor === 0) continue;
    let eta = offset === undefined ? 0 : offset[i];
    for (let j = 0; j < cols; j++) {
      row[j] = x[i * cols + j] * units[j];
      if (beta !== undefined) eta += row[j] * beta[j];
    }
    if (beta !== undefined) factor = (factor / (1 + Math.exp(outcomes[i] === 1 ? eta : -eta))) ** 2;
    for (let j = 0; j < cols; j++) for (let k = 0; k <= j; k++) result[j * cols + k] += factor * row[j] * row[k];
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
function refuseSeparation(problem: LogisticProblem, direction: Float64Array): void {
  const { rows, outcomes, weights } = problem;
  if (problem.extra !== undefined) return;
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
  const what =
    separated[0] && separated[1]
      ? "outcomes 0 and 1 are separated"
      : `outcome ${separated[1] ? 1 : 0} is separated from the rest`;
  throw new InputError(
    "incompatible",
    `the logistic fit has no finite optimum: ${what} by the scores, so larger coefficients always fit better`,
  );
}

/**
 * A quarter of the mean second moments, the largest Hessian there can be (Böhning and Lindsay 1988).
 *
 * @throws {InputError} `incompatible` for dependent columns
 */
function curvatureBound(problem: LogisticProblem): Float64Array {
  const { cols, totalWeight } = problem;
  const { extra } = problem;
  const bound = moments(problem).map((value, j) => value / (4 * totalWeight) + (extra?.quadratic[j] ?? 0));
  if (!isIndependent(bound, cols))
    throw new InputError("incompatible", "the columns of the features are linearly dependent over the rows in use");
  return bound;
}

function isIndependent(secondMoments: Float64Array, cols: number): boolean {
  const factor = tryFactor(secondMoments, cols);
  if (factor === undefined) return false;
  for (let j = 0; j < cols; j++) {
    const at = j * cols + j;
    if (!(factor[at] ** 2 > 1e-12 * secondMoments[at])) return false;
  }
  return true;
}

/** Whether the columns are independent over every k-th row already, so that they are over all. */
function isIndependentOnStride(problem: LogisticProblem): boolean {
  const stride = Math.floor(problem.rows / START_ROWS);
  if (stride < 2) return false;
  const { x, cols, weights } = problem;
  const rows = Math.floor(problem.rows / stride);
  const some = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) some.set(x.subarray(i * stride * cols, (i * stride + 1) * cols), i * cols);
  const part = { ...problem, x: some, rows, offset: undefined };
  const used = weights === undefined ? part : { ...part, weights: weights.filter((_, i) => i % stride === 0) };
  return isIndependent(moments(used), cols);
}

function startingPoint(problem: LogisticProblem): LogisticPoint {
  const stride = Math.floor(problem.rows / START_ROWS);
  let point = evaluate(problem, new Float64Array(problem.cols), Math.max(1, stride));
  if (stride < 2) return point;
  for (let iteration = 0; iteration < 6; iteration++) {
    const factor = tryFactor(point.hessian, problem.cols);
    if (factor === undefined) break;
    const step = choleskySolve(factor, point.gradient, problem.cols);
    const next = evaluate(
      problem,
      point.beta.map((value, j) => value - step[j]),
      stride,
    );
    if (!(next.gradientNorm < point.gradientNorm)) break;
    point = next;
    if (point.gradientNorm < 1e-6) break;
  }
  return evaluate(problem, point.beta, 1);
}

/**
 * The optimum of a checked problem, and the steps it took: Newton's method, damped towards the largest possible curvature
 * where a plain step does not lower the loss. In units every |x| ≤ 1, so a short step moves no linear predictor by more
 * than its own length; the curvature then grows by a factor of at most e^½ < 2 and a plain step must lower the loss (Bach
 * 2010, Electronic Journal of Statistics 4): only longer steps need the losses compared.
 *
 * @throws {InputError} `incompatible` for dependent columns, and where the features separate an outcome
 */
export function minimizeLoss(problem: LogisticProblem): { point: LogisticPoint; iterations: number } {
  const { cols } = problem;
  let bound = isIndependentOnStride(problem) ? undefined : curvatureBound(problem);
  let point = startingPoint(problem);
  let damping = 0;
  for (let iterations = 1; iterations <= MAX_ITERATIONS; iterations++) {
    const plain = tryFactor(point.hessian, cols);
    if (plain !== undefined && point.gradientNorm <= GRADIENT_GOAL) damping = 0;
    let factor = plain;
    if (damping !== 0) {
      const largest = bound ?? curvatureBound(problem);
      bound = largest;
      factor = tryFactor(
        point.hessian.map((value, j) => value + damping * largest[j]),
        cols,
      );
    }
    if (factor === undefined) {
      if (point.gradientNorm <= GRADIENT_GOAL) refuseSeparation(problem, point.beta);
      damping = Math.max(1e-6, damping * 10);
      continue;
    }
    const step = choleskySolve(factor, point.gradient, cols).map((value) => -value);
    const change = step.reduce((total, value) => total + Math.abs(value), 0);
    if (point.gradientNorm <= GRADIENT_GOAL && damping === 0 && change > STEP_GOAL) refuseSeparation(problem, step);

    const next = evaluate(
      problem,
      point.beta.map((value, j) => value + step[j]),
      1,
    );
    const near = damping === 0 && change <= STEP_GOAL;
    if (near && point.gradientNorm <= GRADIENT_GOAL)
      return { point: next.gradientNorm < point.gradientNorm ? next : point, iterations };
    const isSafe = damping === 0 && change <= SAFE_STEP;
    if (near || isSafe || isLower(problem, point, next, step)) {
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

/** Whether the loss fell: certain, since it is convex, where it still falls along the step; else by computing it. */
function isLower(problem: LogisticProblem, from: LogisticPoint, to: LogisticPoint, step: Float64Array): boolean {
  if (to.gradient.reduce((total, value, j) => total + value * step[j], 0) < 0) return true;
  const [before, after] = [meanLoss(problem, from.beta), meanLoss(problem, to.beta)];
  return after < before || (to.gradientNorm < from.gradientNorm && after <= before * ROUNDING);
}
