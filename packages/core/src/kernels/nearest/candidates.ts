import type { Matrix } from "../../matrix.ts";
import { insertNearest } from "./insert-nearest.ts";
import { squaredDistance } from "./squared-distance.ts";

/** What may be among the k nearest rows of each query of a block, with bounds of the distances in units. */
export interface Candidates {
  readonly k: number;
  /** Rows that each query has room for. */
  readonly room: number;
  /** Queries × k, ascending: so many rows are at most that far away. */
  readonly uppers: Float64Array;
  /** How many rows each query has. */
  readonly counts: Int32Array;
  /** Queries × room: rows of the bank, ascending. */
  readonly indices: Int32Array;
  /** Queries × room: how far they are at least. */
  readonly lowers: Float64Array;
}

/** No candidates, for so many queries. */
export function noCandidates(queries: number, k: number, room: number): Candidates {
  return {
    k,
    room,
    uppers: new Float64Array(queries * k),
    counts: new Int32Array(queries),
    indices: new Int32Array(queries * room),
    lowers: new Float64Array(queries * room),
  };
}

/** Forgets the candidates of a query and starts from its nearest rows so far. */
export function restart(
  { k, uppers, counts }: Candidates,
  q: number,
  squares: Float64Array,
  at: number,
  unit: number,
): void {
  counts[q] = 0;
  for (let i = 0; i < k; i++) uppers[q * k + i] = (Math.sqrt(squares[at + i]) / unit) * (1 + 1e-12);
}

/** No nearest row of the query can be farther away. */
export function boundOf({ k, uppers }: Candidates, q: number): number {
  return uppers[q * k + k - 1];
}

/** Adds a row, unless it is too far; there has to be room. The row is after all those that the query has. */
export function addCandidate(
  { k, room, uppers, counts, indices, lowers }: Candidates,
  q: number,
  index: number,
  lower: number,
  upper: number,
): void {
  const start = q * k;
  const last = start + k - 1;
  if (upper < uppers[last]) {
    let place = last;
    for (; place > start && uppers[place - 1] > upper; place--) uppers[place] = uppers[place - 1];
    uppers[place] = upper;
  }
  if (lower > uppers[last]) return;
  const at = q * room + counts[q]++;
  indices[at] = index;
  lowers[at] = lower;
}

/** Works out the distances of the candidates that can be near, and puts them among the nearest rows of that query. */
export function settle(
  candidates: Candidates,
  q: number,
  queries: Matrix,
  query: number,
  bank: Matrix,
  distances: Float64Array,
  indices: Int32Array,
): void {
  const { k, room } = candidates;
  const bound = boundOf(candidates, q);
  const start = q * room;
  const end = start + candidates.counts[q];
  for (let c = start; c < end; c++) {
    if (candidates.lowers[c] > bound) continue;
    const index = candidates.indices[c];
    const distance = squaredDistance(queries.data, query * queries.cols, bank.data, index * bank.cols, bank.cols);
    insertNearest(distances, indices, query * k, k, distance, index);
  }
  candidates.counts[q] = 0;
}
