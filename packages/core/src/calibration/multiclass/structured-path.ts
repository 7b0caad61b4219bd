import type { Matrix } from "../../matrix.ts";
import type { FitOptions } from "../fit.ts";
import type { LinearMap } from "../multiclass-map.ts";
import type { LinearPreconditioner } from "./linear-preconditioner.ts";
import { fitShrunkenTemperature } from "./shrunken-temperature.ts";
import { structuredOptimum, structuredRows } from "./structured.ts";

/** Maps of growing freedom that were fitted to the same rows. */
export interface StructuredPath {
  /** One temperature for all. */
  readonly temperature: LinearMap;
  /** Structured scaling, one per penalty scale. */
  readonly structured: readonly StructuredMember[];
}

/** One map of a path, with what a similar fit can start from. */
export interface StructuredMember {
  readonly map: LinearMap;
  readonly preconditioner: LinearPreconditioner;
}

/** What a path consists of; depends on the size of the problem only. */
export interface PathPlan {
  readonly shape: "vector" | "matrix";
  /** Penalty scales, from strong to weak. */
  readonly scales: readonly number[];
}

/** Above so many products per evaluation a matrix takes too long, and a vector has to do. */
const MATRIX_PRODUCTS = 4e9;
const MATRIX_CLASSES = 400;
/** Up to so many classes the penalties are tried in finer steps. */
const FEW_CLASSES = 30;

/**
 * The path that so many rows of so many classes can afford.
 *
 * The default penalties, scale 1, are too strong for many classes, hence scales far below; and a little strong scale helps
 * where rows are few.
 */
export function pathPlan(rows: number, classes: number): PathPlan {
  const isSmall = classes <= MATRIX_CLASSES && rows * classes * classes <= MATRIX_PRODUCTS;
  return {
    shape: isSmall ? "matrix" : "vector",
    scales: classes <= FEW_CLASSES ? [4, 1, 0.25, 0.06] : [1, 0.1, 0.01],
  };
}

/** Options of `fitStructuredPath`. */
export interface PathOptions extends FitOptions {
  readonly plan: PathPlan;
  /** Largest absolute gradient component, > 0. */
  readonly tolerance: number;
  /** The path of similar rows, to start from. The optimum does not depend on it. */
  readonly start?: StructuredPath | undefined;
}

/**
 * All maps of a path.
 *
 * @param logits n × K, K ≥ 2, finite
 * @param labels n classes in [0, K)
 * @throws {InputError} `empty`, `shape-mismatch`, `out-of-range`, `not-finite`
 */
export function fitStructuredPath(logits: Matrix, labels: Int32Array, options: PathOptions): StructuredPath {
  const { plan, tolerance, start, ...fitOptions } = options;
  const ready = structuredRows(logits, labels, fitOptions);
  const structured: StructuredMember[] = [];
  plan.scales.forEach((scale, s) => {
    const from = start?.structured[s];
    const { map, optimum } = structuredOptimum(plan.shape, ready, {
      scale,
      tolerance,
      start: from?.map ?? structured.at(-1)?.map,
      preconditioner: from?.preconditioner,
    });
    structured.push({ map, preconditioner: optimum.preconditioner });
  });
  return { temperature: fitShrunkenTemperature(logits, labels, fitOptions).map, structured };
}
