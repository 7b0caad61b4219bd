import { InputError } from "../../errors.ts";
import { timesTransposed } from "../../kernels/dense.ts";
import { minimizeLbfgs } from "../../optimize/lbfgs.ts";
import type { FitCertificate } from "../fit.ts";
import type { LinearMap } from "../multiclass-map.ts";
import { linearPreconditioner, removeShifts } from "./linear-preconditioner.ts";
import { type LinearProblem, linearObjective } from "./linear-problem.ts";

/** How `minimizeLinear` goes about it. */
export interface LinearSolverOptions {
  /** For messages. */
  readonly what: string;
  /** Where to start. Default: the identity without bias. */
  readonly start?: Float64Array;
  /** Largest absolute gradient component. Default 1e-10. */
  readonly tolerance?: number;
}

/** The optimum of a `LinearProblem`. */
export interface LinearOptimum {
  /** As in `LinearProblem`. */
  readonly x: Float64Array;
  readonly certificate: FitCertificate;
  /** Evaluations of the objective. */
  readonly evaluations: number;
  /** Parameters that the data determine rather than the penalty, approximately. */
  readonly effectiveParameters: number;
}

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
  const start = options.start?.slice() ?? identityParameters(shape, g.cols);
  removeShifts(problem, start, problem.target);
  const work = new Float64Array(g.data.length);
  const preconditioner = linearPreconditioner(problem, start);
  const found = minimizeLbfgs({
    start,
    evaluate: (x, gradient) => linearObjective(problem, x, gradient, work),
    precondition: preconditioner.apply,
    tolerance,
    aim: shape === "vector" ? Math.min(tolerance, 1e-13) : tolerance,
    what,
  });
  if (penalty.includes(0)) requireFinite(problem, found.x, found.gradient, what);
  return {
    x: found.x,
    certificate: { objective: found.value, gradientNorm: found.gradientNorm, iterations: found.iterations },
    evaluations: found.evaluations,
    effectiveParameters: preconditioner.effectiveParameters,
  };
}

/** @throws {InputError} `incompatible` where the loss keeps falling the further the parameters go */
function requireFinite(problem: LinearProblem, x: Float64Array, gradient: Float64Array, what: string): void {
  const { g, shape } = problem;
  const { data, rows, cols } = g;
  const step = new Float64Array(x.length);
  linearPreconditioner(problem, x).apply(gradient, step);
  const change = new Float64Array(rows * cols);
  if (shape === "matrix") timesTransposed(data, step.subarray(0, cols * cols), change, rows, cols, cols);
  else for (let i = 0; i < change.length; i++) change[i] = data[i] * step[i % cols];
  for (let i = 0; i < change.length; i++)
    if (!(Math.abs(change[i] + step[x.length - cols + (i % cols)]) <= LARGEST_STEP))
      throw new InputError(
        "incompatible",
        `${what} has no finite optimum: the logits separate the classes, so larger parameters always fit better`,
      );
}

/** Parameters of the map that changes nothing. */
export function identityParameters(shape: LinearProblem["shape"], classes: number): Float64Array {
  const x = new Float64Array(shape === "matrix" ? classes * classes + classes : 2 * classes);
  for (let k = 0; k < classes; k++) x[shape === "matrix" ? k * classes + k : k] = 1;
  return x;
}

/** The map with these parameters. */
export function mapFromParameters(
  shape: LinearProblem["shape"],
  x: Float64Array,
  classes: number,
  prepare: LinearMap["prepare"],
): LinearMap {
  const bias = Array.from(x.subarray(x.length - classes));
  if (shape === "vector") return { kind: "linear", scale: Array.from(x.subarray(0, classes)), bias, prepare };
  const scale = Array.from({ length: classes }, (_, k) => Array.from(x.subarray(k * classes, (k + 1) * classes)));
  return { kind: "linear", scale, bias, prepare };
}

/**
 * The parameters of a map, as a place to start from.
 *
 * @throws {InputError} `incompatible` for a map of another shape or for other classes
 */
export function parametersFromMap(shape: LinearProblem["shape"], map: LinearMap, classes: number): Float64Array {
  const scale = typeof map.scale === "number" ? [] : map.scale;
  const values = scale.flat();
  const expected = shape === "matrix" ? classes * classes : classes;
  if (scale.length !== classes || values.length !== expected)
    throw new InputError("incompatible", `start must be a ${shape} map for ${classes} classes`);
  return Float64Array.from([...values, ...(map.bias ?? new Array<number>(classes).fill(0))]);
}
