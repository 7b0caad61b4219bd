import { InputError } from "../../errors.ts";
import { checkRows, checkSameWidth } from "../../linalg/check-rows.ts";
import type { Matrix } from "../../matrix.ts";
import { filterKernel } from "./filter-kernel.ts";
import { frameOf } from "./frame.ts";
import { nearestFiltered } from "./nearest-filtered.ts";
import { nearestPlain } from "./nearest-plain.ts";

/** Products of two values below which plain loops are done before vectors would be. */
const WORTH_QUANTISING = 1_000_000;

/** Queries below which comparing costs less than quantising the bank. */
const FEW_QUERIES = 32;

/** Longest row whose 16-bit integers have inner products that fit 32 bits and rounding that the bounds cover. */
const LONGEST = 2 ** 15;

/** The rows of a bank that lie nearest to each query. */
export interface Nearest {
  /** queries × k: squared Euclidean distances, the smallest first. */
  readonly distances: Matrix;
  /** queries × k, row-major: the row of the bank each distance belongs to; of equal distances the smaller index is first. */
  readonly indices: Int32Array;
}

/**
 * The k rows of the bank nearest to each query, by Euclidean distance; exact, all rows are compared.
 *
 * A query that is itself in the bank finds itself, at distance 0. Needs the size of the result and less than 100 MB,
 * however many rows there are. With WebAssembly vectors, 10 000 queries × 50 000 rows × 128 columns take about 4 s of one core;
 * the result is the same without, to the last bit.
 *
 * @param queries any number of rows of finite reals
 * @param bank at least k rows of the same width
 * @param k how many neighbours, an integer ≥ 1
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite` with the row; `out-of-range` for k, or where a distance
 *   overflows; `too-few` where the bank has fewer than k rows
 *
 * Accuracy: each distance is a sum of squared differences, relative error at most (cols/4 + 4)·2⁻⁵³, no cancellation.
 */
export function nearestDistances(queries: Matrix, bank: Matrix, k: number): Nearest {
  check(queries, bank, k);
  const distances = new Float64Array(queries.rows * k);
  const indices = new Int32Array(queries.rows * k);
  const worth = queries.rows >= FEW_QUERIES && queries.rows * bank.rows * bank.cols >= WORTH_QUANTISING;
  const kernel = worth && bank.cols <= LONGEST ? filterKernel() : null;
  const frame = kernel === null ? null : frameOf(bank, queries);
  if (kernel === null || frame === null) nearestPlain(queries, bank, k, distances, indices);
  else nearestFiltered(kernel, queries, bank, frame, k, distances, indices);
  for (let i = k - 1; i < distances.length; i += k)
    if (!(distances[i] < Infinity)) {
      const row = (i + 1) / k - 1;
      throw new InputError("out-of-range", `squared distances of query ${row} are beyond the range of a double`, row);
    }
  return { distances: { data: distances, rows: queries.rows, cols: k }, indices };
}

function check(queries: Matrix, bank: Matrix, k: number): void {
  if (bank.rows === 0) throw new InputError("empty", "the bank has no rows");
  checkSameWidth(queries, "queries", bank, "the bank");
  checkRows(bank, "bank");
  checkRows(queries, "queries");
  if (!(Number.isInteger(k) && k >= 1)) throw new InputError("out-of-range", `k must be an integer ≥ 1, got ${k}`);
  if (k > bank.rows)
    throw new InputError("too-few", `${k} nearest neighbours need a bank of at least ${k} rows, got ${bank.rows}`);
}
