import type { Matrix } from "../../matrix.ts";
import { reserve } from "../simd/kernels.ts";
import { addCandidate, boundOf, type Candidates, noCandidates, restart, settle } from "./candidates.ts";
import { BANK_FACTS, BANK_TILE, CANDIDATE, QUERY_FACTS, QUERY_TILE, SCRATCH, STEP_VALUES } from "./filter-code.ts";
import type { FilterExports } from "./filter-kernel.ts";
import { type Frame, type QuantisedFacts, quantise, quantisedFacts } from "./quantise.ts";

/** Bytes of the quantised bank that are resident at a time. */
const RESIDENT = 2 ** 24;

/** Bytes, and rows at most, of the bank that pass by all queries of a block: fits the second cache of most processors. */
const CHUNK = 2 ** 18;
const CHUNK_ROWS = 2048;

/** Bytes, and rows at most, of a block of queries: fits the first cache. */
const BLOCK = 2 ** 15;
const BLOCK_ROWS = 256;

/** Bytes at most, unless of few queries, of the candidates of a block and their bounds. */
const CANDIDATES = 2 ** 25;

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
 * What is not refused keeps bounds of its distance from the same numbers; the k-th smallest upper bound is T. Only at the end
 * are the distances of those worked out whose lower bound is not above T.
 *
 * Memory, in this order: scratch; the resident part of the bank, its facts; a block of queries, its facts; their candidates.
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
  const room = 2 * chunk + 4 * k;
  const most = Math.min(BLOCK_ROWS, queries.rows, CANDIDATES / (8 * k + 12 * room));
  const block = within(BLOCK, perRow, QUERY_TILE, Math.max(QUERY_TILE, QUERY_TILE * Math.floor(most / QUERY_TILE)));
  const atBankFacts = SCRATCH + resident * perRow;
  const atQueries = atBankFacts + (resident / BANK_TILE) * BANK_FACTS;
  const atQueryFacts = atQueries + block * perRow;
  const atLists = atQueryFacts + block * QUERY_FACTS;
  const listBytes = chunk * CANDIDATE;
  const buffer = reserve(kernel.memory, atLists + block * listBytes);
  const integers = new Int16Array(buffer);
  const singles = new Float32Array(buffer);
  const addresses = new Int32Array(buffer);
  const bankFacts = quantisedFacts(resident);
  const queryFacts = quantisedFacts(block);
  const candidates = noCandidates(block, k, room);

  for (let from = 0; from < bank.rows; from += resident) {
    const to = Math.min(from + resident, bank.rows);
    quantise(bank, from, to, frame, BANK_TILE, integers.subarray(SCRATCH / 2), bankFacts);
    putBankFacts(bankFacts, to - from, singles.subarray(atBankFacts / 4));
    for (let start = 0; start < queries.rows; start += block) {
      const count = Math.min(block, queries.rows - start);
      quantise(queries, start, start + count, frame, QUERY_TILE, integers.subarray(atQueries / 2), queryFacts);
      for (let q = 0; q < upTo(count, QUERY_TILE); q++) {
        if (q < count) restart(candidates, q, distances, (start + q) * k, frame.unit);
        putBound(queryFacts, q, boundOf(candidates, q), singles, (atQueryFacts + q * QUERY_FACTS) / 4);
      }
      let width = Math.min(chunk, upTo(Math.max(2 * k, 64), BANK_TILE));
      for (let at = from; at < to; ) {
        const next = Math.min(at + width, to);
        for (let q = 0; q < upTo(count, QUERY_TILE); q++)
          addresses[(atQueryFacts + q * QUERY_FACTS) / 4 + 3] = atLists + q * listBytes;
        kernel.compareTiles(
          atQueries,
          SCRATCH + (at - from) * perRow,
          atBankFacts + ((at - from) / BANK_TILE) * BANK_FACTS,
          atQueryFacts,
          at,
          perRow / (2 * STEP_VALUES),
          Math.ceil(count / QUERY_TILE),
          Math.ceil((next - at) / BANK_TILE),
        );
        for (let q = 0; q < count; q++) {
          const facts = (atQueryFacts + q * QUERY_FACTS) / 4;
          const list = (atLists + q * listBytes) / 4;
          const end = addresses[facts + 3] / 4;
          if (end === list) continue;
          if (candidates.counts[q] + (end - list) / 2 > candidates.room) {
            settle(candidates, q, queries, start + q, bank, distances, indices);
            restart(candidates, q, distances, (start + q) * k, frame.unit);
          }
          takeList(candidates, queryFacts, q, bankFacts, from, next, addresses, singles, list, end);
          putBound(queryFacts, q, boundOf(candidates, q), singles, facts);
        }
        at = next;
        width = Math.min(chunk, 2 * width);
      }
      for (let q = 0; q < count; q++) settle(candidates, q, queries, start + q, bank, distances, indices);
    }
  }
}

function putBankFacts({ scales, squares, errors }: QuantisedFacts, rows: number, singles: Float32Array): void {
  for (let row = 0; row < rows; row++) {
    const at = (Math.floor(row / BANK_TILE) * BANK_FACTS) / 4 + (row % BANK_TILE);
    singles[at] = scales[row];
    singles[at + BANK_TILE] = squares[row] * (1 - 12 * SINGLE) - errors[row] * errors[row];
    singles[at + 2 * BANK_TILE] = errors[row];
  }
}

/** Writes x, y and z of a query of which no nearest row is farther than `bound`. */
function putBound(
  { scales, squares, errors }: QuantisedFacts,
  q: number,
  bound: number,
  singles: Float32Array,
  at: number,
): void {
  const reach = bound + errors[q];
  const z = 0.5 / scales[q];
  const x = (squares[q] * (1 - 6 * SINGLE) - reach * reach) * z;
  singles[at] = x - 2 * SINGLE * Math.abs(x) - 1e-25;
  singles[at + 1] = 2 * reach * z * (1 + 16 * SINGLE);
  singles[at + 2] = z;
  if (!(Math.abs(singles[at]) < Infinity)) singles[at] = -Infinity;
}

/** Moves the rows before `limit` from the list that the module wrote to the candidates of the query. */
function takeList(
  candidates: Candidates,
  queryFacts: QuantisedFacts,
  q: number,
  bankFacts: QuantisedFacts,
  first: number,
  limit: number,
  addresses: Int32Array,
  singles: Float32Array,
  list: number,
  end: number,
): void {
  const square = queryFacts.squares[q];
  const error = queryFacts.errors[q];
  const perSimilarity = 2 * queryFacts.scales[q];
  for (let at = list; at < end; at += 2) {
    const index = addresses[at];
    if (index >= limit) return;
    const row = index - first;
    const both = error + bankFacts.errors[row];
    const middle = square - perSimilarity * singles[at + 1] + bankFacts.errors[row] ** 2;
    const slack = 32 * SINGLE * (square + bankFacts.squares[row]);
    const lower = Math.sqrt(Math.max(0, middle - slack)) * (1 - 1e-12) - both;
    const upper = Math.sqrt(Math.max(0, middle + slack)) * (1 + 1e-12) + both;
    addCandidate(candidates, q, index, lower, upper);
  }
}
