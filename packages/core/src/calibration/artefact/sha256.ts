const BLOCK = 64;

/** The first `count` primes. */
function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((p) => n % p !== 0)) found.push(n);
  return found;
}

/** The first 32 bits after the binary point. */
function fraction(value: number): number {
  return Math.floor((value - Math.floor(value)) * 2 ** 32) | 0;
}

const ROUND_CONSTANTS: Int32Array = Int32Array.from(primes(64), (p) => fraction(Math.cbrt(p)));
const START: Int32Array = Int32Array.from(primes(8), (p) => fraction(Math.sqrt(p)));

/** Mixes `blocks` blocks of 64 bytes, from `offset` on, into the state. */
function compress(state: Int32Array, words: Int32Array, bytes: Uint8Array, offset: number, blocks: number): void {
  let h0 = state[0];
  let h1 = state[1];
  let h2 = state[2];
  let h3 = state[3];
  let h4 = state[4];
  let h5 = state[5];
  let h6 = state[6];
  let h7 = state[7];
  for (let start = offset; start < offset + BLOCK * blocks; start += BLOCK) {
    for (let t = 0; t < 16; t++) {
      const i = start + 4 * t;
      words[t] = (bytes[i] << 24) | (bytes[i + 1] << 16) | (bytes[i + 2] << 8) | bytes[i + 3];
    }
    for (let t = 16; t < 64; t++) {
      const x = words[t - 15];
      const y = words[t - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      words[t] = (words[t - 16] + s0 + words[t - 7] + s1) | 0;
    }
    let a = h0;
    let b = h1;
    let c = h2;
    let d = h3;
    let e = h4;
    let f = h5;
    let g = h6;
    let h = h7;
    for (let t = 0; t < 64; t++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const first = (h + s1 + ((e & f) ^ (~e & g)) + ROUND_CONSTANTS[t] + words[t]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    h0 = (h0 + a) | 0;
    h1 = (h1 + b) | 0;
    h2 = (h2 + c) | 0;
    h3 = (h3 + d) | 0;
    h4 = (h4 + e) | 0;
    h5 = (h5 + f) | 0;
    h6 = (h6 + g) | 0;
    h7 = (h7 + h) | 0;
  }
  state.set([h0, h1, h2, h3, h4, h5, h6, h7]);
}

/** A SHA-256 that takes its bytes in pieces. */
export interface Sha256 {
  /** Takes the next bytes; they are not kept. */
  update(bytes: Uint8Array): void;
  /** The digest of all bytes so far: 64 lower-case hexadecimal digits. May be asked for at any time. */
  digest(): string;
}

/**
 * A SHA-256 for data that comes in pieces.
 *
 * @returns an accumulator; where the pieces are cut does not matter
 *
 * Source: FIPS 180-4, section 6.2.
 */
export function createSha256(): Sha256 {
  const state = START.slice();
  const words = new Int32Array(64);
  const pending = new Uint8Array(BLOCK);
  let length = 0;

  return {
    update(bytes: Uint8Array): void {
      const held = length % BLOCK;
      length += bytes.length;
      let offset = 0;
      if (held > 0) {
        offset = Math.min(BLOCK - held, bytes.length);
        pending.set(bytes.subarray(0, offset), held);
        if (held + offset < BLOCK) return;
        compress(state, words, pending, 0, 1);
      }
      const blocks = Math.floor((bytes.length - offset) / BLOCK);
      compress(state, words, bytes, offset, blocks);
      pending.set(bytes.subarray(offset + BLOCK * blocks));
    },
    digest(): string {
      const held = length % BLOCK;
      const last = new Uint8Array(held < 56 ? BLOCK : 2 * BLOCK);
      last.set(pending.subarray(0, held));
      last[held] = 0x80;
      const view = new DataView(last.buffer);
      view.setUint32(last.length - 8, Math.floor(length / 2 ** 29));
      view.setUint32(last.length - 4, (length * 8) >>> 0);
      const final = state.slice();
      compress(final, words, last, 0, last.length / BLOCK);
      return Array.from(final, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
    },
  };
}

/**
 * The SHA-256 of bytes, at once: Web Crypto's is asynchronous, and absent on pages without https.
 *
 * @param bytes any number of them
 * @returns 64 lower-case hexadecimal digits
 *
 * Source: FIPS 180-4, section 6.2.
 */
export function sha256(bytes: Uint8Array): string {
  const hash = createSha256();
  hash.update(bytes);
  return hash.digest();
}
