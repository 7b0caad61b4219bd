import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import { logLoss } from "../../metrics/scores/log-loss.ts";
import { applyBinaryMap } from "../apply-binary.ts";
import { fitShrunkenLogit } from "../binary/shrunken-logit.ts";
import { fitSpline } from "../binary/spline.ts";
import type { BinaryMap } from "../binary-map.ts";
import type { CalibrationFit, FitOptions } from "../fit.ts";
import type { MulticlassMap } from "../multiclass-map.ts";
import { firstLargest } from "./keep-order.ts";

/** How the maps of a path are put together, found on rows that none of them was fitted to. */
export interface BlendRecipe {
  /** Which structured map; its share in the blend with the temperature map. */
  readonly member: number;
  readonly weight: number;
  /** A calibrator of the largest probability of the blend; null for none. */
  readonly topLabel: BinaryMap | null;
  /** Free parameters that the recipe chose. */
  readonly complexity: number;
}

/** Held-out probabilities of the maps of a path, on the same rows. */
export interface PathProbabilities {
  readonly temperature: Matrix;
  readonly structured: readonly Matrix[];
}

/** Probabilities below this count as this. */
const LEAST = 1e-300;
/** Right and wrong predictions, of the rarer, that a spline of the top probability takes: as `auto` asks for one score. */
const SPLINE_ROWS = 100;

/** The recipe that changes nothing: the temperature map alone. */
export const plainRecipe: BlendRecipe = { member: 0, weight: 0, topLabel: null, complexity: 0 };

/**
 * The recipe with the least held-out log loss: the best blend of one structured map with the temperature map; then a
 * calibrator of the top probability, a shrunken line of its log-odds or a spline, kept where it lowers the log loss by more
 * than its parameters would by chance (Akaike's criterion).
 *
 * @param held rows × K probabilities of each map, by fits that did not see the row
 * @param labels classes in [0, K)
 */
export function findRecipe(held: PathProbabilities, labels: Int32Array, options: FitOptions): BlendRecipe {
  const weights = options.weights ?? new Float64Array(labels.length).fill(1);
  const base = truths(held.temperature, labels);
  const blends = held.structured.map((probabilities) => bestBlend(truths(probabilities, labels), base, weights));
  let member = 0;
  blends.forEach(({ loss }, m) => {
    if (loss < blends[member].loss) member = m;
  });
  const { weight } = blends[member];
  const logits = blendedLogits(held, member, weight);
  const found = { member, weight, topLabel: null, complexity: weight > 0 && weight < 1 ? 1 : 0 };
  return withTopLabel(found, logits, labels, options);
}

/** The map that a recipe makes of a temperature map and the structured map that it names. */
export function recipeMap(
  temperature: MulticlassMap,
  structured: MulticlassMap,
  { weight, topLabel }: BlendRecipe,
): MulticlassMap {
  const base: MulticlassMap =
    weight === 0
      ? temperature
      : weight === 1
        ? structured
        : {
            kind: "blend",
            parts: [
              { weight, map: structured },
              { weight: 1 - weight, map: temperature },
            ],
          };
  return topLabel === null
    ? base
    : { kind: "chain", maps: [base, { kind: "argmax-preserving", map: { kind: "top-label", map: topLabel } }] };
}

function truths({ data, cols }: Matrix, labels: Int32Array): Float64Array {
  return Float64Array.from(labels, (label, i) => Math.max(LEAST, data[i * cols + label]));
}

/** The weight in [0, 1] of `a` against `b` with the least log loss, which is convex in it. */
function bestBlend(a: Float64Array, b: Float64Array, weights: Float64Array): { weight: number; loss: number } {
  const slope = (share: number): number => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum -= (weights[i] * (a[i] - b[i])) / (share * a[i] + (1 - share) * b[i]);
    return sum;
  };
  const loss = (share: number): number => {
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum -= weights[i] * Math.log(share * a[i] + (1 - share) * b[i]);
    return sum;
  };
  if (slope(0) >= 0) return { weight: 0, loss: loss(0) };
  if (slope(1) <= 0) return { weight: 1, loss: loss(1) };
  let low = 0;
  let high = 1;
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  return { weight: low, loss: loss(low) };
}

function blendedLogits({ temperature, structured }: PathProbabilities, member: number, weight: number): Matrix {
  const own = structured[member].data;
  const data = temperature.data.map((p, i) => Math.log(Math.max(LEAST, weight * own[i] + (1 - weight) * p)));
  return { ...temperature, data };
}

function withTopLabel(recipe: BlendRecipe, logits: Matrix, labels: Int32Array, options: FitOptions): BlendRecipe {
  const { data, cols } = logits;
  const scores = new Float64Array(labels.length);
  const outcomes = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const start = i * cols;
    const top = firstLargest(data, start, start + cols);
    let total = 0;
    for (let j = start; j < start + cols; j++) total += Math.exp(data[j] - data[top]);
    scores[i] = 1 / total;
    outcomes[i] = top - start === labels[i] ? 1 : 0;
  }
  const line = fitShrunkenLogit(scores, outcomes, options);
  const fits = [line, ...splineOf(scores, outcomes, options, line.effectiveN)];
  const before = logLoss(scores, outcomes, options).value;
  let most = 0;
  let found = recipe;
  for (const { map, complexity, effectiveN } of fits) {
    const after = logLoss(applyBinaryMap(map, scores), outcomes, options).value;
    const gain = (before - after) * effectiveN - complexity;
    if (!(gain > most)) continue;
    most = gain;
    found = { ...recipe, topLabel: map, complexity: recipe.complexity + complexity };
  }
  return found;
}

/** The spline, where there are rows for it and it has a fit. */
function splineOf(
  scores: Float64Array,
  outcomes: Uint8Array,
  options: FitOptions,
  effectiveN: number,
): CalibrationFit<BinaryMap>[] {
  let right = 0;
  let total = 0;
  for (let i = 0; i < outcomes.length; i++) {
    const weight = options.weights ? options.weights[i] : 1;
    right += weight * outcomes[i];
    total += weight;
  }
  if (Math.min(right, total - right) * effectiveN < SPLINE_ROWS * total) return [];
  try {
    return [fitSpline(scores, outcomes, options)];
  } catch (error) {
    if (InputError.is(error)) return [];
    throw error;
  }
}
