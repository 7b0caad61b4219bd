import type { CalibrationFit } from "../fit.ts";
import type { LinearMap } from "../multiclass-map.ts";
import type { ClassRows } from "./class-rows.ts";
import { type LinearOptimum, mapFromParameters } from "./linear-fit.ts";
import type { LinearProblem } from "./linear-problem.ts";

/** Free parameters of an unpenalised map: what softmax sees of them. */
export function freeParameters(shape: LinearProblem["shape"], classes: number): number {
  return shape === "matrix" ? classes * classes - 1 : 2 * classes - 1;
}

/** The fit that an optimum stands for; its parameters are `scale` (row by row for a matrix) and `bias`. */
export function linearMapFit(
  method: string,
  shape: LinearProblem["shape"],
  rows: ClassRows,
  { x, certificate }: Pick<LinearOptimum, "x" | "certificate">,
  {
    complexity,
    prepare = null,
    notes = [],
  }: { complexity: number; prepare?: LinearMap["prepare"]; notes?: readonly string[] },
): CalibrationFit<LinearMap> {
  const classes = rows.logits.cols;
  const scales = x.length - classes;
  return {
    method,
    map: mapFromParameters(shape, x, classes, prepare),
    parameters: { scale: Array.from(x.subarray(0, scales)), bias: Array.from(x.subarray(scales)) },
    certificate,
    complexity,
    n: rows.n,
    effectiveN: rows.effectiveN,
    notes,
  };
}
