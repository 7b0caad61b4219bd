import type { MulticlassCalibrationData } from "../calibration-data.ts";
import type { CalibrationFit } from "../fit.ts";
import { type BlendRecipe, findRecipe, plainRecipe, recipeMap } from "../multiclass/blend-recipe.ts";
import { fitStructuredMatrix, fitStructuredVector } from "../multiclass/structured.ts";
import { type PathPlan, pathPlan, type StructuredPath } from "../multiclass/structured-path.ts";
import type { MulticlassMap } from "../multiclass-map.ts";
import { type FoldPlan, heldOutFolds, rowsWhere } from "./cross-fit.ts";
import { emptyEvidence, type RowEvidence } from "./row-evidence.ts";
import {
  fitOptionsOf,
  fitPath,
  heldOutProbabilities,
  type MulticlassTask,
  pairPaths,
  singlePaths,
} from "./structured-paths.ts";

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

/** The recipe that held-out predictions of these folds suggest; the plain one where there are none. */
function recipeFrom(
  task: MulticlassTask,
  plan: FoldPlan,
  folds: readonly number[],
  pathOf: (fold: number) => StructuredPath | undefined,
): BlendRecipe {
  const held = heldOutProbabilities(task, plan, folds, pathOf);
  return held === null ? plainRecipe : findRecipe(held.probabilities, held.data.labels, fitOptionsOf(held.data));
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
  const structured = fitOne(data.logits, data.labels, { ...fitOptionsOf(data), scale, start });
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
