const scratch = new Float64Array(1);
const bits = new BigInt64Array(scratch.buffer);

/**
 * The smallest double above a number.
 *
 * @param value finite and ≥ 0
 */
export function nextUp(value: number): number {
  scratch[0] = value + 0;
  bits[0] += 1n;
  return scratch[0];
}

/** A threshold that lies above every score in [0, 1]. */
export const ABOVE_ALL: number = nextUp(1);
