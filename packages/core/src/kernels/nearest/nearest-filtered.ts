import type { Matrix } from "../../matrix.ts";
import { reserve } from "../simd/kernels.ts";
import { BANK_FACTS, BANK_TILE, QUERY_FACTS, QUERY_TILE, STEP_VALUES } from "./filter-code.ts";
import type { FilterExports } from "./filter-kernel.ts";
import { insertNearest } from "./insert-nearest.ts";
import { type Frame, quantise, quantisedFacts } from "./quantise.ts";
import { squaredDistance } from "./squared-distance.ts";

/** Bytes of the quantised bank that are resident at a time. */
const RESIDENT = 2 ** 24;

/** Bytes, and rows at most, of the bank that pass by all queries of a block: fits the second cache of most processors. */
const CHUNK = 2 ** 18;
const CHUNK_ROWS = 4096;

/** Bytes, and rows at most, of a block of queries: fits the first cache. */
const BLOCK = 2 ** 15;
const BLOCK_ROWS = 256;

/** Largest relative error of rounding to single precision. */
const SINGLE = 2 ** -24;

const upTo = (count: number, tile: number): number => tile * Math.ceil(count / tile);
const within = (bytes: number, perRow: number, tile: number, most: number): number =>
  Math.max(tile, Math.min(tile * Math.floor(bytes / (perRow * tile)), upTo(most, tile)));

/**
 * As `nearestPlain`, to the last bit, for 1 ≤ cols ≤ 2¹⁵: most rows of the bank are refused on integers that stand for them,
 * and distances are worked out only for the rest.
 *
 * With q̂, b̂ the quantised rows and e their distances from the rows, |q - b| ≥ |q̂ - b̂| - e(q) - e(b). A row is refused where
 * that is above the k-th smallest distance so far, T. Multiplied out with T' = T + e(q) and the integer rows of q̂ and b̂, each
 * times its scale s: s(b)·⟨q̂, b̂⟩ - z·(|b̂|² - e(b)²) + y·e(b) < x, where x = (|q̂|² - T'²)·z, y = 2T'·z and z = 1/(2·s(q)).
 * The inner product is exact. Rounding the rest to single precision costs at most 5.1·2⁻²⁴ of each of the first two terms
 * and of y·e(b), and 2⁻²⁴ of x; the first is at most z·(|q̂|² + |b̂|²). Slack in |b̂|², |q̂|², y, e and x is above that.
 *
 * Memory, in this order: the resident part of the bank, its facts, a block of queries, its facts, the candidates of each.
 */
export function nearestFiltered(
  kernel: FilterExports,
  queries: Matrix,
  bank: Matrix,
  frame: Frame,
  k: number,
  distances: Float64Array,
  indices: Int32Array,
): void {
  distances.fill(Infinity);
  const perRow = 2 * upTo(bank.cols, STEP_VALUES);
  const resident = within(RESIDENT, perRow + BANK_FACTS / BANK_TILE, BANK_TILE, bank.rows);
  const chunk = within(CHUNK, perRow, BANK_TILE, Math.min(CHUNK_ROWS, resident));
  const block = within(BLOCK, perRow, QUERY_TILE, Math.min(BLOCK_ROWS, queries.rows));
  const atBankFacts = resident * perRow;
  const atQueries = atBankFacts + (resident / BANK_TILE) * BANK_FACTS;
  const atQueryFacts = atQueries + block * perRow;
  const atLists = atQueryFacts + block * QUERY_FACTS;
  const buffer = reserve(kernel.memory, atLists + 4 * chunk * block);
  const integers = new Int16Array(buffer);
  const singles = new Float32Array(buffer);
  const addresses = new Int32Array(buffer);
  const bankFacts = quantisedFacts(resident);
  const queryFacts = quantisedFacts(block);

  for (let from = 0; from < bank.rows; from += resident) {
    const to = Math.min(from + resident, bank.rows);
    quantise(bank, from, to, frame, BANK_TILE, integers, bankFacts);
    for (let row = 0; row < to - from; row++) {
      const at = (atBankFacts + Math.floor(row / BANK_TILE) * BANK_FACTS) / 4 + (row % BANK_TILE);
      const error = bankFacts.errors[row];
      singles[at] = bankFacts.scales[row];
      singles[at + BANK_TILE] = bankFacts.squares[row] * (1 - 12 * SINGLE) - error * error;
      singles[at + 2 * BANK_TILE] = error;
    }
    for (let start = 0; start < queries.rows; start += block) {
      const end = Math.min(start + block, queries.rows);
      quantise(queries, start, end, frame, QUERY_TILE, integers.subarray(atQueries / 2), queryFacts);
      const tiles = Math.ceil((end - start) / QUERY_TILE);
      for (let q = 0; q < tiles * QUERY_TILE; q++) {
        const last = q < end - start ? distances[(start + q) * k + k - 1] : 0;
        putBound(q, last);
        emptyList(q);
      }
      let width = Math.min(chunk, upTo(Math.max(2 * k, 64), BANK_TILE));
      for (let at = 0; at < to - from; ) {
        const next = Math.min(at + width, to - from);
        kernel.compareTiles(
          atQueries,
          at * perRow,
          atBankFacts + (at / BANK_TILE) * BANK_FACTS,
          atQueryFacts,
          from + at,
          perRow / (2 * STEP_VALUES),
          tiles,
          Math.ceil((next - at) / BANK_TILE),
        );
        for (let q = 0; q < end - start; q++)
          if (examine(q, start + q, from + next)) putBound(q, distances[(start + q) * k + k - 1]);
        for (let q = end - start; q < tiles * QUERY_TILE; q++) emptyList(q);
        at = next;
        width = Math.min(chunk, 2 * width);
      }
    }
  }

  function putBound(q: number, square: number): void {
    const at = (atQueryFacts + q * QUERY_FACTS) / 4;
    const bound = (Math.sqrt(square) / frame.unit) * (1 + 1e-12) + queryFacts.errors[q];
    const z = 0.5 / queryFacts.scales[q];
    const x = (queryFacts.squares[q] * (1 - 6 * SINGLE) - bound * bound) * z;
    singles[at] = x - 2 * SINGLE * Math.abs(x) - 1e-25;
    singles[at + 1] = 2 * bound * z * (1 + 16 * SINGLE);
    singles[at + 2] = z;
    if (!(Math.abs(singles[at]) < Infinity)) singles[at] = -Infinity;
  }

  /** Works out the distances of the candidates below `limit` and empties their list; returns whether one was near. */
  function examine(q: number, query: number, limit: number): boolean {
    const at = (atQueryFacts + q * QUERY_FACTS) / 4 + 3;
    const list = (atLists + 4 * chunk * q) / 4;
    const end = addresses[at] / 4;
    let near = false;
    for (let c = list; c < end; c++) {
      const index = addresses[c];
      if (index >= limit) break;
      const distance = squaredDistance(queries.data, query * queries.cols, bank.data, index * bank.cols, bank.cols);
      if (distance >= distances[query * k + k - 1]) continue;
      insertNearest(distances, indices, query * k, Math.min(index, k), k, distance, index);
      near = true;
    }
    emptyList(q);
    return near;
  }

  function emptyList(q: number): void {
    addresses[(atQueryFacts + q * QUERY_FACTS) / 4 + 3] = atLists + 4 * chunk * q;
  }
}
