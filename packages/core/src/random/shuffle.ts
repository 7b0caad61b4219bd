import type { Random } from "./random.ts";

/** What `shuffle` takes: any typed array of numbers. */
export interface NumberBlock<T> {
  readonly length: number;
  [index: number]: number;
  slice(): T;
}

/**
 * A copy of the array in random order, every order equally likely (Fisher–Yates). The argument is left as it was.
 *
 * @param values any typed array; may be empty
 * @param random source of the order; `values.length - 1` integers are drawn from it
 */
export function shuffle<T extends NumberBlock<T>>(values: T, random: Random): T {
  const result = values.slice();
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const kept = result[i];
    result[i] = result[j];
    result[j] = kept;
  }
  return result;
}
