import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import type { LinearMap } from "../multiclass-map.ts";
import { type ClassRows, checkClassRows } from "./class-rows.ts";
import { type LinearOptimum, mapFromParameters, minimizeLinear, parametersFromMap } from "./linear-fit.ts";
import type { LinearPreconditioner } from "./linear-preconditioner.ts";
import type { LinearProblem, LinearShape } from "./linear-problem.ts";
import { preparedLogits } from "./prepare-logits.ts";
import { temperatureOptimum } from "./temperature.ts";

/** Choices of `fitStructuredVector` and `fitStructuredMatrix`. */
export interface StructuredOptions extends FitOptions {
  /** Multiplies the penalties, > 0. Default 1. */
  readonly scale?: number;
  /** An earlier solution to start from: faster where it is near, and the same optimum. Default: no correction. */
  readonly start?: LinearMap;
  /** Largest absolute gradient component at the optimum, > 0. Default 1e-10; 1e-5 serves cross-validation. */
  readonly tolerance?: number;
}

/**
 * Structured vector scaling (SVS): softmax((1 + v) ∘ g + b), where g = ln((1 - 1/(n + 1)) · softmax(z / T) + 1/((n + 1)K)),
 * at the minimum of the mean log loss + scale · K/n · (‖b‖² + ‖v‖²).
 *
 * n is the effective number of rows. Every sample has an answer, also one class or one row: where temperature scaling has
 * no optimum, T = 1 and a note says so.
 *
 * @param logits n × K, K ≥ 2, finite
 * @param labels n classes in [0, K)
 * @returns parameters `temperature` and `penaltyScale`; `complexity` is the effective number of parameters, approximately
 * @throws {InputError} `empty`, `shape-mismatch`, `out-of-range`, `not-finite`; `incompatible` for a `start` of another shape
 *
 * Source: Berta, Holzmüller, Jordan and Bach (2025), "Structured matrix scaling for multi-class calibration",
 * arXiv 2511.03685; the penalties are the defaults of its package probmetrics 1.2.
 */
export function fitStructuredVector(
  logits: Matrix,
  labels: Int32Array,
  options: StructuredOptions = {},
): CalibrationFit<LinearMap> {
  return fitStructured("vector", logits, labels, options);
}

/**
 * Structured matrix scaling (SMS): softmax((I + W)g + b), g as for `fitStructuredVector`, at the minimum of the mean log
 * loss + scale · (K/n · (‖b‖² + ‖diag W‖²) + K(K - 1)/n · ‖offdiag W‖²).
 *
 * All else is as for `fitStructuredVector`.
 *
 * @throws {InputError} as `fitStructuredVector`
 *
 * Source: as `fitStructuredVector`.
 */
export function fitStructuredMatrix(
  logits: Matrix,
  labels: Int32Array,
  options: StructuredOptions = {},
): CalibrationFit<LinearMap> {
  return fitStructured("matrix", logits, labels, options);
}

function fitStructured(
  shape: LinearShape,
  logits: Matrix,
  labels: Int32Array,
  options: StructuredOptions,
): CalibrationFit<LinearMap> {
  const { scale = 1, tolerance = 1e-10, start } = options;
  if (!(scale > 0 && scale < Infinity)) throw new InputError("out-of-range", `scale must be > 0, got ${scale}`);
  if (!(tolerance > 0)) throw new InputError("out-of-range", `tolerance must be > 0, got ${tolerance}`);
  const ready = structuredRows(logits, labels, options);
  const { rows, prepare, notes } = ready;
  const { map, optimum } = structuredOptimum(shape, ready, { scale, tolerance, start });
  return {
    method: methodOf(shape),
    map,
    parameters: { temperature: 1 / prepare.beta, penaltyScale: scale },
    certificate: optimum.certificate,
    complexity: 1 + optimum.effectiveParameters(),
    n: rows.n,
    effectiveN: rows.effectiveN,
    notes,
  };
}

function methodOf(shape: LinearShape): string {
  return shape === "vector" ? "structured-vector" : "structured-matrix";
}

/** Rows made ready for structured scaling; fits at several penalties share them. */
export interface StructuredRows {
  readonly rows: ClassRows;
  readonly prepare: NonNullable<LinearMap["prepare"]>;
  readonly g: Matrix;
  readonly notes: readonly string[];
}

/** Checks the rows and takes their temperature. */
export function structuredRows(logits: Matrix, labels: Int32Array, options: FitOptions): StructuredRows {
  const rows = checkClassRows(logits, labels, options);
  const { prepare, notes } = temperatureMix(rows);
  return { rows, prepare, g: preparedLogits(rows.logits, prepare), notes };
}

/** The optimum at one penalty. */
export function structuredOptimum(
  shape: LinearShape,
  { rows, prepare, g }: StructuredRows,
  options: {
    readonly scale: number;
    readonly tolerance: number;
    readonly start: LinearMap | undefined;
    /** That of a similar fit, which saves making one. */
    readonly preconditioner?: LinearPreconditioner | undefined;
  },
): { readonly map: LinearMap; readonly optimum: LinearOptimum } {
  const { scale, tolerance, start, preconditioner } = options;
  const { labels, weights, effectiveN } = rows;
  const classes = g.cols;
  const penalty = structuredPenalty(shape, classes, effectiveN, scale);
  const problem: LinearProblem = { shape, g, labels, weights, penalty, target: new Float64Array(penalty.length) };
  const optimum = minimizeLinear(problem, {
    what: methodOf(shape),
    tolerance,
    preconditioner,
    ...(start && { start: parametersFromMap(shape, start, classes) }),
  });
  return { map: mapFromParameters(shape, optimum.x, classes, prepare), optimum };
}

/** The best temperature and the share 1/(n + 1) of the uniform distribution. */
function temperatureMix(rows: ClassRows): { prepare: NonNullable<LinearMap["prepare"]>; notes: readonly string[] } {
  const mix = 1 / (rows.effectiveN + 1);
  try {
    return { prepare: { beta: temperatureOptimum(rows).beta, mix }, notes: [] };
  } catch (error) {
    if (!InputError.is(error) || error.code !== "incompatible") throw error;
    return { prepare: { beta: 1, mix }, notes: [`The temperature is 1, because ${error.message}.`] };
  }
}

function structuredPenalty(shape: LinearShape, classes: number, n: number, scale: number): Float64Array {
  const own = (scale * classes) / n;
  if (shape === "vector") return new Float64Array(2 * classes).fill(own);
  const penalty = new Float64Array(classes * classes + classes).fill(own * (classes - 1));
  for (let k = 0; k < classes; k++) penalty[k * classes + k] = own;
  penalty.fill(own, classes * classes);
  return penalty;
}
