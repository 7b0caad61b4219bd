import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import type { SetScore } from "../conformal-document.ts";
import { heapClasses, nextClass } from "./class-ranking.ts";
import { marginScore, type RankedScore, rankedScore } from "./score-formulas.ts";

const SHORT = 24;

/** Sorts the first `count` values, largest first. */
function sortDescending(values: Float64Array, count: number): void {
  if (count > SHORT) {
    values.subarray(0, count).sort().reverse();
    return;
  }
  for (let i = 1; i < count; i++) {
    const value = values[i];
    let j = i - 1;
    while (j >= 0 && values[j] < value) {
      values[j + 1] = values[j];
      j--;
    }
    values[j + 1] = value;
  }
}

/** Copies the probabilities of the classes before `label`; returns how many there are. */
function takeBefore(data: Float64Array, start: number, cols: number, label: number, out: Float64Array): number {
  const own = data[start + label];
  let count = 0;
  for (let j = 0; j < cols; j++) {
    const p = data[start + j];
    if (p > own || (p === own && j < label)) out[count++] = p;
  }
  return count;
}

function checkUniforms(uniforms: Float64Array | undefined, rows: number): void {
  if (uniforms === undefined) return;
  if (uniforms.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but ${uniforms.length} uniforms`);
  for (let i = 0; i < rows; i++)
    if (!(uniforms[i] >= 0 && uniforms[i] <= 1))
      throw new InputError("out-of-range", `uniform ${uniforms[i]} at row ${i} is not in [0, 1]`, i);
}

function checkRows({ rows, cols }: Matrix, uniforms: Float64Array | undefined): void {
  if (cols < 2) throw new InputError("one-class", `sets need at least 2 classes, got ${cols}`);
  checkUniforms(uniforms, rows);
}

/**
 * The nonconformity score of the true class of every row: the larger, the stranger the class is to the model.
 *
 * @param probabilities n × K, K ≥ 2; not divided by their sum here (`probabilityRows` does)
 * @param labels n class indices in [0, K)
 * @param score which score, with its constants; see `rankedScore` for the formulas
 * @param uniforms one number in [0, 1] per row; absent means 0 throughout (the variant that is not randomised). `lac` and
 * `margin` do not read them
 * @returns n scores; the very doubles that `setScoresOfClasses` and `setsWithin` have for the same row, uniform and class
 * @throws {InputError} `one-class`, `shape-mismatch`; `out-of-range` with the row of a label or uniform
 *
 * Source: classes are ranked by decreasing probability, ties by their index.
 */
export function setScores(
  probabilities: Matrix,
  labels: Int32Array,
  score: SetScore,
  uniforms?: Float64Array,
): Float64Array {
  checkRows(probabilities, uniforms);
  const { data, rows, cols } = probabilities;
  if (labels.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but ${labels.length} labels`);
  const result = new Float64Array(rows);
  const before = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    const label = labels[i];
    if (!(label >= 0 && label < cols))
      throw new InputError("out-of-range", `label ${label} at row ${i} is not in [0, ${cols})`, i);
    const start = i * cols;
    if (score.kind === "lac") result[i] = 1 - data[start + label];
    else if (score.kind === "margin") result[i] = marginScore(data, start, cols, label);
    else result[i] = rankedScoreOf(data, start, cols, label, score, uniforms === undefined ? 0 : uniforms[i], before);
  }
  return result;
}

function rankedScoreOf(
  data: Float64Array,
  start: number,
  cols: number,
  label: number,
  score: RankedScore,
  u: number,
  before: Float64Array,
): number {
  const count = takeBefore(data, start, cols, label, before);
  const own = data[start + label];
  let top = count === 0 ? own : before[0];
  let mass = 0;
  if (score.kind === "aps" || score.kind === "raps") {
    sortDescending(before, count);
    for (let j = 0; j < count; j++) mass += before[j];
  } else if (score.kind === "saps") for (let j = 1; j < count; j++) top = Math.max(top, before[j]);
  return rankedScore(score, count + 1, own, mass + own, top, u);
}

/**
 * The nonconformity score of every class of every row.
 *
 * @param probabilities n × K, K ≥ 2; not divided by their sum here
 * @param score which score, with its constants
 * @param uniforms one number in [0, 1] per row, shared by its classes; absent means 0 throughout
 * @returns n × K scores in the order of the classes
 * @throws {InputError} `one-class`, `shape-mismatch`, `out-of-range`
 */
export function setScoresOfClasses(probabilities: Matrix, score: SetScore, uniforms?: Float64Array): Matrix {
  checkRows(probabilities, uniforms);
  const { data, rows, cols } = probabilities;
  const result = new Float64Array(data.length);
  const heap = new Int32Array(cols);
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    if (score.kind === "lac") for (let j = start; j < start + cols; j++) result[j] = 1 - data[j];
    else if (score.kind === "margin")
      for (let k = 0; k < cols; k++) result[start + k] = marginScore(data, start, cols, k);
    else {
      const u = uniforms === undefined ? 0 : uniforms[i];
      heapClasses(heap, data, start);
      const top = data[start + heap[0]];
      let mass = 0;
      for (let rank = 1; rank <= cols; rank++) {
        const k = nextClass(heap, data, start, cols - rank + 1);
        mass += data[start + k];
        result[start + k] = rankedScore(score, rank, data[start + k], mass, top, u);
      }
    }
  }
  return { data: result, rows, cols };
}
