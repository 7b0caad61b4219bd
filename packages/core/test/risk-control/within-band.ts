import { expect } from "vitest";
import { regularizedBeta } from "../../src/index.ts";

/** Complains where so many violations have probability below 0.1 % if each happens with probability `allowed`. */
export function expectAtMost(violations: number, runs: number, allowed: number, what: string): void {
  const chance = violations === 0 ? 1 : regularizedBeta(allowed, violations, runs - violations + 1);
  expect(chance, `${what}: ${violations} of ${runs} violations at ${allowed}`).toBeGreaterThan(0.001);
}
