import type { Matrix } from "../../matrix.ts";
import { applyMulticlassMap } from "../apply-multiclass.ts";
import type { MulticlassCalibrationData } from "../calibration-data.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import {
  type BlendRecipe,
  findRecipe,
  type PathProbabilities,
  plainRecipe,
  recipeMap,
} from "../multiclass/blend-recipe.ts";
import { fitStructuredMatrix, fitStructuredVector } from "../multiclass/structured.ts";
import { fitStructuredPath, type PathPlan, pathPlan, type StructuredPath } from "../multiclass/structured-path.ts";
import type { MulticlassMap } from "../multiclass-map.ts";
import { type FoldPlan, heldOutFolds, rowsWhere, trainingRows } from "./cross-fit.ts";
import { emptyEvidence, type RowEvidence } from "./row-evidence.ts";
import type { CalibrationTask } from "./task.ts";

type MulticlassTask = CalibrationTask<MulticlassCalibrationData, MulticlassMap>;

/** Gradient at which a fit that only serves cross-validation may stop: no loss that matters there changes further. */
const LOOSE = 1e-4;

/** What a candidate that is itself chosen by cross-validation tells of itself. */
export interface OwnCrossFit<Data, FittedMap> {
  /** Of the map fitted and chosen without a row's fold, on that row. */
  readonly outer: RowEvidence;
  /** By fold; null for one that is not held out. */
  readonly maps: readonly (FittedMap | null)[];
  /** By outer fold: evidence from rows outside it, by fits that saw neither it nor the row. */
  readonly inner: readonly RowEvidence[];
  readonly fit: CalibrationFit<FittedMap>;
  /** The map of other rows with what was tuned taken as it is: a cheap stand-in for tuning anew. */
  readonly refit: (data: Data) => FittedMap;
}

/** Choices of the structured blend. */
export interface StructuredBlendOptions {
  /** The class with the largest logit keeps the largest probability. Default false. */
  readonly keepOrder?: boolean;
}

/**
 * Structured scaling whose penalty, share against plain temperature scaling and top-label correction are found by
 * cross-validation.
 *
 * The default penalties of structured matrix scaling are too strong for many classes; weaker ones blended with the
 * temperature map do better than either; and what is left to correct in the top probability takes two parameters.
 *
 * @param plan folds for finding the recipe
 * @returns parameters `temperature`, `penaltyScale`, `blendWeight`
 * @throws {InputError} `empty`, `shape-mismatch`, `out-of-range`, `not-finite`
 */
export function fitStructuredBlend(
  task: MulticlassTask,
  plan: FoldPlan,
  options: StructuredBlendOptions = {},
): CalibrationFit<MulticlassMap> {
  const { data } = task;
  const shape = pathPlan(data.rows, data.logits.cols);
  const full = fitPath(data, shape);
  const paths = singlePaths(task, plan, shape, full);
  const recipe = recipeFrom(task, plan, heldOutFolds(plan), (k) => paths[k]);
  return finish(data, shape, full, recipe, options);
}

/**
 * `fitStructuredBlend` with the evidence that choosing among methods needs.
 *
 * K folds take K(K - 1)/2 paths without two folds, K without one, and one of all rows, which all others start from; their
 * optima do not depend on where they start.
 */
export function crossFitStructuredBlend(
  task: MulticlassTask,
  plan: FoldPlan,
  options: StructuredBlendOptions = {},
): OwnCrossFit<MulticlassCalibrationData, MulticlassMap> {
  const { data } = task;
  const shape = pathPlan(data.rows, data.logits.cols);
  const full = fitPath(data, shape);
  const single = singlePaths(task, plan, shape, full);
  const held = heldOutFolds(plan);
  const outer = emptyEvidence(data.rows);
  const maps = new Array<MulticlassMap | null>(plan.folds).fill(null);
  const pairs = plan.scheme === "time" ? [] : pairPaths(task, plan, shape, full);
  const inner: RowEvidence[] = [];
  for (let j = 0; j < plan.folds; j++) {
    const known = held.filter((l) => (plan.scheme === "time" ? l < j : l !== j));
    const pathOf = (l: number): StructuredPath | undefined =>
      plan.scheme === "time" ? single[l] : pairs[Math.min(j, l)]?.[Math.max(j, l)];
    const recipe = recipeFrom(task, plan, known, pathOf);
    const own = single[j];
    if (own !== undefined) {
      maps[j] = pathMap(own, recipe, options);
      judgeFold(task, plan, j, maps[j], outer);
    }
    if (plan.scheme === "time") inner.push(outer);
    else {
      const evidence = emptyEvidence(data.rows);
      for (const l of known) {
        const path = pathOf(l);
        if (path) judgeFold(task, plan, l, pathMap(path, recipe, options), evidence);
      }
      inner.push(evidence);
    }
  }
  const recipe = recipeFrom(task, plan, held, (k) => single[k]);
  return {
    outer,
    maps,
    inner,
    fit: finish(data, shape, full, recipe, options),
    refit: (rows) => {
      const only = { ...shape, scales: [shape.scales[recipe.member]] };
      const start = { ...full, structured: [full.structured[recipe.member]] };
      return pathMap(fitPath(rows, only, start), { ...recipe, member: 0 }, options);
    },
  };
}

