import type { NpyHeader } from "./npy-header.ts";

/** Puts the bytes of every element in the order of this machine; `bytes` is changed. */
function swapped(bytes: Buffer, { size, kind, bigEndian }: NpyHeader): Buffer {
  const unit = kind === "U" ? 4 : size;
  if (!bigEndian || kind === "S" || unit === 1) return bytes;
  return unit === 2 ? bytes.swap16() : unit === 4 ? bytes.swap32() : bytes.swap64();
}

/** Half-precision bits as a number. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** A number array over the bytes, or a function from element to number where none exists. */
function reader(bytes: Buffer, { kind, size }: NpyHeader): ArrayLike<number> | ((i: number) => number) {
  const { buffer, byteOffset } = bytes;
  const count = bytes.length / size;
  if (size === 8 && kind !== "f") {
    const words = new Int32Array(buffer, byteOffset, count * 2);
    const unsigned = kind === "u";
    return (i) => {
      const high = words[2 * i + 1]!;
      return (unsigned ? high >>> 0 : high) * 4294967296 + (words[2 * i]! >>> 0);
    };
  }
  if (kind === "f" && size === 2) {
    const bits = new Uint16Array(buffer, byteOffset, count);
    return (i) => half(bits[i]!);
  }
  if (kind === "f")
    return size === 4 ? new Float32Array(buffer, byteOffset, count) : new Float64Array(buffer, byteOffset, count);
  if (kind === "i")
    return size === 1
      ? new Int8Array(buffer, byteOffset, count)
      : size === 2
        ? new Int16Array(buffer, byteOffset, count)
        : new Int32Array(buffer, byteOffset, count);
  return size === 2
    ? new Uint16Array(buffer, byteOffset, count)
    : size === 4
      ? new Uint32Array(buffer, byteOffset, count)
      : new Uint8Array(buffer, byteOffset, count);
}

/**
 * Elements as numbers; 64-bit integers beyond 2^53 are rounded.
 *
 * @param bytes whole elements, aligned to their size; their order may be changed in place
 * @param out where the numbers go: element i to `out[at + i * stride]`
 */
export function decodeNumbers(bytes: Buffer, header: NpyHeader, out: Float64Array, at: number, stride: number): void {
  const count = bytes.length / header.size;
  const values = reader(swapped(bytes, header), header);
  if (typeof values === "function") for (let i = 0; i < count; i++) out[at + i * stride] = values(i);
  else if (stride === 1) out.set(values, at);
  else for (let i = 0; i < count; i++) out[at + i * stride] = values[i]!;
}

/** Elements of kind `U` or `S` as texts, without the zeros that fill them up. */
export function decodeTexts(bytes: Buffer, header: NpyHeader): string[] {
  const ordered = swapped(bytes, header);
  const texts: string[] = [];
  for (let start = 0; start + header.size <= ordered.length; start += header.size) {
    const element = ordered.subarray(start, start + header.size);
    if (header.kind === "S") {
      const end = element.indexOf(0);
      texts.push(element.toString("utf8", 0, end < 0 ? element.length : end));
      continue;
    }
    let text = "";
    for (let i = 0; i < element.length; i += 4) {
      const point = element.readUInt32LE(i);
      if (point !== 0) text += String.fromCodePoint(point);
    }
    texts.push(text);
  }
  return texts;
}

const unitMs: Readonly<Record<string, number>> = {
  D: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};
const unitsPerMs: Readonly<Record<string, number>> = { us: 1e3, ns: 1e6 };
/** What the lowest 64-bit integer, NumPy's "not a time", is as a number. */
const notATime = -(2 ** 63);

/** Turns counts of a NumPy date unit into milliseconds in place, `NaN` for "not a time"; false for an unknown unit. */
export function datesToMs(values: Float64Array, unit: string): boolean {
  const factor = unitMs[unit];
  const divisor = unitsPerMs[unit];
  if (factor === undefined && divisor === undefined) return false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    values[i] = value === notATime ? Number.NaN : divisor === undefined ? value * factor! : value / divisor;
  }
  return true;
}
