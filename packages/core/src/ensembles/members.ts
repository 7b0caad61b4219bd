import { InputError } from "../errors.ts";
import { softmax } from "../kernels/softmax.ts";
import type { Matrix } from "../matrix.ts";

/**
 * What every member of an ensemble says of every row: members × rows × classes probabilities, member after member. Members
 * are trained models, passes of Monte Carlo dropout, or draws from the posterior of a Bayesian network.
 */
export interface Members {
  /** `data[(m * rows + i) * classes + k]`: probability that member m gives class k in row i. */
  readonly data: Float64Array;
  readonly members: number;
  readonly rows: number;
  readonly classes: number;
}

/** Options of everything that averages over members. */
export interface MemberOptions {
  /**
   * One weight per member, ≥ 0, not all zero (posterior weights; only ratios matter). A member of weight 0 counts as absent.
   * Default: all equal.
   */
  readonly memberWeights?: Float64Array;
}

/** How far the sum of a row of probabilities may be from 1; single precision and rounded files stay within it. */
const SUM_TOLERANCE = 1e-3;

/**
 * Members from one block of probabilities; rows are divided by their sum, which rounding leaves a little off 1.
 *
 * @param data members × rows × classes probabilities in [0, 1], member after member, row after row
 * @param members M ≥ 1; what tells members apart needs 2, and says so
 * @param classes K ≥ 2: a binary member has two columns
 * @throws {InputError} `empty`, `shape-mismatch`; `not-finite`, `out-of-range`, `not-normalised` (a sum off by more than
 *   0.001) with the row, and the member in the message
 */
export function membersOf(data: Float64Array, members: number, rows: number, classes: number): Members {
  checkShape(data.length, members, rows, classes);
  const normal = new Float64Array(data.length);
  for (let m = 0; m < members; m++) normaliseMember(data, normal, m, rows, classes);
  return { data: normal, members, rows, classes };
}

/**
 * Members from one matrix of probabilities each.
 *
 * @param matrices rows × classes each, all of one shape
 * @throws {InputError} as `membersOf`; `shape-mismatch` names the first member of another shape
 */
export function membersFromMatrices(matrices: readonly Matrix[]): Members {
  const { rows, cols } = matrices[0] ?? { rows: 0, cols: 0 };
  const data = new Float64Array(matrices.length * rows * cols);
  matrices.forEach((matrix, m) => {
    if (matrix.rows !== rows || matrix.cols !== cols)
      throw new InputError(
        "shape-mismatch",
        `member ${m} has ${matrix.rows} × ${matrix.cols} values, expected ${rows} × ${cols} as in member 0`,
        m,
      );
    data.set(matrix.data, m * rows * cols);
  });
  return membersOf(data, matrices.length, rows, cols);
}

/**
 * Members from one block of logits: the softmax of every row of every member.
 *
 * @param logits members × rows × classes, finite, or −Infinity for a class that is ruled out
 * @throws {InputError} `empty`, `shape-mismatch`; `not-finite` with the row, and the member in the message
 */
export function membersFromLogits(logits: Float64Array, members: number, rows: number, classes: number): Members {
  checkShape(logits.length, members, rows, classes);
  const data = new Float64Array(logits.length);
  const size = rows * classes;
  for (let m = 0; m < members; m++) {
    const block = { data: logits.subarray(m * size, (m + 1) * size), rows, cols: classes };
    try {
      data.set(softmax(block).data, m * size);
    } catch (error) {
      if (InputError.is(error)) throw new InputError(error.code, `member ${m}: ${error.message}`, error.index);
      throw error;
    }
  }
  return { data, members, rows, classes };
}

function checkShape(length: number, members: number, rows: number, classes: number): void {
  if (!(Number.isInteger(members) && members >= 1))
    throw new InputError("empty", `an ensemble needs members, got ${members}`);
  if (!(Number.isInteger(rows) && rows >= 1)) throw new InputError("empty", "at least one row is needed, got none");
  if (!(Number.isInteger(classes) && classes >= 2))
    throw new InputError("shape-mismatch", `members need a probability for each of 2 classes or more, got ${classes}`);
  if (length !== members * rows * classes)
    throw new InputError(
      "shape-mismatch",
      `${members} members × ${rows} rows × ${classes} classes need ${members * rows * classes} values, got ${length}`,
    );
}

function normaliseMember(data: Float64Array, out: Float64Array, m: number, rows: number, classes: number): void {
  for (let i = 0; i < rows; i++) {
    const start = (m * rows + i) * classes;
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      const p = data[start + k];
      if (!(p >= 0 && p <= 1 + SUM_TOLERANCE)) refuse(p, m, i, k);
      sum += p;
    }
    if (!(Math.abs(sum - 1) <= SUM_TOLERANCE))
      throw new InputError(
        "not-normalised",
        `member ${m}, row ${i}: expected probabilities that sum to 1 within ${SUM_TOLERANCE}, got a sum of ${sum}`,
        i,
      );
    for (let k = 0; k < classes; k++) out[start + k] = data[start + k] / sum;
  }
}

function refuse(p: number, m: number, i: number, k: number): never {
  const code = Number.isFinite(p) ? "out-of-range" : "not-finite";
  throw new InputError(code, `member ${m}, row ${i}, class ${k}: expected a probability in [0, 1], got ${p}`, i);
}
