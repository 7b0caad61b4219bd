import { InputError } from "../errors.ts";
import { type Matrix, matrix } from "../matrix.ts";
import { applyModels, contributionOf, logistic, serves } from "./apply-models.ts";
import type { Stack } from "./stack.ts";
import type { StackScale } from "./stack-data.ts";

/** Columns of scores to come. */
export interface StackRows {
  readonly rows: number;
  /** Found by name; NaN where missing. A score of the stack that is not listed is missing in every row; others are ignored. */
  readonly scores: readonly { readonly name: string; readonly values: Float64Array }[];
}

/** Probabilities that answers are right. */
export interface StackedRows {
  /** In (0, 1) where `known` is 1; 0 where it is 0, which says nothing. */
  readonly probabilities: Float64Array;
  /** 0 where the scores that are there do not determine a probability. */
  readonly known: Uint8Array;
  /** rows × `stack.scores`: what each adds to the log-odds; with `intercepts` they sum to the log-odds. 0 where unused. */
  readonly contributions: Matrix;
  readonly intercepts: Float64Array;
}

/** What one score adds to the log-odds of a row. */
export interface StackContribution {
  readonly name: string;
  /** Null where it is missing. */
  readonly value: number | null;
  /** In log-odds; 0 is that of an average row. */
  readonly contribution: number;
  /** How much more the best value of this score could add, in log-odds, ≥ 0. */
  readonly room: number;
}

/** The probability that one answer is right, and where it comes from. */
export interface StackedRow {
  /** Null where the scores that are there do not determine it. */
  readonly probability: number | null;
  readonly reason: string | null;
  /** Log-odds of an average row; null without a probability. */
  readonly intercept: number | null;
  /** Of every score that the model uses. */
  readonly contributions: readonly StackContribution[];
}

function checkValue(name: string, scale: StackScale | undefined, value: number, row: number): void {
  if (Number.isNaN(value)) return;
  if (!Number.isFinite(value))
    throw new InputError(
      "not-finite",
      `${name} is ${value} at row ${row}: expected a finite number, or NaN for missing`,
      row,
    );
  if (scale === "logit" && !(value >= 0 && value <= 1))
    throw new InputError("out-of-range", `${name}: expected a score in [0, 1], got ${value} at row ${row}`, row);
}

function columnsOf(stack: Stack, { rows, scores }: StackRows): Map<string, Float64Array> {
  const scales = new Map(stack.scores.filter(({ used }) => used).map(({ name, scale }) => [name, scale]));
  const columns = new Map<string, Float64Array>();
  for (const { name, values } of scores) {
    const scale = scales.get(name);
    if (scale === undefined) continue;
    if (columns.has(name)) throw new InputError("incompatible", `the score ${name} is given twice`);
    if (values.length !== rows)
      throw new InputError("shape-mismatch", `${name}: there are ${rows} rows but ${values.length} values`);
    for (let i = 0; i < rows; i++) checkValue(name, scale, values[i], i);
    columns.set(name, values);
  }
  return columns;
}

/**
 * The probability of every row that its answer is right, and what each score adds to it.
 *
 * @param stack from `fitStack` or `openStack`
 * @throws {InputError} `shape-mismatch`, `not-finite`, `out-of-range` with score and row; `incompatible` for a name given twice
 */
export function applyStack(stack: Stack, data: StackRows): StackedRows {
  const { rows } = data;
  const columns = columnsOf(stack, data);
  const { logits, modelOf } = applyModels(stack.models, columns, rows);
  const cols = stack.scores.length;
  const place = new Map(stack.scores.map(({ name }, j) => [name, j]));
  const contributions = new Float64Array(rows * cols);
  const intercepts = new Float64Array(rows);
  const known = new Uint8Array(rows);
  const probabilities = new Float64Array(rows);
  stack.models.forEach(({ intercept, terms }, m) => {
    const inputs = terms.map((term) => ({ term, at: place.get(term.name) ?? 0, values: columns.get(term.name) }));
    for (let i = 0; i < rows; i++) {
      if (modelOf[i] !== m) continue;
      known[i] = 1;
      probabilities[i] = logistic(logits[i]);
      intercepts[i] = intercept;
      for (const { term, at, values } of inputs)
        contributions[i * cols + at] = contributionOf(term, values === undefined ? Number.NaN : values[i]);
    }
  });
  return { probabilities, known, contributions: matrix(contributions, rows, cols), intercepts };
}

/** Why no model serves a row, as a sentence. */
function reasonOf(stack: Stack, scoreOf: (name: string) => number): string {
  const used = stack.scores.filter(({ used }) => used).map(({ name }) => name);
  const missing = used.filter((name) => Number.isNaN(scoreOf(name)));
  if (missing.length === used.length) return "None of the scores that the stack reads is there.";
  return `The stack cannot do without ${missing.join(", ")}: it was not fitted on answers that lack ${missing.length === 1 ? "it" : "them"}.`;
}

/**
 * The probability that one answer is right, with its attribution.
 *
 * @param scores by name; null, undefined or absent where missing
 * @returns no probability, with the reason, where the scores that are there do not determine one
 * @throws {InputError} `not-finite`, `out-of-range`
 */
export function applyStackToRow(stack: Stack, scores: Readonly<Record<string, number | null | undefined>>): StackedRow {
  const values = new Map<string, number>();
  for (const { name, used, scale } of stack.scores) {
    if (!used) continue;
    const given = Object.hasOwn(scores, name) ? scores[name] : undefined;
    if (given === null || given === undefined) continue;
    if (Number.isNaN(given))
      throw new InputError("not-finite", `${name}: expected a number, or null for missing, got NaN`);
    checkValue(name, scale, given, 0);
    values.set(name, given);
  }
  const scoreOf = (name: string): number => values.get(name) ?? Number.NaN;
  const model = stack.models.find((each) => serves(each, scoreOf));
  if (model === undefined)
    return { probability: null, reason: reasonOf(stack, scoreOf), intercept: null, contributions: [] };
  const contributions = model.terms.map((term): StackContribution => {
    const contribution = contributionOf(term, scoreOf(term.name));
    const most = Math.max(...term.contributions);
    return {
      name: term.name,
      value: values.get(term.name) ?? null,
      contribution,
      room: Math.max(0, most - contribution),
    };
  });
  const logit = contributions.reduce((total, { contribution }) => total + contribution, model.intercept);
  return { probability: logistic(logit), reason: null, intercept: model.intercept, contributions };
}
