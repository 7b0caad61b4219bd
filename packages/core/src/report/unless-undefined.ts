import { InputError } from "../errors.ts";

/**
 * What a metric returns, or `null` where the data do not define it: one outcome only, too few rows, separable classes, or
 * rows that are aggregates where single rows are needed.
 */
export function unlessUndefined<T>(compute: () => T): T | null {
  try {
    return compute();
  } catch (error) {
    if (InputError.is(error) && ["one-class", "too-few", "incompatible"].includes(error.code)) return null;
    throw error;
  }
}
