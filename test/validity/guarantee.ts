import type { Random } from "@candor/core";

/** Whether a promise was broken, at each allowed failure. */
export type Judge = (failure: number) => boolean;

/** A promise of the library that simulation can put to the test. */
export interface Guarantee {
  readonly name: string;
  /** The public function, with its options, that promises it. */
  readonly source: string;
  /** What counts as a failure. */
  readonly event: string;
  /** Whether failures happen as often as promised, or that often at most. */
  readonly promise: "exactly" | "at most";
  /** Numbers of calibration rows; default `SIZES`. */
  readonly sizes?: readonly number[];
  /** Allowed failures; default `FAILURES`. */
  readonly failures?: readonly number[];
  /** The probability of failure promised; null: nothing is promised there. Default: the allowed failure. */
  promised?(n: number, failure: number): number | null;
  /** Microseconds that one draw takes with all its judgements, roughly: it decides how many draws are made. */
  cost(n: number): number;
  /**
   * One independent trial: everything random is drawn here, anew. The judge draws nothing, so that allowed failures can be
   * added without moving what others see.
   */
  draw(n: number, random: Random): Judge;
}

/** Guarantees of one kind, shown in one table. */
export interface Family {
  readonly name: string;
  readonly guarantees: readonly Guarantee[];
}

export const SIZES: readonly number[] = [10, 100, 1000, 10_000];
export const FAILURES: readonly number[] = [0.01, 0.05, 0.1, 0.2, 0.5];

/** 1 − failure as the decimal that people write. */
export function levelOf(failure: number): number {
  return Number((1 - failure).toFixed(10));
}
