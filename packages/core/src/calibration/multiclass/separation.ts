import { type LinearProblem, linearProbabilities } from "./linear-problem.ts";

/** Products that may be spent on the curvature, and most parameters. */
const AFFORDABLE = 5e7;
const MOST_PARAMETERS = 400;
/** A parameter whose curvature, given those before it, is a smaller share than this depends on them. */
const DEPENDENT = 1e-8;
/** Curvature that one row has where its class has a probability of 1e-5. */
const LEAST_CURVATURE = 1e-5;
/** Far out in a direction that separates classes some probability is below this. */
const NEARLY_ZERO = 1e-8;

/**
 * Whether some direction that changes probabilities where all are equal changes none at the given parameters: the mark of a
 * search that ran towards an optimum at infinity until rounding hid the slope.
 *
 * The Hessian is compared with that at equal probabilities, pivot by pivot; directions that softmax does not see and columns
 * that depend on others are left out. False where there are too many parameters to tell.
 *
 * @param x parameters where the search ended
 */
export function isSeparated(problem: LinearProblem, x: Float64Array): boolean {
  const { shape, g, weights } = problem;
  const { rows, cols } = g;
  const inner = shape === "matrix" ? cols : 1;
  const blocks = (cols * (cols + 1)) / 2;
  if (x.length > MOST_PARAMETERS || rows * blocks * (inner + 1) ** 2 > AFFORDABLE) return false;
  const probabilities = linearProbabilities(problem, x);
  if (probabilities.every((p) => p > NEARLY_ZERO)) return false;
  const reference = hessianOf(problem, new Float64Array(rows * cols).fill(1 / cols));
  const hessian = hessianOf(problem, probabilities);
  const size = x.length;
  let trace = 0;
  for (let j = 0; j < size; j++) trace += reference[j * size + j];
  for (const matrix of [reference, hessian]) fixShifts(problem, matrix, trace / size);
  const least = LEAST_CURVATURE * weights.reduce((low, weight) => Math.min(low, weight), 1);
  return hasFlatPivot(reference, hessian, size, least);
}

/** Second derivatives of the objective where rows have these probabilities, size × size. */
function hessianOf({ shape, g, weights, penalty }: LinearProblem, p: Float64Array): Float64Array {
  const { data, rows, cols } = g;
  const inner = shape === "matrix" ? cols : 1;
  const size = penalty.length;
  const hessian = new Float64Array(size * size);
  const position = (k: number, a: number): number => (a === inner ? cols * inner + k : k * inner + a);
  const featuresOf = new Float64Array(cols * (inner + 1));
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    for (let k = 0; k < cols; k++) {
      for (let a = 0; a < inner; a++) featuresOf[k * (inner + 1) + a] = data[start + (shape === "matrix" ? a : k)];
      featuresOf[k * (inner + 1) + inner] = 1;
    }
    for (let k = 0; k < cols; k++)
      for (let l = 0; l <= k; l++) {
        const own = p[start + k];
        const curve = weights[i] * (k === l ? own * (1 - own) : -own * p[start + l]);
        if (curve === 0) continue;
        for (let a = 0; a <= inner; a++)
          for (let b = 0; b <= inner; b++)
            hessian[position(k, a) * size + position(l, b)] +=
              curve * featuresOf[k * (inner + 1) + a] * featuresOf[l * (inner + 1) + b];
      }
  }
  for (let k = 0; k < cols; k++)
    for (let l = 0; l < k; l++)
      for (let a = 0; a <= inner; a++)
        for (let b = 0; b <= inner; b++)
          hessian[position(l, b) * size + position(k, a)] = hessian[position(k, a) * size + position(l, b)];
  for (let j = 0; j < size; j++) hessian[j * size + j] += 2 * penalty[j];
  return hessian;
}

/** Gives curvature to the shifts that softmax does not see. */
function fixShifts({ shape, g: { cols } }: LinearProblem, hessian: Float64Array, amount: number): void {
  const size = shape === "matrix" ? cols * cols + cols : 2 * cols;
  const fix = (start: number, stride: number): void => {
    for (let k = 0; k < cols; k++)
      for (let l = 0; l < cols; l++) hessian[(start + k * stride) * size + start + l * stride] += amount / cols;
  };
  if (shape === "matrix") for (let j = 0; j < cols; j++) fix(j, cols);
  fix(size - cols, 1);
}

/** Whether a Cholesky pivot of `b` is below `least` of that of `a`; both are written over. */
function hasFlatPivot(a: Float64Array, b: Float64Array, size: number, least: number): boolean {
  for (let j = 0; j < size; j++) {
    const diagonal = a[j * size + j];
    const pivot = reduced(a, j, j, size);
    if (!(pivot > DEPENDENT * diagonal)) {
      for (let i = j; i < size; i++) {
        a[i * size + j] = 0;
        b[i * size + j] = 0;
      }
      continue;
    }
    const other = reduced(b, j, j, size);
    if (!(other > least * pivot)) return true;
    a[j * size + j] = Math.sqrt(pivot);
    b[j * size + j] = Math.sqrt(other);
    for (let i = j + 1; i < size; i++) {
      a[i * size + j] = reduced(a, i, j, size) / a[j * size + j];
      b[i * size + j] = reduced(b, i, j, size) / b[j * size + j];
    }
  }
  return false;
}

function reduced(factor: Float64Array, i: number, j: number, size: number): number {
  let rest = factor[i * size + j];
  for (let l = 0; l < j; l++) rest -= factor[i * size + l] * factor[j * size + l];
  return rest;
}
