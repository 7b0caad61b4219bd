import type { CalibrationFit } from "../fit.ts";
import type { LinearMap } from "../multiclass-map.ts";
import type { ClassRows } from "./class-rows.ts";
import { type LinearOptimum, mapFromParameters } from "./linear-fit.ts";
import type { LinearShape } from "./linear-problem.ts";

/** Free parameters of an unpenalised map: what softmax sees of them. */
export function freeParameters(shape: LinearShape, classes: number): number {
  return shape === "matrix" ? classes * classes - 1 : 2 * classes - 1;
}

/** The fit that an optimum stands for; its parameters are `scale` (row by row for a matrix) and `bias`. */
export function linearMapFit(
  method: string,
  shape: LinearShape,
  rows: ClassRows,
  { x, certificate }: Pick<LinearOptimum, "x" | "certificate">,
  {
    complexity,
    prepare = null,
    notes = [],
  }: { complexity: number; prepare?: LinearMap["prepare"]; notes?: readonly string[] },
): CalibrationFit<LinearMap> {
  const map = mapFromParameters(shape, x, rows.logits.cols, prepare);
  return {
    method,
    map,
    parameters: { scale: typeof map.scale === "number" ? map.scale : map.scale.flat(), bias: map.bias ?? [] },
    certificate,
    complexity,
    n: rows.n,
    effectiveN: rows.effectiveN,
    notes,
  };
}
