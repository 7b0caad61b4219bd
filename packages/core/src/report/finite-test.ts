import type { TestEstimate } from "../estimate.ts";

/**
 * A test as a document can hold it: `null` where its value is infinite (what has probability 0 happened in a group), and
 * without `z` where only that is (no score leaves room for chance). JSON has no infinity.
 */
export function finiteTest(test: TestEstimate | null): TestEstimate | null {
  if (test === null || !Number.isFinite(test.value)) return null;
  if (test.z === undefined || Number.isFinite(test.z)) return test;
  const { value, lower, upper, level, n, effectiveN, interval, spec, pValue } = test;
  return { value, lower, upper, level, n, effectiveN, interval, spec, pValue };
}
