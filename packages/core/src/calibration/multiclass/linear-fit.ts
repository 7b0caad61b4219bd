import { InputError } from "../../errors.ts";
import { type LbfgsResult, minimizeLbfgs } from "../../optimize/lbfgs.ts";
import type { FitCertificate } from "../fit.ts";
import type { LinearMap } from "../multiclass-map.ts";
import { type LinearPreconditioner, linearPreconditioner, removeShifts } from "./linear-preconditioner.ts";
import { type LinearProblem, type LinearShape, linearChange, linearObjective } from "./linear-problem.ts";
import { isSeparated } from "./separation.ts";

/** How `minimizeLinear` goes about it. */
export interface LinearSolverOptions {
  /** For messages. */
  readonly what: string;
  /** Parameters to start from. Default: zeros. */
  readonly start?: Float64Array;
  /** Largest absolute gradient component. Default 1e-10. */
  readonly tolerance?: number;
  /** That of a similar problem, which saves making one. Default: that of this problem at the start. */
  readonly preconditioner?: LinearPreconditioner | undefined;
}

/** The optimum of a `LinearProblem`. */
export interface LinearOptimum {
  /** As in `LinearProblem`. */
  readonly x: Float64Array;
  readonly certificate: FitCertificate;
  /** Evaluations of the objective. */
  readonly evaluations: number;
  /** Parameters that the data determine rather than the penalty, approximately; takes as long as several evaluations. */
  readonly effectiveParameters: () => number;
  /** The one used last. */
  readonly preconditioner: LinearPreconditioner;
}

const MOST_STEPS = 3000;
/** At an optimum a further Newton step changes no logit by more than this; where data separate classes it does, for ever. */
const LARGEST_STEP = 1e-3;

/**
 * The optimum of a linear map of logits.
 *
 * @throws {InputError} `incompatible` where the optimum is at infinity
 */
export function minimizeLinear(problem: LinearProblem, options: LinearSolverOptions): LinearOptimum {
  const { what, tolerance = 1e-10 } = options;
  const { g, penalty, shape } = problem;
  const start = options.start?.slice() ?? new Float64Array(penalty.length);
  removeShifts(problem, start, problem.target);
  const work = new Float64Array(g.data.length);
  let preconditioner = options.preconditioner ?? linearPreconditioner(problem, start);
  const solve = (): LbfgsResult =>
    minimizeLbfgs({
      start,
      evaluate: (x, gradient) => linearObjective(problem, x, gradient, work),
      precondition: (vector, out) => preconditioner.apply(vector, out),
      refresh: (x) => {
        preconditioner = linearPreconditioner(problem, x);
      },
      maxIterations: MOST_STEPS,
      tolerance,
      aim: shape === "vector" ? Math.min(tolerance, 1e-13) : tolerance,
      what,
    });
  const free = penalty.includes(0);
  const found = free ? withReason(solve, what) : solve();
  if (free) {
    requireFinite(problem, linearPreconditioner(problem, found.x), found.gradient, what);
    if (isSeparated(problem, found.x)) throw new InputError("incompatible", separation(what));
  }
  return {
    x: found.x,
    certificate: { objective: found.value, gradientNorm: found.gradientNorm, iterations: found.iterations },
    evaluations: found.evaluations,
    effectiveParameters: () => linearPreconditioner(problem, found.x).effectiveParameters(),
    preconditioner,
  };
}

/** The result of a search that only data without an optimum can keep from arriving. */
function withReason(solve: () => LbfgsResult, what: string): LbfgsResult {
  try {
    return solve();
  } catch (error) {
    if (!InputError.is(error)) throw error;
    throw new InputError(error.code, `${separation(what)} (${error.message})`);
  }
}

function separation(what: string): string {
  return `${what} has no finite optimum: the logits separate the classes, so larger parameters always fit better`;
}

/** @throws {InputError} `incompatible` where the loss keeps falling the further the parameters go */
function requireFinite(
  { g, shape }: LinearProblem,
  curvature: LinearPreconditioner,
  gradient: Float64Array,
  what: string,
): void {
  const { rows, cols } = g;
  const step = new Float64Array(gradient.length);
  curvature.apply(gradient, step);
  const change = new Float64Array(rows * cols);
  linearChange(shape, g, step, change);
  for (let i = 0; i < change.length; i++)
    if (!(Math.abs(change[i] + step[step.length - cols + (i % cols)]) <= LARGEST_STEP))
      throw new InputError("incompatible", separation(what));
}

/** How many parameters there are. */
export function parameterCount(shape: LinearShape, classes: number): number {
  return shape === "matrix" ? classes * classes + classes : 2 * classes;
}

/** The scale that changes nothing, row by row. */
function identityScale(shape: LinearShape, classes: number): Float64Array {
  if (shape === "vector") return new Float64Array(classes).fill(1);
  const scale = new Float64Array(classes * classes);
  for (let k = 0; k < classes; k++) scale[k * classes + k] = 1;
  return scale;
}

/** The parameters whose scale and bias are zero. */
export function zeroScaleParameters(shape: LinearShape, classes: number): Float64Array {
  const x = new Float64Array(parameterCount(shape, classes));
  identityScale(shape, classes).forEach((value, j) => {
    x[j] = -value;
  });
  return x;
}

/** The map with these parameters. */
export function mapFromParameters(
  shape: LinearShape,
  x: Float64Array,
  classes: number,
  prepare: LinearMap["prepare"],
): LinearMap {
  const bias = Array.from(x.subarray(x.length - classes));
  const scale = Array.from(identityScale(shape, classes), (value, j) => value + x[j]);
  if (shape === "vector") return { kind: "linear", scale, bias, prepare };
  const rows = Array.from({ length: classes }, (_, k) => scale.slice(k * classes, (k + 1) * classes));
  return { kind: "linear", scale: rows, bias, prepare };
}

/**
 * The parameters of a map, as a place to start from.
 *
 * @throws {InputError} `incompatible` for a map of another shape or for other classes
 */
export function parametersFromMap(shape: LinearShape, map: LinearMap, classes: number): Float64Array {
  const scale = typeof map.scale === "number" ? [] : map.scale;
  const values = scale.flat();
  const identity = identityScale(shape, classes);
  if (scale.length !== classes || values.length !== identity.length)
    throw new InputError("incompatible", `start must be a ${shape} map for ${classes} classes`);
  const x = new Float64Array(parameterCount(shape, classes));
  identity.forEach((value, j) => {
    x[j] = values[j] - value;
  });
  if (map.bias !== null) x.set(map.bias, values.length);
  return x;
}
