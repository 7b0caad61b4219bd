import { fillColumns, lineDeviation, type ScoreBasis, type StackShape, scoreBasis, termLine } from "./basis.ts";
import { minimizeNonNegative } from "./nonnegative-logistic.ts";
import type { StackModel, StackTerm } from "./stack.ts";
import { type CheckedStackData, takeStackRows } from "./stack-data.ts";

/** So many rows must lack a score before what its absence says is estimated; with fewer a model without it is used. */
export const FEWEST_MISSING = 20;
/** Up to so many scores that are always there, every combination of missing ones gets a model; above, each one alone. */
const MOST_COMBINED = 5;

/** What is settled before a fit. */
export interface ModelChoices {
  readonly shape: StackShape;
  readonly penalty: number;
}

function missingRows(values: Float64Array): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) count++;
  return count;
}

function withScores(data: CheckedStackData, used: readonly number[]): CheckedStackData {
  return { ...data, scores: used.map((j) => data.scores[j]) };
}

/** Which scores a model of these rows cannot do without. */
function neededScores(data: CheckedStackData): boolean[] {
  return data.scores.map(({ values }) => missingRows(values) < FEWEST_MISSING);
}

/** Rows that a model can be fitted on: all needed scores and at least one score. */
function usableRows({ rows, scores }: CheckedStackData, needed: readonly boolean[]): number[] {
  const usable: number[] = [];
  for (let i = 0; i < rows; i++) {
    let some = false;
    let all = true;
    for (let j = 0; j < scores.length; j++) {
      const absent = Number.isNaN(scores[j].values[i]);
      if (!absent) some = true;
      else if (needed[j]) all = false;
    }
    if (some && all) usable.push(i);
  }
  return usable;
}

interface Design {
  readonly bases: readonly ScoreBasis[];
  readonly x: Float64Array;
  readonly cols: number;
  readonly bounded: Uint8Array;
  /** First column of each score. */
  readonly from: readonly number[];
  /** Column of each score's absence, or −1. */
  readonly absence: readonly number[];
}

function designOf(data: CheckedStackData, needed: readonly boolean[], shape: StackShape): Design {
  const bases = data.scores.map((score) => scoreBasis(score, data.weights, shape));
  const from: number[] = [];
  const absence: number[] = [];
  let cols = 1;
  bases.forEach(({ columns }, j) => {
    from.push(cols);
    cols += columns.length;
    absence.push(needed[j] || missingRows(data.scores[j].values) === 0 ? -1 : cols++);
  });
  const x = new Float64Array(data.rows * cols);
  const bounded = new Uint8Array(cols);
  for (let i = 0; i < data.rows; i++) x[i * cols] = 1;
  bases.forEach((basis, j) => {
    bounded.fill(1, from[j], from[j] + basis.columns.length);
    fillColumns(x, cols, basis, from[j], absence[j]);
  });
  return { bases, x, cols, bounded, from, absence };
}

/** One model per penalty of rows that all have the needed scores, and that have both outcomes. */
function fitPath(
  data: CheckedStackData,
  needed: readonly boolean[],
  shape: StackShape,
  penalties: readonly number[],
): StackModel[] {
  const design = designOf(data, needed, shape);
  const { x, cols, bounded } = design;
  const { outcomes, weights, rows } = data;
  let start = new Float64Array(cols);
  return penalties.map((value) => {
    const penalty = new Float64Array(cols).fill(value);
    penalty[0] = 0;
    const { coefficients, ...certificate } = minimizeNonNegative({
      x,
      rows,
      cols,
      outcomes,
      weights,
      penalty,
      bounded,
      start,
    });
    start = Float64Array.from(coefficients);
    return { intercept: coefficients[0], terms: termsOf(design, needed, coefficients, weights), certificate, n: rows };
  });
}

function termsOf(
  { bases, from, absence }: Design,
  needed: readonly boolean[],
  coefficients: Float64Array,
  weights: Float64Array | undefined,
): StackTerm[] {
  return bases.map((basis, j) => {
    const sums = basis.knots.map((_, k) =>
      basis.columns.reduce((total, column, c) => total + coefficients[from[j] + c] * column[k], 0),
    );
    const rising = sums.map((_, k) => Math.max(...sums.slice(0, k + 1)));
    return {
      name: basis.score.name,
      scale: basis.score.scale,
      ...termLine(basis, rising),
      missing: needed[j] ? null : absence[j] < 0 ? 0 : coefficients[absence[j]],
      spread: rising.every((value) => value === rising[0]) ? 0 : lineDeviation(basis, rising, weights),
    };
  });
}

function hasBoth(outcomes: Uint8Array): boolean {
  return outcomes.includes(0) && outcomes.includes(1);
}

function pathOf(data: CheckedStackData, shape: StackShape, penalties: readonly number[]): StackModel[] | null {
  const needed = neededScores(data);
  const rows = takeStackRows(data, usableRows(data, needed));
  return rows.rows > 0 && hasBoth(rows.outcomes) ? fitPath(rows, needed, shape, penalties) : null;
}

/** Every way in which scores that are always there might be missing after all; at least one score stays. */
function removals(always: readonly number[], scores: number): number[][] {
  if (always.length > MOST_COMBINED) return always.map((j) => [j]);
  const all: number[][] = [];
  for (let mask = 1; mask < 2 ** always.length; mask++) all.push(always.filter((_, k) => (mask >> k) & 1));
  return all.filter((removed) => removed.length < scores).sort((a, b) => a.length - b.length);
}

/** Which needed scores of each row are missing: every combination that occurs. */
function occurring({ rows, scores }: CheckedStackData, always: readonly number[]): number[][] {
  const found = new Map<string, number[]>();
  for (let i = 0; i < rows; i++) {
    const absent = always.filter((j) => Number.isNaN(scores[j].values[i]));
    if (absent.length > 0 && absent.length < scores.length) found.set(absent.join(), absent);
  }
  return [...found.values()].sort((a, b) => a.length - b.length);
}

/**
 * The models of a set of scores: one for rows that have all scores which were (nearly) always there, and one for each way
 * in which some of those may be missing in rows to come.
 *
 * @param used positions of the scores
 * @param penalties descending: each optimum is the start for the next
 * @param ahead rows to be predicted: only ways that occur in them get a model. Default: all ways
 * @returns for each penalty its models, from the most scores to the fewest; none where the rows have one outcome
 * @throws {InputError} `incompatible`
 */
export function fitModels(
  data: CheckedStackData,
  used: readonly number[],
  shape: StackShape,
  penalties: readonly number[],
  ahead?: CheckedStackData,
): StackModel[][] {
  const part = withScores(data, used);
  const paths = [pathOf(part, shape, penalties)];
  if (paths[0] === null) return [];
  const always = neededScores(part).flatMap((is, j) => (is ? [j] : []));
  const ways = ahead === undefined ? removals(always, used.length) : occurring(withScores(ahead, used), always);
  for (const removed of ways) {
    const rest = used.flatMap((_, j) => (removed.includes(j) ? [] : [j]));
    paths.push(pathOf(withScores(part, rest), shape, penalties));
  }
  return penalties.map((_, k) => paths.flatMap((path) => (path === null ? [] : [path[k]])));
}
