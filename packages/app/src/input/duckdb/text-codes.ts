import type { DuckDBVector } from "@duckdb/node-api";
import type { CategoryCodes } from "../category-codes.ts";
import { isValid, stringWords, validityWords } from "./vectors.ts";

const inlineBytes = 12;
/** Words of a slot: the four words of the string header, then the code plus one (0 means empty). */
const slotWords = 5;

/**
 * Turns VARCHAR vectors into codes. Texts of at most 12 bytes, which DuckDB keeps inside the vector, are looked up
 * by their bytes: no JavaScript string is made except for a new value.
 */
export class TextCodes {
  readonly #codes: CategoryCodes;
  readonly #decoder = new TextDecoder();
  #slots = new Int32Array(64 * slotWords);
  #mask = 63;
  #used = 0;

  constructor(codes: CategoryCodes) {
    this.#codes = codes;
  }

  /** Writes the codes of `count` rows of a vector, from row `from` on, to `out`; -1 for nulls. */
  encode(vector: DuckDBVector, from: number, count: number, out: Int32Array, at: number): void {
    const words = stringWords(vector);
    const validity = validityWords(vector);
    for (let i = 0; i < count; i++) {
      const row = from + i;
      if (!isValid(validity, row)) out[at + i] = -1;
      else if (words[row * 4]! > inlineBytes) out[at + i] = this.#codes.code(String(vector.getItem(row)));
      else out[at + i] = this.#inline(words, row * 4);
    }
  }

  #inline(words: Int32Array, at: number): number {
    const slot = this.#find(words[at]!, words[at + 1]!, words[at + 2]!, words[at + 3]!);
    const found = this.#slots[slot + 4]!;
    if (found !== 0) return found - 1;
    const bytes = new Uint8Array(words.buffer, words.byteOffset + (at + 1) * 4, words[at]);
    const code = this.#codes.code(this.#decoder.decode(bytes));
    this.#slots.set(words.subarray(at, at + 4), slot);
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
