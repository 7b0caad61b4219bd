import { InputError } from "../../errors.ts";
import { type PredictedSets, setContains } from "./predicted-sets.ts";

function checkLabels({ rows, classes }: PredictedSets, labels: Int32Array): void {
  if (rows === 0) throw new InputError("empty", "at least one set is needed, got none");
  if (labels.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} sets but ${labels.length} labels`);
  for (let i = 0; i < rows; i++)
    if (!(labels[i] >= 0 && labels[i] < classes))
      throw new InputError("out-of-range", `label ${labels[i]} at row ${i} is not in [0, ${classes})`, i);
}

/** Sets from rows of true and false, for tables made by hand. */
export function setsFromRows(rows: readonly (readonly boolean[])[]): PredictedSets {
  const classes = rows[0]?.length ?? 0;
  const words = Math.ceil(classes / 32);
  const bits = new Uint32Array(rows.length * words);
  rows.forEach((row, i) => {
    if (row.length !== classes)
      throw new InputError("shape-mismatch", `row ${i} has ${row.length} classes, expected ${classes}`, i);
    row.forEach((isIn, k) => {
      if (isIn) bits[i * words + (k >>> 5)] |= 1 << (k & 31);
    });
  });
  return { rows: rows.length, classes, sizes: Int32Array.from(rows, (row) => row.filter(Boolean).length), bits };
}

/**
 * Share of rows whose set holds the true class.
 *
 * @param labels true class of every row
 * @throws {InputError} `empty`, `shape-mismatch`, `out-of-range`
 */
export function setCoverage(sets: PredictedSets, labels: Int32Array): number {
  checkLabels(sets, labels);
  let covered = 0;
  for (let i = 0; i < sets.rows; i++) if (setContains(sets, i, labels[i])) covered++;
  return covered / sets.rows;
}

/**
 * Mean number of classes in a set.
 *
 * @throws {InputError} `empty`
 */
export function meanSetSize({ sizes, rows }: PredictedSets): number {
  if (rows === 0) throw new InputError("empty", "at least one set is needed, got none");
  return sizes.reduce((total, size) => total + size, 0) / rows;
}

/** Coverage of the sets of some sizes. */
export interface SetSizeCoverage {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  /** Null where no set has such a size. */
  readonly coverage: number | null;
}

/**
 * Coverage by size of the set; the least of them is the size-stratified coverage (SSC).
 *
 * @param labels true class of every row
 * @param bins into how many ranges the sizes 0 … K are divided, as equal as can be, longer ones first. Default: each size
 * @throws {InputError} `empty`, `shape-mismatch`, `out-of-range`
 *
 * Source: Angelopoulos et al. (2021), "Uncertainty sets for image classifiers using conformal prediction", section 4.
 */
export function coverageBySetSize(sets: PredictedSets, labels: Int32Array, bins?: number): SetSizeCoverage[] {
  checkLabels(sets, labels);
  const sizes = sets.classes + 1;
  const count = bins ?? sizes;
  if (!(Number.isInteger(count) && count >= 1 && count <= sizes))
    throw new InputError("out-of-range", `bins must be an integer in [1, ${sizes}], got ${count}`);
  const longer = sizes % count;
  const length = Math.floor(sizes / count);
  return Array.from({ length: count }, (_, bin) => {
    const from = bin * length + Math.min(bin, longer);
    const to = from + length - (bin < longer ? 0 : 1);
    let n = 0;
    let covered = 0;
    for (let i = 0; i < sets.rows; i++) {
      if (sets.sizes[i] < from || sets.sizes[i] > to) continue;
      n++;
      if (setContains(sets, i, labels[i])) covered++;
    }
    return { from, to, n, coverage: n === 0 ? null : covered / n };
  });
}

/** How unevenly classes are covered. */
export interface ClassCoverageGap {
  /** CovGap: mean of |coverage of a class − level| over the classes with rows, in [0, 1]. */
  readonly gap: number;
  /** Class of least coverage, the first of equals, and that coverage. */
  readonly worstClass: number;
  readonly worst: number;
}

/**
 * How far the coverage of classes is from the level, on average and at worst.
 *
 * @param labels true class of every row
 * @param level wanted coverage, in (0, 1)
 * @returns with few rows per class most of the gap is chance: n rows alone give about 0.8 · √(level (1 − level)/n)
 * @throws {InputError} `empty`, `shape-mismatch`, `out-of-range`
 *
 * Source: Ding et al. (2023), "Class-conditional conformal prediction with many classes", section 3.1 (there in per cent).
 */
export function classCoverageGap(sets: PredictedSets, labels: Int32Array, level: number): ClassCoverageGap {
  checkLabels(sets, labels);
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  const counts = new Int32Array(sets.classes);
  const covered = new Int32Array(sets.classes);
  for (let i = 0; i < sets.rows; i++) {
    counts[labels[i]]++;
    if (setContains(sets, i, labels[i])) covered[labels[i]]++;
  }
  let total = 0;
  let present = 0;
  let worstClass = -1;
  let worst = Infinity;
  for (let k = 0; k < sets.classes; k++) {
    if (counts[k] === 0) continue;
    const coverage = covered[k] / counts[k];
    total += Math.abs(coverage - level);
    present++;
    if (coverage < worst) {
      worst = coverage;
      worstClass = k;
    }
  }
  return { gap: total / present, worstClass, worst };
}
