import { assignFolds } from "../calibration/choose/folds.ts";
import { InputError } from "../errors.ts";
import { applyModels, logistic } from "./apply-models.ts";
import type { StackShape } from "./basis.ts";
import { fitModels, type ModelChoices } from "./fit-models.ts";
import type { StackModel } from "./stack.ts";
import { type CheckedStackData, takeStackRows } from "./stack-data.ts";

/** The fold of each row: groups stay together. */
export function stackFolds(data: CheckedStackData, folds: number, seed: number): Int32Array {
  const { rows, outcomes, groups } = data;
  return assignFolds(
    {
      rows,
      scores: new Float64Array(rows),
      outcomes,
      scoreKind: "confidence",
      segments: [],
      classNames: [],
      ...(groups === undefined ? {} : { groups: { name: "group", codes: groups, values: [] } }),
    },
    { folds, seed },
  );
}

/** Rows in a fold, and those outside it. */
export function splitFold(folds: Int32Array, fold: number): { readonly inside: number[]; readonly outside: number[] } {
  const inside: number[] = [];
  const outside: number[] = [];
  for (let i = 0; i < folds.length; i++) (folds[i] === fold ? inside : outside).push(i);
  return { inside, outside };
}

/** Share of right answers, one half of each outcome added, so that it is never 0 or 1. */
export function smoothedRate({ rows, outcomes, weights }: CheckedStackData): number {
  let total = 0;
  let right = 0;
  for (let i = 0; i < rows; i++) {
    const weight = weights === undefined ? 1 : weights[i];
    total += weight;
    right += weight * outcomes[i];
  }
  const scale = rows / total;
  return (right * scale + 0.5) / (rows + 1);
}

/** Probabilities by models; the base rate where none serves. */
export function predictModels(models: readonly StackModel[], data: CheckedStackData, rate: number): Float64Array {
  const columns = new Map(data.scores.map(({ name, values }) => [name, values]));
  const { logits, modelOf } = applyModels(models, columns, data.rows);
  return logits.map((logit, i) => (modelOf[i] < 0 ? rate : logistic(logit)));
}

function requirePath(
  data: CheckedStackData,
  used: readonly number[],
  shape: StackShape,
  penalties: readonly number[],
  ahead?: CheckedStackData,
): StackModel[][] {
  const models = fitModels(data, used, shape, penalties, ahead);
  if (models.length > 0) return models;
  throw new InputError(
    "too-few",
    `the rows that a fit is made from have one outcome only among those with ${used.map((j) => data.scores[j].name).join(", ")}: fewer folds, or more rows of the rarer outcome, are needed`,
  );
}

/** Models of some scores, which must exist. */
export function requireModels(
  data: CheckedStackData,
  used: readonly number[],
  { shape, penalty }: ModelChoices,
  ahead?: CheckedStackData,
): StackModel[] {
  return requirePath(data, used, shape, [penalty], ahead)[0];
}

/** Held-out probability of every row, for each penalty, by models of the given scores. */
export function crossFit(
  data: CheckedStackData,
  used: readonly number[],
  shape: StackShape,
  penalties: readonly number[],
  folds: Int32Array,
  count: number,
): Float64Array[] {
  const results = penalties.map(() => new Float64Array(data.rows));
  for (let fold = 0; fold < count; fold++) {
    const { inside, outside } = splitFold(folds, fold);
    const train = takeStackRows(data, outside);
    const test = takeStackRows(data, inside);
    const rate = smoothedRate(train);
    requirePath(train, used, shape, penalties, test).forEach((models, p) => {
      const predicted = predictModels(models, test, rate);
      for (let k = 0; k < inside.length; k++) results[p][inside[k]] = predicted[k];
    });
  }
  return results;
}
