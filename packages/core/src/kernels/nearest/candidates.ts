import type { Matrix } from "../../matrix.ts";
import { argsort } from "../argsort.ts";
import { squaredDistance } from "./squared-distance.ts";

/** What may be among the k nearest rows of each query of a block, with bounds of the distances in units. */
export interface Candidates {
  readonly k: number;
  /** Rows that each query has room for. */
  readonly room: number;
  /** Queries × k, each a heap with the largest first: so many rows are at most that far away. */
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
  for (let i = 0; i < k; i++) uppers[q * k + k - 1 - i] = (Math.sqrt(squares[at + i]) / unit) * (1 + 1e-12);
}

/** No nearest row of the query can be farther away. */
export function boundOf({ k, uppers }: Candidates, q: number): number {
  return uppers[q * k];
}

/** Adds a row, unless it is too far; there has to be room. The row is after all those that the query has. */
export function addCandidate(
  { k, room, uppers, counts, indices, lowers }: Candidates,
  q: number,
  index: number,
  lower: number,
  upper: number,
): void {
  if (upper < uppers[q * k]) replaceLargest(uppers, q * k, k, upper);
  if (lower > uppers[q * k]) return;
  const at = q * room + counts[q]++;
  indices[at] = index;
  lowers[at] = lower;
}

/** Puts a value in the place of the largest of a heap, and sinks it to where it belongs. */
function replaceLargest(heap: Float64Array, start: number, size: number, value: number): void {
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= size) break;
    if (child + 1 < size && heap[start + child + 1] > heap[start + child]) child++;
    if (!(heap[start + child] > value)) break;
    heap[start + place] = heap[start + child];
    place = child;
  }
  heap[start + place] = value;
}

/** Works out the distances of the candidates that can be near, and merges them into the nearest rows of that query. */
export function settle(
  candidates: Candidates,
  q: number,
  queries: Matrix,
  query: number,
  bank: Matrix,
  distances: Float64Array,
  indices: Int32Array,
): void {
  const { k, room, lowers } = candidates;
  const bound = boundOf(candidates, q);
  const at = query * k;
  let known = 0;
  while (known < k && distances[at + known] < Infinity) known++;
  const squares = new Float64Array(known + candidates.counts[q]);
  const rows = new Int32Array(squares.length);
  squares.set(distances.subarray(at, at + known));
  rows.set(indices.subarray(at, at + known));
  let found = known;
  for (let c = q * room; c < q * room + candidates.counts[q]; c++) {
    if (lowers[c] > bound) continue;
    const row = candidates.indices[c];
    squares[found] = squaredDistance(queries.data, query * queries.cols, bank.data, row * bank.cols, bank.cols);
    rows[found] = row;
    found++;
  }
  const order = argsort(squares.subarray(0, found));
  for (let i = 0; i < Math.min(k, found); i++) {
    distances[at + i] = squares[order[i]];
    indices[at + i] = rows[order[i]];
  }
  candidates.counts[q] = 0;
}
