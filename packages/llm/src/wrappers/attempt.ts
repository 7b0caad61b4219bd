import { InputError } from "@candor/core";

/** What the work gives; null where an answer has a shape that cannot be read: it is the caller's, whatever its shape. */
export function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (InputError.is(error)) return null;
    throw error;
  }
}
