import { InputError } from "../errors.ts";

/** A seeded stream of random numbers. Two streams made from the same seed give the same numbers on every platform. */
export interface Random {
  /** A number in [0, 1), a multiple of 2⁻⁵³, every multiple equally likely. */
  uniform(): number;
  /** A draw from the standard normal distribution. */
  normal(): number;
  /**
   * An integer in [0, below), every one equally likely.
   *
   * @param below integer in [1, 2⁵³]
   * @throws {InputError} `out-of-range`
   */
  integer(below: number): number;
  /**
   * A new stream that shares no state with this one. It is determined by the state of this stream, which moves on: the
   * second fork differs from the first.
   */
  fork(): Random;
}

const TWO_32 = 2 ** 32;
const TWO_53 = 2 ** 53;
const MASK_64 = (1n << 64n) - 1n;
const GOLDEN_64 = 0x9e3779b97f4a7c15n;

function mix64(value: bigint): bigint {
  let z = value;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK_64;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK_64;
  return z ^ (z >> 31n);
}

function stateFromWords(first: bigint, second: bigint): Int32Array {
  const words = [first, first >> 32n, second, second >> 32n];
  const state = Int32Array.from(words, (word) => Number(BigInt.asIntN(32, word)));
  if (state.every((word) => word === 0)) state[0] = 1;
  return state;
}

class Xoshiro128 implements Random {
  readonly #state: Int32Array;
  #spare = 0;
  #hasSpare = false;

  constructor(state: Int32Array) {
    this.#state = state;
  }

  #next(): number {
    const s = this.#state;
    const s1 = s[1];
    const product = Math.imul(s1, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const s2 = s[2] ^ s[0];
    const s3 = s[3] ^ s1;
    s[1] = s1 ^ s2;
    s[0] ^= s3;
    s[2] = s2 ^ (s1 << 9);
    s[3] = (s3 << 11) | (s3 >>> 21);
    return result;
  }

  uniform(): number {
    const high = this.#next() >>> 5;
    const low = this.#next() >>> 6;
    return (high * 67108864 + low) / TWO_53;
  }

  normal(): number {
    if (this.#hasSpare) {
      this.#hasSpare = false;
      return this.#spare;
    }
    let x: number;
    let y: number;
    let square: number;
    do {
      x = 2 * this.uniform() - 1;
      y = 2 * this.uniform() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const factor = Math.sqrt((-2 * Math.log(square)) / square);
    this.#spare = y * factor;
    this.#hasSpare = true;
    return x * factor;
  }

  integer(below: number): number {
    if (!(Number.isInteger(below) && below >= 1 && below <= TWO_53))
      throw new InputError("out-of-range", `below must be an integer in [1, 2^53], got ${below}`);
    if (below <= TWO_32) {
      const limit = TWO_32 - (TWO_32 % below);
      let draw = this.#next();
      while (draw >= limit) draw = this.#next();
      return draw % below;
    }
    const limit = TWO_53 - (TWO_53 % below);
    let draw = this.uniform() * TWO_53;
    while (draw >= limit) draw = this.uniform() * TWO_53;
    return draw % below;
  }

  fork(): Random {
    const word = () => (BigInt(this.#next()) << 32n) | BigInt(this.#next());
    return new Xoshiro128(stateFromWords(mix64(word()), mix64(word())));
  }
}

/**
 * A stream that starts from the four words of state given; for tests against the published sequence.
 *
 * @param words four integers in [0, 2³²), not all zero
 */
export function randomFromState(words: readonly [number, number, number, number]): Random {
  return new Xoshiro128(Int32Array.from(words, (word) => word | 0));
}

/**
 * A stream of random numbers, determined by its seed.
 *
 * @param seed integer in [0, 2⁵³)
 * @throws {InputError} `out-of-range`
 *
 * Source: Blackman and Vigna (2021), "Scrambled linear pseudorandom number generators", ACM TOMS 47(4): xoshiro128** 1.1,
 * seeded by SplitMix64 as its authors recommend. Normals by Marsaglia's polar method. A fork is a fresh state of 128 bits
 * drawn from this stream and passed through the SplitMix64 finaliser.
 */
export function createRandom(seed: number): Random {
  if (!(Number.isSafeInteger(seed) && seed >= 0))
    throw new InputError("out-of-range", `seed must be an integer in [0, 2^53), got ${seed}`);
  const first = BigInt(seed) + GOLDEN_64;
  return new Xoshiro128(stateFromWords(mix64(first & MASK_64), mix64((first + GOLDEN_64) & MASK_64)));
}
