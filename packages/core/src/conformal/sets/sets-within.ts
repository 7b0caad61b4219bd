import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import type { EmptySetPolicy, SetScore } from "../conformal-document.ts";
import { heapClasses, nextClass } from "./class-ranking.ts";
import { addToSet, emptySetsOf, type PredictedSets } from "./predicted-sets.ts";
import { leastBeyond, marginScore, type RankedScore, rankedScore } from "./score-formulas.ts";

/** Sums of a row in another order differ by less. */
const ROUNDING = 1e-9;

/** Thresholds that may differ from row to row. */
export interface RowThresholds {
  /** One threshold per class for the row; Infinity lets the class into every set. Read before the next call. */
  of(row: number): Float64Array;
}

/** Options of `setsWithin`. */
export interface SetsWithinOptions {
  /** One number in [0, 1] per row; absent means 0 throughout. */
  readonly uniforms?: Float64Array;
  /** What an empty set becomes. Default `keep`. */
  readonly emptySets?: EmptySetPolicy;
}

function isRanked(score: SetScore): score is RankedScore {
  return score.kind !== "lac" && score.kind !== "margin";
}

function addRanked(
  sets: PredictedSets,
  row: number,
  data: Float64Array,
  score: RankedScore,
  limits: Float64Array,
  u: number,
  heap: Int32Array,
): void {
  const cols = heap.length;
  const start = row * cols;
  let highest = -Infinity;
  for (let k = 0; k < cols; k++) {
    if (limits[k] === Infinity) addToSet(sets, row, k);
    else if (limits[k] > highest) highest = limits[k];
  }
  if (highest === -Infinity) return;
  heapClasses(heap, data, start);
  const top = data[start + heap[0]];
  const beyond = highest + ROUNDING * Math.max(1, Math.abs(highest));
  let mass = 0;
  for (let rank = 1; rank <= cols; rank++) {
    const k = nextClass(heap, data, start, cols - rank + 1);
    mass += data[start + k];
    const limit = limits[k];
    if (limit < Infinity && rankedScore(score, rank, data[start + k], mass, top, u) <= limit) addToSet(sets, row, k);
    if (leastBeyond(score, rank, mass, top, u) > beyond) break;
  }
}

function addUnranked(sets: PredictedSets, row: number, data: Float64Array, cols: number, limits: Float64Array): void {
  const start = row * cols;
  for (let k = 0; k < cols; k++) if (1 - data[start + k] <= limits[k]) addToSet(sets, row, k);
}

/** The margin of all classes needs the two largest probabilities only. */
function addMargins(sets: PredictedSets, row: number, data: Float64Array, cols: number, limits: Float64Array): void {
  const start = row * cols;
  let first = 0;
  for (let k = 1; k < cols; k++) if (data[start + k] > data[start + first]) first = k;
  const top = data[start + first];
  for (let k = 0; k < cols; k++) {
    const margin = k === first ? marginScore(data, start, cols, k) : top - data[start + k];
    if (margin <= limits[k]) addToSet(sets, row, k);
  }
}

function addTopClass(sets: PredictedSets, row: number, data: Float64Array, cols: number): void {
  const start = row * cols;
  let first = 0;
  for (let k = 1; k < cols; k++) if (data[start + k] > data[start + first]) first = k;
  addToSet(sets, row, first);
}

/**
 * The classes of every row whose score is at most their threshold.
 *
 * @param probabilities n × K, K ≥ 2; not divided by their sum here (`probabilityRows` does)
 * @param score which score, with its constants
 * @param thresholds one for all, one per class, or what each row has; Infinity lets a class into every set
 * @returns one set per row
 * @throws {InputError} `one-class`, `shape-mismatch`, `not-finite` for a threshold of NaN
 *
 * Accuracy: exactly the classes k with `setScoresOfClasses(…)[k] <= threshold`, in time K + size · log K per row.
 */
export function setsWithin(
  probabilities: Matrix,
  score: SetScore,
  thresholds: number | Float64Array | RowThresholds,
  { uniforms, emptySets = "keep" }: SetsWithinOptions = {},
): PredictedSets {
  const { data, rows, cols } = probabilities;
  if (cols < 2) throw new InputError("one-class", `sets need at least 2 classes, got ${cols}`);
  if (uniforms !== undefined && uniforms.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but ${uniforms.length} uniforms`);
  const fixed = typeof thresholds === "number" ? new Float64Array(cols).fill(thresholds) : thresholds;
  if (fixed instanceof Float64Array) {
    if (fixed.length !== cols)
      throw new InputError("shape-mismatch", `there are ${cols} classes but ${fixed.length} thresholds`);
    const bad = fixed.findIndex(Number.isNaN);
    if (bad >= 0) throw new InputError("not-finite", `the threshold of class ${bad} is NaN`, bad);
  }
  const sets = emptySetsOf(rows, cols);
  const heap = new Int32Array(cols);
  for (let i = 0; i < rows; i++) {
    const limits = fixed instanceof Float64Array ? fixed : fixed.of(i);
    if (isRanked(score)) addRanked(sets, i, data, score, limits, uniforms === undefined ? 0 : uniforms[i], heap);
    else if (score.kind === "lac") addUnranked(sets, i, data, cols, limits);
    else addMargins(sets, i, data, cols, limits);
    if (emptySets === "top-class" && sets.sizes[i] === 0) addTopClass(sets, i, data, cols);
  }
  return sets;
}
