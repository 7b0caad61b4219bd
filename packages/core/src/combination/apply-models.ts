import { lineValue } from "./basis.ts";
import { readScore } from "./read-score.ts";
import type { StackModel, StackTerm } from "./stack.ts";

/** What one score adds; its absence where it is missing. */
export function contributionOf({ scale, knots, contributions, missing }: StackTerm, value: number): number {
  if (Number.isNaN(value)) return missing ?? 0;
  return lineValue(knots, contributions, readScore(value, scale));
}

/** Whether a model can say something of a row: every score it needs is there, and at least one score at all. */
export function serves({ terms }: StackModel, scoreOf: (name: string) => number): boolean {
  let some = false;
  for (const { name, missing } of terms) {
    const absent = Number.isNaN(scoreOf(name));
    if (absent && missing === null) return false;
    if (!absent) some = true;
  }
  return some;
}

/** 1/(1 + exp(-x)) without overflow. */
export function logistic(x: number): number {
  const tail = Math.exp(-Math.abs(x));
  return x >= 0 ? 1 / (1 + tail) : tail / (1 + tail);
}

/** Log-odds of every row that a model serves, and which model that is; −1 where none does. */
export interface ModelledRows {
  readonly logits: Float64Array;
  readonly modelOf: Int32Array;
}

/**
 * Log-odds by the first model that serves each row.
 *
 * @param columns values by name, NaN where missing; a name that is not there is missing everywhere
 */
export function applyModels(
  models: readonly StackModel[],
  columns: ReadonlyMap<string, Float64Array>,
  rows: number,
): ModelledRows {
  const logits = new Float64Array(rows);
  const modelOf = new Int32Array(rows).fill(-1);
  models.forEach((model, m) => {
    const values = model.terms.map(({ name }) => columns.get(name));
    for (let i = 0; i < rows; i++) {
      if (modelOf[i] >= 0 || !servesRow(model, values, i)) continue;
      let logit = model.intercept;
      for (let j = 0; j < values.length; j++) logit += contributionOf(model.terms[j], values[j]?.[i] ?? Number.NaN);
      logits[i] = logit;
      modelOf[i] = m;
    }
  });
  return { logits, modelOf };
}

function servesRow({ terms }: StackModel, values: readonly (Float64Array | undefined)[], i: number): boolean {
  let some = false;
  for (let j = 0; j < terms.length; j++) {
    const column = values[j];
    const absent = column === undefined || Number.isNaN(column[i]);
    if (absent && terms[j].missing === null) return false;
    if (!absent) some = true;
  }
  return some;
}
