/** Writes 64 bits of a project and an id to `out[at]` and `out[at + 1]`, lower word first. */
export type KeyHash = (project: number, id: string, out: Uint32Array, at: number) => void;

/**
 * The hash of a store: without its salt nobody can tell from a key which id it was made of, or make keys that collide at
 * will across stores. Collisions are harmless, because whatever a key finds is compared by id.
 *
 * @param salt 32 hexadecimal digits
 */
export function keyHash(salt: string): KeyHash {
  const [a, b, c, d] = [0, 8, 16, 24].map((at) => Number.parseInt(salt.slice(at, at + 8), 16) | 0);
  return (project, id, out, at) => {
    let low = a! ^ Math.imul(project, 0x9e3779b1);
    let high = b! ^ Math.imul(project, 0x85ebca77);
    for (let i = 0; i < id.length; i++) {
      const code = id.charCodeAt(i);
      low = Math.imul(low ^ code, 0x9e3779b1);
      low = (low << 13) | (low >>> 19);
      high = Math.imul(high ^ code ^ low, 0x5f356495);
      high ^= high >>> 15;
    }
    low = Math.imul(low ^ c! ^ (high >>> 16), 0x85ebca6b);
    high = Math.imul(high ^ d! ^ (low >>> 13), 0xc2b2ae35);
    low = Math.imul(low ^ (high >>> 15) ^ id.length, 0x27d4eb2d);
    high = Math.imul(high ^ (low >>> 16), 0x165667b1);
    out[at] = (low ^ (low >>> 15)) >>> 0;
    out[at + 1] = (high ^ (high >>> 13)) >>> 0;
  };
}
