/** Runs up to this long are sorted by insertion. */
const INSERTION_LIMIT = 40;
/** Rounds of spreading before a run is left to the engine's own sort. */
const MAX_ROUNDS = 4;
const MAX_BUCKETS = 2 ** 18;

/**
 * A copy in ascending order of absolute value; the signs, also those of zeros, stay with their values. The order among
 * equal magnitudes is not specified.
 *
 * @param values finite reals
 *
 * Source: bucket sort with one pass over a linear key (Knuth, TAOCP 3, section 5.2.1); crowded buckets are spread again
 * over their own range. Linear in n for scores as they occur.
 */
export function sortMagnitudes(values: Float64Array): Float64Array {
  const sorted = values.slice();
  sortRange(sorted, 0);
  return sorted;
}

function sortRange(values: Float64Array, round: number): void {
  const n = values.length;
  if (n <= INSERTION_LIMIT) {
    insertionSort(values, 0, n);
    return;
  }
  let low = Infinity;
  let high = 0;
  for (let i = 0; i < n; i++) {
    const size = Math.abs(values[i]);
    if (size < low) low = size;
    if (size > high) high = size;
  }
  if (low === high) return;
  const buckets = Math.min(MAX_BUCKETS, 2 ** Math.ceil(Math.log2(n / 4)));
  const scale = (buckets - 1) / (high - low);
  if (round === MAX_ROUNDS || !(scale < Infinity)) {
    mergeSigned(values);
    return;
  }
  const ends = countBuckets(values, low, scale, buckets);
  scatter(values.slice(), values, low, scale, ends);
  let start = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const end = ends[bucket];
    if (end - start > INSERTION_LIMIT) sortRange(values.subarray(start, end), round + 1);
    else if (end - start > 1) insertionSort(values, start, end);
    start = end;
  }
}

/** Where each bucket starts. */
function countBuckets(values: Float64Array, low: number, scale: number, buckets: number): Uint32Array {
  const starts = new Uint32Array(buckets);
  for (let i = 0; i < values.length; i++) starts[((Math.abs(values[i]) - low) * scale) | 0]++;
  let before = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const count = starts[bucket];
    starts[bucket] = before;
    before += count;
  }
  return starts;
}

/** Moves every value to its bucket; `places` then holds where each bucket ends. */
function scatter(from: Float64Array, to: Float64Array, low: number, scale: number, places: Uint32Array): void {
  for (let i = 0; i < from.length; i++) {
    const value = from[i];
    to[places[((Math.abs(value) - low) * scale) | 0]++] = value;
  }
}

function insertionSort(values: Float64Array, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) {
    const value = values[i];
    const size = Math.abs(value);
    let j = i - 1;
    while (j >= start && Math.abs(values[j]) > size) {
      values[j + 1] = values[j];
      j--;
    }
    values[j + 1] = value;
  }
}

/** The engine's sort puts negative values first, the largest magnitude leading: one merge from the middle is left. */
function mergeSigned(values: Float64Array): void {
  const signed = values.slice().sort();
  let right = signed.findIndex((value) => value > 0 || Object.is(value, 0));
  if (right < 0) right = signed.length;
  let left = right - 1;
  for (let i = 0; i < values.length; i++)
    values[i] =
      left >= 0 && (right === signed.length || -signed[left] <= signed[right]) ? signed[left--] : signed[right++];
}