function pathMap(path: StructuredPath, recipe: BlendRecipe, options: StructuredBlendOptions): MulticlassMap {
  return ordered(recipeMap(path.temperature, path.structured[recipe.member].map, recipe), options);
}

function ordered(map: MulticlassMap, { keepOrder = false }: StructuredBlendOptions): MulticlassMap {
  return keepOrder ? { kind: "argmax-preserving", map } : map;
}

function judgeFold(
  task: MulticlassTask,
  plan: FoldPlan,
  fold: number,
  map: MulticlassMap | null,
  evidence: RowEvidence,
): void {
  if (map === null) return;
  const rows = rowsWhere(plan, (k) => k === fold);
  const data = task.subset(rows);
  task.judge(task.predict(map, data), data, rows, evidence);
}

function optionsOf({ weights, merged }: MulticlassCalibrationData): FitOptions {
  return { ...(weights && { weights }), ...(merged && { merged }) };
}

function fitPath(data: MulticlassCalibrationData, plan: PathPlan, start?: StructuredPath): StructuredPath {
  return fitStructuredPath(data.logits, data.labels, { ...optionsOf(data), plan, tolerance: LOOSE, start });
}

/** By fold: the path of the rows that a fit for that fold may see. */
function singlePaths(
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
function pairPaths(task: MulticlassTask, plan: FoldPlan, shape: PathPlan, start: StructuredPath): StructuredPath[][] {
  const paths = Array.from({ length: plan.folds }, (): StructuredPath[] => []);
  for (let j = 0; j < plan.folds; j++)
    for (let l = j + 1; l < plan.folds; l++)
      paths[j][l] = fitPath(task.subset(rowsWhere(plan, (k) => k !== j && k !== l)), shape, start);
  return paths;
}

/** The recipe that held-out predictions of these folds suggest; the plain one where there are none. */
function recipeFrom(
  task: MulticlassTask,
  plan: FoldPlan,
  folds: readonly number[],
  pathOf: (fold: number) => StructuredPath | undefined,
): BlendRecipe {
  if (folds.length === 0) return plainRecipe;
  const chosen = rowsWhere(plan, (k) => folds.includes(k));
  const data = task.subset(chosen);
  const position = new Int32Array(plan.fold.length);
  chosen.forEach((row, at) => {
    position[row] = at;
  });
  let held: PathProbabilities | undefined;
  for (const fold of folds) {
    const path = pathOf(fold);
    if (path === undefined) continue;
    const rows = rowsWhere(plan, (k) => k === fold);
    const { logits } = task.subset(rows);
    const empty = (): Matrix => ({ ...data.logits, data: new Float64Array(data.logits.data.length) });
    held ??= { temperature: empty(), structured: path.structured.map(empty) };
    scatter(applyMulticlassMap(path.temperature, logits), rows, position, held.temperature);
    path.structured.forEach(({ map }, m) => {
      if (held) scatter(applyMulticlassMap(map, logits), rows, position, held.structured[m]);
    });
  }
  return held === undefined ? plainRecipe : findRecipe(held, data.labels, optionsOf(data));
}

function scatter({ data, cols }: Matrix, rows: Uint32Array, position: Int32Array, target: Matrix): void {
  for (let i = 0; i < rows.length; i++)
    target.data.set(data.subarray(i * cols, (i + 1) * cols), position[rows[i]] * cols);
}

/** The map of the recipe, its structured part brought to its exact optimum. */
function finish(
  data: MulticlassCalibrationData,
  shape: PathPlan,
  path: StructuredPath,
  recipe: BlendRecipe,
  options: StructuredBlendOptions,
): CalibrationFit<MulticlassMap> {
  const { member, weight } = recipe;
  const scale = shape.scales[member];
  const fitOne = shape.shape === "matrix" ? fitStructuredMatrix : fitStructuredVector;
  const start = path.structured[member].map;
  const structured = fitOne(data.logits, data.labels, { ...optionsOf(data), scale, start });
  const { scale: beta } = path.temperature;
  return {
    ...structured,
    method: "structured-blend",
    map: ordered(recipeMap(path.temperature, structured.map, recipe), options),
    parameters: {
      temperature: typeof beta === "number" ? 1 / beta : 1,
      penaltyScale: scale,
      blendWeight: weight,
    },
    complexity: 1 + weight * structured.complexity + recipe.complexity,
  };
}
