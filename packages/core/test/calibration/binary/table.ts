import table from "../../../../../fixtures/calibrate/parametric.json" with { type: "json" };
import type { FitOptions } from "../../../src/calibration/fit.ts";

/** A case of the table from `fixtures/calibrate/parametric.py`, in the form that fits read. */
export interface ParametricCase {
  readonly name: string;
  readonly scores: Float64Array;
  readonly outcomes: Uint8Array;
  readonly options: FitOptions;
  readonly expected: (typeof table.cases)[number];
}

/** Every case of the table. */
export const CASES: readonly ParametricCase[] = table.cases.map((expected) => ({
  name: expected.name,
  scores: Float64Array.from(expected.scores),
  outcomes: Uint8Array.from(expected.outcomes),
  options: expected.weights === undefined ? {} : { weights: Float64Array.from(expected.weights) },
  expected,
}));

/** Slope and intercept of Platt's margins 5, -4, 1. */
export const MARGINS: readonly number[] = table.margins;

/** Largest difference, relative to the larger of 1 and the expected value. */
export function largestDifference(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  return Math.max(...expected.map((value, i) => Math.abs(actual[i] - value) / Math.max(1, Math.abs(value))));
}

/** The parameters of a fit by name. */
export function named(
  { parameters }: { parameters: Readonly<Record<string, number | readonly number[]>> },
  ...names: string[]
): number[] {
  return names.map((name) => {
    const value = parameters[name];
    return typeof value === "number" ? value : Number.NaN;
  });
}
