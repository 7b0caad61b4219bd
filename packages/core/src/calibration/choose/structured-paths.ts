import type { Matrix } from "../../matrix.ts";
import { applyMulticlassMap } from "../apply-multiclass.ts";
import type { MulticlassCalibrationData } from "../calibration-data.ts";
import type { FitOptions } from "../fit.ts";
import type { PathProbabilities } from "../multiclass/blend-recipe.ts";
import { fitStructuredPath, type PathPlan, type StructuredPath } from "../multiclass/structured-path.ts";
import type { MulticlassMap } from "../multiclass-map.ts";
import { type FoldPlan, heldOutFolds, rowsWhere, trainingRows } from "./cross-fit.ts";
import type { CalibrationTask } from "./task.ts";

/** Choosing among maps of one score per class. */
export type MulticlassTask = CalibrationTask<MulticlassCalibrationData, MulticlassMap>;

/** Gradient at which a fit that only serves cross-validation may stop: no loss that matters there changes further. */
const LOOSE = 1e-4;

/** The weights of the data, for a fit. */
export function fitOptionsOf({ weights, merged }: MulticlassCalibrationData): FitOptions {
  return { ...(weights && { weights }), ...(merged && { merged }) };
}

/** The path of these rows, near enough for cross-validation. */
export function fitPath(data: MulticlassCalibrationData, plan: PathPlan, start?: StructuredPath): StructuredPath {
  return fitStructuredPath(data.logits, data.labels, { ...fitOptionsOf(data), plan, tolerance: LOOSE, start });
}

/** By fold: the path of the rows that a fit for that fold may see. */
export function singlePaths(
  task: MulticlassTask,
  plan: FoldPlan,
  shape: PathPlan,
  start: StructuredPath,
): (StructuredPath | undefined)[] {
  const paths = new Array<StructuredPath | undefined>(plan.folds).fill(undefined);
  for (const k of heldOutFolds(plan)) paths[k] = fitPath(task.subset(trainingRows(plan, k)), shape, start);
  return paths;
}

/** [j][l], j < l: the path of the rows outside both folds. */
export function pairPaths(
  task: MulticlassTask,
  plan: FoldPlan,
  shape: PathPlan,
  start: StructuredPath,
): StructuredPath[][] {
  const paths = Array.from({ length: plan.folds }, (): StructuredPath[] => []);
  for (let j = 0; j < plan.folds; j++)
    for (let l = j + 1; l < plan.folds; l++)
      paths[j][l] = fitPath(task.subset(rowsWhere(plan, (k) => k !== j && k !== l)), shape, start);
  return paths;
}

/** Held-out probabilities of every map of the paths, with the rows that they are of. */
export interface HeldOutProbabilities {
  readonly probabilities: PathProbabilities;
  readonly data: MulticlassCalibrationData;
}

/**
 * What each fold's path says of that fold.
 *
 * @param folds those to predict
 * @returns null where none of them has a path
 */
export function heldOutProbabilities(
  task: MulticlassTask,
  plan: FoldPlan,
  folds: readonly number[],
  pathOf: (fold: number) => StructuredPath | undefined,
): HeldOutProbabilities | null {
  const known = folds.filter((fold) => pathOf(fold) !== undefined);
  const chosen = rowsWhere(plan, (k) => known.includes(k));
  const data = task.subset(chosen);
  const position = new Int32Array(plan.fold.length);
  chosen.forEach((row, at) => {
    position[row] = at;
  });
  const paths = known.map((fold) => pathOf(fold)).filter((path) => path !== undefined);
  const [first] = paths;
  if (first === undefined) return null;
  const empty = (): Matrix => ({ ...data.logits, data: new Float64Array(data.logits.data.length) });
  const probabilities: PathProbabilities = { temperature: empty(), structured: first.structured.map(empty) };
  paths.forEach((path, f) => {
    const rows = rowsWhere(plan, (k) => k === known[f]);
    const { logits } = task.subset(rows);
    scatter(applyMulticlassMap(path.temperature, logits), rows, position, probabilities.temperature);
    path.structured.forEach(({ map }, m) => {
      scatter(applyMulticlassMap(map, logits), rows, position, probabilities.structured[m]);
    });
  });
  return { probabilities, data };
}

function scatter({ data, cols }: Matrix, rows: Uint32Array, position: Int32Array, target: Matrix): void {
  for (let i = 0; i < rows.length; i++)
    target.data.set(data.subarray(i * cols, (i + 1) * cols), position[rows[i]] * cols);
}
