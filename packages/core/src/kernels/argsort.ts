import { InputError } from "../errors.ts";

const INSERTION_LIMIT = 32;
const TOP_KEY = 2 ** 32 - 1;

/** Sorts `order` in [start, end) by the values it points at; keys decide first where they differ. Stable. */
function insertionSort(values: Float64Array, keys: Uint32Array, order: Uint32Array, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) {
    const key = keys[i];
    const index = order[i];
    let j = i - 1;
    while (j >= start && (keys[j] > key || (keys[j] === key && values[order[j]] > values[index]))) {
      keys[j + 1] = keys[j];
      order[j + 1] = order[j];
      j--;
    }
    keys[j + 1] = key;
    order[j + 1] = index;
  }
}

/** Keys that grow in proportion to the value: the best spread for scores. */
function linearKeys(values: Float64Array, low: number, scale: number, keys: Uint32Array): void {
  for (let i = 0; i < values.length; i++) keys[i] = (values[i] - low) * scale;
}

const scratch = new Float64Array(1);
const words = new Uint32Array(scratch.buffer);
const highWord = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;
const lowWord = 1 - highWord;

/** Steps from one double to the next that lead from the double of the given words to `value`; -0 and 0 are one place. */
function steps(value: number, fromHigh: number, fromLow: number): number {
  scratch[0] = value + 0;
  const flip = words[highWord] >>> 31 === 1 ? 0xffffffff : 0;
  const high = (words[highWord] ^ (flip | 0x80000000)) >>> 0;
  const low = (words[lowWord] ^ flip) >>> 0;
  return (high - fromHigh) * 4294967296 + (low - fromLow);
}

/** Keys that grow with the place among all doubles: they part values of very different size, and infinities. */
function placeKeys(values: Float64Array, low: number, high: number, keys: Uint32Array): void {
  scratch[0] = low + 0;
  const flip = words[highWord] >>> 31 === 1 ? 0xffffffff : 0;
  const fromHigh = (words[highWord] ^ (flip | 0x80000000)) >>> 0;
  const fromLow = (words[lowWord] ^ flip) >>> 0;
  const scale = TOP_KEY / steps(high, fromHigh, fromLow);
  for (let i = 0; i < values.length; i++) keys[i] = steps(values[i], fromHigh, fromLow) * scale;
}

/** One stable counting pass over a digit of the keys; false, and nothing written, where all digits are equal. */
function scatter(
  keys: Uint32Array,
  order: Uint32Array,
  toKeys: Uint32Array,
  toOrder: Uint32Array,
  shift: number,
  mask: number,
): boolean {
  const n = keys.length;
  const starts = new Uint32Array(mask + 1);
  for (let i = 0; i < n; i++) starts[(keys[i] >>> shift) & mask]++;
  if (starts[(keys[0] >>> shift) & mask] === n) return false;
  let before = 0;
  for (let digit = 0; digit <= mask; digit++) {
    const count = starts[digit];
    starts[digit] = before;
    before += count;
  }
  for (let i = 0; i < n; i++) {
    const key = keys[i];
    const place = starts[(key >>> shift) & mask]++;
    toKeys[place] = key;
    toOrder[place] = order[i];
  }
  return true;
}

/** Sorts a run whose leading key bits agree: by insertion where short, else by keys made for this run alone. */
function sortRun(values: Float64Array, keys: Uint32Array, order: Uint32Array, start: number, end: number): void {
  if (end - start <= INSERTION_LIMIT) {
    insertionSort(values, keys, order, start, end);
    return;
  }
  const members = order.slice(start, end);
  const part = new Float64Array(members.length);
  for (let i = 0; i < members.length; i++) part[i] = values[members[i]];
  const inner = sortedOrder(part, "place");
  for (let i = 0; i < inner.length; i++) order[start + i] = members[inner[i]];
}

function sortedOrder(values: Float64Array, spread: "linear" | "place"): Uint32Array {
  const n = values.length;
  let order = new Uint32Array(n);
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < n; i++) {
    const value = values[i];
    order[i] = i;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(low < high)) return order;

  let keys = new Uint32Array(n);
  const scale = TOP_KEY / (high - low);
  if (n <= INSERTION_LIMIT) {
    insertionSort(values, keys, order, 0, n);
    return order;
  }
  if (spread === "linear" && scale > 0 && scale < Infinity) linearKeys(values, low, scale, keys);
  else placeKeys(values, low, high, keys);

  const digitBits = Math.min(13, Math.max(4, Math.ceil(Math.log2(n) / 2)));
  const mask = 2 ** digitBits - 1;
  const topShift = 32 - digitBits;
  let otherKeys = new Uint32Array(n);
  let otherOrder = new Uint32Array(n);
  for (const shift of [topShift - digitBits, topShift])
    if (scatter(keys, order, otherKeys, otherOrder, shift, mask)) {
      [keys, otherKeys] = [otherKeys, keys];
      [order, otherOrder] = [otherOrder, order];
    }

  const runShift = topShift - digitBits;
  let start = 0;
  while (start < n) {
    const leading = keys[start] >>> runShift;
    let end = start + 1;
    while (end < n && keys[end] >>> runShift === leading) end++;
    if (end - start > 1) sortRun(values, keys, order, start, end);
    start = end;
  }
  return order;
}

/**
 * Positions of the values in ascending order: `values[order[0]]` is the smallest. Stable: equal values keep the order in
 * which they came; -0 and 0 are equal.
 *
 * @param values up to 2³² - 1 reals, ±Infinity allowed
 * @returns a permutation of 0 … n - 1
 * @throws {InputError} `not-finite` with the position of the first NaN
 *
 * Source: counting sort on keys of 32 bits (Knuth, TAOCP 3, section 5.2.5). The keys are a monotone map of the range onto
 * [0, 2³²), so that two passes part almost all values; runs that agree are sorted again with keys of their own, spaced by
 * the number of doubles between them. At most three further rounds part any two doubles, so time is linear in n.
 */
export function argsort(values: Float64Array): Uint32Array {
  for (let i = 0; i < values.length; i++)
    if (Number.isNaN(values[i])) throw new InputError("not-finite", `value ${i} is NaN and has no rank`, i);
  return sortedOrder(values, "linear");
}

/**
 * A copy of the values in ascending order; -0 and 0 are equal and keep the order in which they came.
 *
 * @param values reals, ±Infinity allowed
 * @throws {InputError} `not-finite` with the position of the first NaN
 */
export function sortedCopy(values: Float64Array): Float64Array {
  const order = argsort(values);
  const sorted = new Float64Array(values.length);
  for (let i = 0; i < order.length; i++) sorted[i] = values[order[i]];
  return sorted;
}
