import { argsort } from "../../kernels/argsort.ts";
import { rankCodes } from "./rank-codes.ts";

const DIGIT_BITS = 13;
const DIGITS = 2 ** DIGIT_BITS;
const RUN_SHIFT = 32 - 2 * DIGIT_BITS;
const TOP_SHIFT = 32 - DIGIT_BITS;
const TOP_KEY = 2 ** 32 - 1;
const INSERTION_LIMIT = 32;
const WORTH_SORTING = 5000;

/**
 * `rankCodes` of scores that nobody has sorted yet: the same bytes, without an order and without going back to the scores.
 *
 * Two stable counting passes over keys that fall in proportion to the score carry the outcome along with the row. Only
 * rows whose leading key bits agree are compared by score; where a long run of them differs, `argsort` takes over.
 *
 * @param scores n finite reals, n < 2³¹
 * @param outcomes n values, 0 or 1
 * @param flip 1 to code the opposite outcome
 */
export function sortCodes(scores: Float64Array, outcomes: Uint8Array, flip: 0 | 1 = 0): Uint8Array {
  const codes = scores.length < WORTH_SORTING ? undefined : countedCodes(scores, outcomes, flip);
  return codes ?? rankCodes(scores, outcomes, argsort(scores), flip);
}

function countedCodes(scores: Float64Array, outcomes: Uint8Array, flip: 0 | 1): Uint8Array | undefined {
  const n = scores.length;
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < n; i++) {
    const score = scores[i];
    if (score < low) low = score;
    if (score > high) high = score;
  }
  const scale = TOP_KEY / (high - low);
  if (!(scale > 0 && scale < Infinity)) return undefined;

  const keys = new Uint32Array(n);
  const lower = new Uint32Array(DIGITS);
  const upper = new Uint32Array(DIGITS);
  for (let i = 0; i < n; i++) {
    const key = (high - scores[i]) * scale;
    keys[i] = key;
    lower[(keys[i] >>> RUN_SHIFT) & (DIGITS - 1)]++;
    upper[keys[i] >>> TOP_SHIFT]++;
  }
  toStarts(lower);
  toStarts(upper);

  const halfKeys = new Uint32Array(n);
  const halfRows = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const key = keys[i];
    const place = lower[(key >>> RUN_SHIFT) & (DIGITS - 1)]++;
    halfKeys[place] = key;
    halfRows[place] = (i << 1) | (outcomes[i] ^ flip);
  }
  const rows = new Uint32Array(n);
  for (let k = 0; k < n; k++) {
    const key = halfKeys[k];
    const place = upper[key >>> TOP_SHIFT]++;
    keys[place] = key;
    rows[place] = halfRows[k];
  }
  return readCodes(scores, keys, rows);
}

function toStarts(counts: Uint32Array): void {
  let before = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit];
    counts[digit] = before;
    before += count;
  }
}

/** Codes from rows that are sorted by their leading key bits; undefined where a long run is neither sorted nor tied. */
function readCodes(scores: Float64Array, keys: Uint32Array, rows: Uint32Array): Uint8Array | undefined {
  const n = rows.length;
  const codes = new Uint8Array(n);
  for (let start = 0; start < n; ) {
    const leading = keys[start] >>> RUN_SHIFT;
    let end = start + 1;
    while (end < n && keys[end] >>> RUN_SHIFT === leading) end++;
    if (end - start > 1) {
      if (end - start <= INSERTION_LIMIT) insertionSort(scores, rows, start, end);
      else if (!isTied(scores, rows, start, end)) return undefined;
      for (let k = start + 1; k < end; k++)
        codes[k] = (rows[k] & 1) | (scores[rows[k] >>> 1] === scores[rows[k - 1] >>> 1] ? 2 : 0);
    }
    codes[start] = rows[start] & 1;
    start = end;
  }
  return codes;
}

function isTied(scores: Float64Array, rows: Uint32Array, start: number, end: number): boolean {
  const first = scores[rows[start] >>> 1];
  for (let k = start + 1; k < end; k++) if (scores[rows[k] >>> 1] !== first) return false;
  return true;
}

/** Descending by score; stable. */
function insertionSort(scores: Float64Array, rows: Uint32Array, start: number, end: number): void {
  for (let k = start + 1; k < end; k++) {
    const row = rows[k];
    const score = scores[row >>> 1];
    let j = k - 1;
    while (j >= start && scores[rows[j] >>> 1] < score) {
      rows[j + 1] = rows[j];
      j--;
    }
    rows[j + 1] = row;
  }
}
