/** Runs up to this long are sorted by insertion. */
const INSERTION_LIMIT = 40;
/** Rounds of spreading before a run is left to the engine's own sort. */
const MAX_ROUNDS = 4;
/** Most buckets of a round. */
const MAX_BUCKETS = 2 ** 16;

/**
 * Sorts in place by ascending absolute value; the signs, also those of zeros, stay with their values. The order among equal
 * magnitudes is not specified.
 *
 * @param values finite reals
 *
 * Source: bucket sort on a linear key (Knuth, TAOCP 3, section 5.2.1); each bucket is spread again over its own range until
 * runs are short. Linear in n for scores as they occur.
 */
export function sortMagnitudes(values: Float64Array): void {
  if (values.length > 1) sortRun(values, new Float64Array(values.length), new Uint32Array(MAX_BUCKETS), 0);
}

/**
 * @param scratch as long as `values`; what it held is lost
 * @param places room for the buckets of this round
 */
function sortRun(values: Float64Array, scratch: Float64Array, places: Uint32Array, round: number): void {
  const n = values.length;
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
  if (n <= INSERTION_LIMIT) insertionSort(values, 0, n);
  else if (round === MAX_ROUNDS || !(scale < Infinity)) mergeSigned(values);
  else {
    countBuckets(values, low, scale, places, buckets);
    scatter(values, scratch, low, scale, places);
    values.set(scratch);
    sortBuckets(values, scratch, places, buckets, round);
  }
}

function sortBuckets(
  values: Float64Array,
  scratch: Float64Array,
  ends: Uint32Array,
  buckets: number,
  round: number,
): void {
  let inner: Uint32Array | undefined;
  let start = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const end = ends[bucket];
    if (end - start > INSERTION_LIMIT) {
      inner ??= new Uint32Array(MAX_BUCKETS);
      sortRun(values.subarray(start, end), scratch.subarray(start, end), inner, round + 1);
    } else if (end - start > 1) insertionSort(values, start, end);
    start = end;
  }
}

/** Leaves in `places` where each bucket starts. */
function countBuckets(values: Float64Array, low: number, scale: number, places: Uint32Array, buckets: number): void {
  places.fill(0, 0, buckets);
  for (let i = 0; i < values.length; i++) places[((Math.abs(values[i]) - low) * scale) | 0]++;
  let before = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const count = places[bucket];
    places[bucket] = before;
    before += count;
  }
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
