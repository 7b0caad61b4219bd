/**
 * Bytes of a non-negative integer, seven bits each, the lowest first.
 *
 * @param value in [0, 2³²)
 *
 * Source: WebAssembly Core Specification, 5.2.2 "Integers".
 */
export function unsignedLeb128(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return bytes;
}

/**
 * Bytes of an integer in two's complement, seven bits each, the lowest first.
 *
 * @param value in [-2³¹, 2³¹)
 *
 * Source: WebAssembly Core Specification, 5.2.2 "Integers".
 */
export function signedLeb128(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest < -64 || rest > 63) {
    bytes.push((rest & 127) | 128);
    rest >>= 7;
  }
  bytes.push(rest & 127);
  return bytes;
}
