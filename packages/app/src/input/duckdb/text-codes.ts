import type { CategoryCodes } from "@candor/input";
import type { DuckDBVector } from "@duckdb/node-api";
import { isValid, stringWords, validityWords, wordPairs } from "./vectors.ts";

const inlineBytes = 12;
/** Words of a slot: the four words of the string header, then the code plus one (0 means empty). */
const slotWords = 5;

/** What `TextCodes.encode` needs besides the text itself: the hash of a text that is not kept inside the vector. */
export function longTextHash(sql: string): string {
  return `CASE WHEN strlen(${sql}) > ${inlineBytes} THEN hash(${sql}) END`;
}

/**
 * Turns VARCHAR vectors into codes; a JavaScript string is made only for a new value. Texts of at most 12 bytes, which
 * DuckDB keeps inside the vector, are looked up by their bytes; longer ones by length, first four bytes and a 64-bit
 * hash, which together take different texts for one with a probability of 1e-11 among 10 000 values at the most.
 */
export class TextCodes {
  readonly #codes: CategoryCodes;
  #slots = new Int32Array(64 * slotWords);
  #mask = 63;
  #used = 0;

  constructor(codes: CategoryCodes) {
    this.#codes = codes;
  }

  /**
   * Writes the codes of `count` rows of a vector, from row `from` on, to `out`; -1 for nulls.
   *
   * @param hashes gives the vector of `longTextHash`; called when there is a long text
   */
  encode(
    vector: DuckDBVector,
    hashes: () => DuckDBVector,
    from: number,
    count: number,
    out: Int32Array,
    at: number,
  ): void {
    const words = stringWords(vector);
    const validity = validityWords(vector);
    let pairs: Int32Array | undefined;
    for (let i = 0; i < count; i++) {
      const row = from + i;
      const w = row * 4;
      if (!isValid(validity, row)) {
        out[at + i] = -1;
        continue;
      }
      const length = words[w]!;
      let third = words[w + 2]!;
      let fourth = words[w + 3]!;
      if (length > inlineBytes) {
        pairs ??= wordPairs(hashes());
        third = pairs[row * 2]!;
        fourth = pairs[row * 2 + 1]!;
      }
      const slot = this.#find(length, words[w + 1]!, third, fourth);
      const found = this.#slots[slot + 4]!;
      out[at + i] = found !== 0 ? found - 1 : this.#add(slot, [length, words[w + 1]!, third, fourth], vector, row);
    }
  }

  #add(slot: number, key: readonly number[], vector: DuckDBVector, row: number): number {
    const code = this.#codes.code(String(vector.getItem(row)));
    this.#slots.set(key, slot);
    this.#slots[slot + 4] = code + 1;
    if (++this.#used * 2 > this.#mask) this.#grow();
    return code;
  }

  /** Start of the slot that holds these words, or of the empty one where they belong. */
  #find(length: number, a: number, b: number, c: number): number {
    const slots = this.#slots;
    let hash = Math.imul(length ^ a, 0x9e3779b1);
    hash = Math.imul((hash ^ (hash >>> 15)) + b, 0x85ebca6b);
    hash = Math.imul((hash ^ (hash >>> 13)) + c, 0xc2b2ae35);
    for (let slot = (hash ^ (hash >>> 16)) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const s = slot * slotWords;
      if (slots[s + 4] === 0) return s;
      if (slots[s] === length && slots[s + 1] === a && slots[s + 2] === b && slots[s + 3] === c) return s;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Int32Array((this.#mask + 1) * slotWords);
    for (let s = 0; s < old.length; s += slotWords) {
      if (old[s + 4] === 0) continue;
      const slot = this.#find(old[s]!, old[s + 1]!, old[s + 2]!, old[s + 3]!);
      this.#slots.set(old.subarray(s, s + slotWords), slot);
    }
  }
}
