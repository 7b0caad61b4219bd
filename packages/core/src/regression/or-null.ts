import { InputError } from "../errors.ts";
import type { Estimate } from "../estimate.ts";

/** A number, or null where these rows do not allow it. */
export function orNull(compute: () => Estimate): Estimate | null {
  try {
    return compute();
  } catch (error) {
    if (InputError.is(error) && error.code === "incompatible") return null;
    throw error;
  }
}
