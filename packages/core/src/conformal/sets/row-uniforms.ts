import { InputError } from "../../errors.ts";

/** What random numbers of rows are for; those of one purpose say nothing of those of another. */
export type UniformPurpose = "calibration" | "prediction";

const PURPOSES: Readonly<Record<UniformPurpose, number>> = { calibration: 1, prediction: 2 };
const TWO_32 = 2 ** 32;
const ROUNDS = 10;

/** Upper 32 bits of a product of two unsigned 32-bit integers. */
function high(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const other = aLow * bHigh + (middle % 65536);
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(other / 65536)) >>> 0;
}

/**
 * Philox4x32-10: four words that look random, from the place they are asked for. `words` is overwritten.
 *
 * @param words the counter: four integers, taken modulo 2³²
 * @param key0 first word of the key
 * @param key1 second word of the key
 *
 * Source: Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC11.
 */
export function philox(words: Uint32Array, key0: number, key1: number): void {
  let k0 = key0 >>> 0;
  let k1 = key1 >>> 0;
  for (let round = 0; round < ROUNDS; round++) {
    const c0 = words[0];
    const c2 = words[2];
    words[0] = high(0xcd9e8d57, c2) ^ words[1] ^ k0;
    words[2] = high(0xd2511f53, c0) ^ words[3] ^ k1;
    words[1] = Math.imul(0xcd9e8d57, c2);
    words[3] = Math.imul(0xd2511f53, c0);
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
}

/**
 * One number in [0, 1) for each of some rows, determined by seed, purpose and row number alone: where a stream of rows is
 * cut into batches does not matter.
 *
 * @param seed integer in [0, 2⁵³)
 * @param purpose numbers of different purposes are independent
 * @param firstRow number of the first row, an integer ≥ 0
 * @param rows how many
 * @returns multiples of 2⁻⁵³
 * @throws {InputError} `out-of-range`
 *
 * Source: the first two words of `philox` at the counter (row, purpose) under the key `seed`.
 */
export function rowUniforms(seed: number, purpose: UniformPurpose, firstRow: number, rows: number): Float64Array {
  for (const [name, value] of Object.entries({ seed, firstRow, rows }))
    if (!(Number.isSafeInteger(value) && value >= 0))
      throw new InputError("out-of-range", `${name} must be an integer in [0, 2^53), got ${value}`);
  const words = new Uint32Array(4);
  const result = new Float64Array(rows);
  const keyLow = seed % TWO_32;
  const keyHigh = Math.floor(seed / TWO_32);
  for (let i = 0; i < rows; i++) {
    const row = firstRow + i;
    words[0] = row % TWO_32;
    words[1] = Math.floor(row / TWO_32);
    words[2] = PURPOSES[purpose];
    words[3] = 0;
    philox(words, keyLow, keyHigh);
    result[i] = ((words[0] >>> 5) * 67108864 + (words[1] >>> 6)) / 2 ** 53;
  }
  return result;
}
