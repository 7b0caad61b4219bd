import type { CategoryCodes } from "../category-codes.ts";

/** Turns bytes of text into codes; a text is made only of those not seen before. */
export class ByteCodes {
  readonly #codes: CategoryCodes;
  readonly #decode: (bytes: Uint8Array, start: number, end: number) => string;
  /** Per slot: hash, where the bytes are kept, their number, and the code plus one (0 means empty). */
  #slots = new Int32Array(64 * 4);
  #mask = 63;
  #used = 0;
  #kept = new Uint8Array(1024);
  #keptBytes = 0;

  /** @param decode makes the text of bytes */
  constructor(codes: CategoryCodes, decode: (bytes: Uint8Array, start: number, end: number) => string) {
    this.#codes = codes;
    this.#decode = decode;
  }

  /** The code of the text in `bytes` from `start` to `end`. */
  code(bytes: Uint8Array, start: number, end: number): number {
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    hash ^= hash >>> 15;
    const length = end - start;
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const s = slot * 4;
      const code = this.#slots[s + 3]!;
      if (code === 0) return this.#add(s, hash, bytes, start, end);
      if (
        this.#slots[s] === hash &&
        this.#slots[s + 2] === length &&
        this.#isKept(this.#slots[s + 1]!, bytes, start, end)
      )
        return code - 1;
    }
  }

  #isKept(at: number, bytes: Uint8Array, start: number, end: number): boolean {
    const kept = this.#kept;
    for (let i = start, k = at; i < end; i++, k++) if (kept[k] !== bytes[i]) return false;
    return true;
  }

  #add(s: number, hash: number, bytes: Uint8Array, start: number, end: number): number {
    const code = this.#codes.code(this.#decode(bytes, start, end));
    const length = end - start;
    if (this.#keptBytes + length > this.#kept.length) {
      const larger = new Uint8Array(Math.max(this.#kept.length * 2, this.#keptBytes + length));
      larger.set(this.#kept);
      this.#kept = larger;
    }
    this.#kept.set(bytes.subarray(start, end), this.#keptBytes);
    this.#slots.set([hash, this.#keptBytes, length, code + 1], s);
    this.#keptBytes += length;
    if (++this.#used * 2 > this.#mask) this.#grow();
    return code;
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Int32Array((this.#mask + 1) * 4);
    for (let s = 0; s < old.length; s += 4) {
      if (old[s + 3] === 0) continue;
      let slot = old[s]! & this.#mask;
      while (this.#slots[slot * 4 + 3] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots.set(old.subarray(s, s + 4), slot * 4);
    }
  }
}
