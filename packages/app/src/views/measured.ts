import type { Bounded } from "@candor/core";

/** A number with its interval and the rows that it rests on, or why there is none. */
export type Measured =
  | { readonly value: number; readonly lower: number; readonly upper: number; readonly n: number }
  /** Why there is no number, in words. */
  | { readonly value: null; readonly reason: string; readonly n: number };

/** A `Measured` of what core computed, or of the reason why it could not. */
export function measured(bounded: Bounded | string, n: number): Measured {
  if (typeof bounded === "string") return { value: null, reason: bounded, n };
  return { value: bounded.value, lower: bounded.lower, upper: bounded.upper, n };
}
