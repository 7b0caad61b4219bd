import { InputError } from "../../errors.ts";
import { argsort } from "../../kernels/argsort.ts";
import { createRandom, type Random } from "../../random/random.ts";
import { shuffle } from "../../random/shuffle.ts";
import type { CalibrationData } from "../calibration-data.ts";

/** Options of `assignFolds`. */
export interface FoldOptions {
  /** Number of folds, ≥ 2. */
  readonly folds: number;
  /** Seed of the shuffle, an integer in [0, 2⁵³). Folds in order of time do not use it. */
  readonly seed: number;
}

/** How rows are held out: shuffled, in whole groups, or by what came before. */
export type FoldScheme = "random" | "grouped" | "time";

/** The scheme that `assignFolds` follows for these data: time where there is a time, else groups where there are groups. */
export function foldScheme({ time, groups }: Pick<CalibrationData, "time" | "groups">): FoldScheme {
  if (time) return "time";
  return groups ? "grouped" : "random";
}

/**
 * The fold of each row.
 *
 * - random: sizes differ by at most one. Two outcomes are dealt evenly; many classes are not, because folds that all have the
 *   class frequencies of the sample would teach them to every fit, and K classes look better held out than they are by
 *   (K - 1)/2n nats
 * - grouped: rows of a group stay together; the largest groups are placed first, each into the smallest fold
 * - time: blocks of about equal size in order of time. Block k is predicted from blocks before it, so block 0 is never
 *   held out. Equal times stay together, and groups do too: a group counts as of its latest time
 *
 * @returns n fold numbers in [0, folds), every fold with a row
 * @throws {InputError} `out-of-range`; `too-few` where there are fewer rows, groups or times than folds
 */
export function assignFolds(data: CalibrationData, { folds, seed }: FoldOptions): Int32Array {
  if (!(Number.isInteger(folds) && folds >= 2))
    throw new InputError("out-of-range", `folds must be a whole number >= 2, got ${folds}`);
  const random = createRandom(seed);
  if (data.time) return timeFolds(data.time.values, data.groups?.codes, folds);
  if (data.groups) return groupFolds(data.groups.codes, folds, random);
  return "labels" in data ? shuffledFolds(data.rows, folds, random) : stratifiedFolds(data.outcomes, folds, random);
}

/** Most folds that these data allow: rows, or groups, or different times. */
export function mostFolds({ rows, groups, time }: CalibrationData): number {
  if (time) return new Set(groups ? latestTimes(time.values, groups.codes) : time.values).size;
  return groups ? new Set(groups.codes).size : rows;
}

function shuffledFolds(rows: number, folds: number, random: Random): Int32Array {
  requireUnits(rows, folds, "rows");
  return shuffle(
    Int32Array.from({ length: rows }, (_, i) => i % folds),
    random,
  );
}

function stratifiedFolds(labels: ArrayLike<number>, folds: number, random: Random): Int32Array {
  const rows = labels.length;
  requireUnits(rows, folds, "rows");
  const shuffled = shuffle(
    Uint32Array.from({ length: rows }, (_, i) => i),
    random,
  );
  const byLabel = argsort(Float64Array.from(shuffled, (row) => labels[row]));
  const result = new Int32Array(rows);
  for (let k = 0; k < rows; k++) result[shuffled[byLabel[k]]] = k % folds;
  return result;
}

function groupFolds(codes: Int32Array, folds: number, random: Random): Int32Array {
  const sizes = new Map<number, number>();
  for (const code of codes) sizes.set(code, (sizes.get(code) ?? 0) + 1);
  requireUnits(sizes.size, folds, "groups");
  const groups = shuffle(
    Int32Array.from(sizes.keys()).sort((a, b) => a - b),
    random,
  );
  const descending = argsort(Float64Array.from(groups, (code) => -(sizes.get(code) ?? 0)));
  const filled = new Float64Array(folds);
  const foldOf = new Map<number, number>();
  for (const k of descending) {
    const fold = filled.indexOf(Math.min(...filled));
    foldOf.set(groups[k], fold);
    filled[fold] += sizes.get(groups[k]) ?? 0;
  }
  return codes.map((code) => foldOf.get(code) ?? 0);
}

function timeFolds(times: Float64Array, codes: Int32Array | undefined, folds: number): Int32Array {
  const known = codes ? latestTimes(times, codes) : times;
  const order = argsort(known);
  const rows = order.length;
  const starts: number[] = [];
  for (let k = 0; k < rows; k++) if (k === 0 || known[order[k]] > known[order[k - 1]]) starts.push(k);
  requireUnits(starts.length, folds, "different times");
  const result = new Int32Array(rows);
  let fold = 0;
  starts.forEach((start, s) => {
    const end = s + 1 < starts.length ? starts[s + 1] : rows;
    const isDue = start * folds >= rows * (fold + 1);
    const isLast = starts.length - s <= folds - 1 - fold;
    if (s > 0 && fold + 1 < folds && (isDue || isLast)) fold++;
    for (let k = start; k < end; k++) result[order[k]] = fold;
  });
  return result;
}

function latestTimes(times: Float64Array, codes: Int32Array): Float64Array {
  const latest = new Map<number, number>();
  codes.forEach((code, i) => {
    latest.set(code, Math.max(latest.get(code) ?? -Infinity, times[i]));
  });
  return Float64Array.from(codes, (code) => latest.get(code) ?? 0);
}

function requireUnits(units: number, folds: number, what: string): void {
  if (units < folds) throw new InputError("too-few", `${folds} folds need at least ${folds} ${what}, got ${units}`);
}
