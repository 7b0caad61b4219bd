import fc from "fast-check";
import { describe, expect, it } from "vitest";
import oracle from "../../../../fixtures/combination/stack.json" with { type: "json" };
import { minimizeNonNegative, type NonNegativeProblem } from "../../src/combination/nonnegative-logistic.ts";
import { createRandom } from "../../src/random/random.ts";

function problemOf(seed: number, rows: number, cols: number, penalty: number): NonNegativeProblem {
  const random = createRandom(seed);
  const x = Float64Array.from({ length: rows * cols }, (_, i) => (i % cols === 0 ? 1 : random.normal()));
  const outcomes = Uint8Array.from({ length: rows }, (_, i) => {
    if (i < 2) return i;
    const eta = 2 * x[i * cols + 1] - (cols > 2 ? x[i * cols + 2] : 0);
    return random.uniform() < 1 / (1 + Math.exp(-eta)) ? 1 : 0;
  });
  const bounded = Uint8Array.from({ length: cols }, (_, j) => (j === 0 ? 0 : 1));
  const penalties = Float64Array.from(bounded, (b) => b * penalty);
  return { x, rows, cols, outcomes, weights: undefined, penalty: penalties, bounded };
}

describe("minimizeNonNegative", () => {
  it("minimizeNonNegative(problem) agrees with SciPy to 1e-9, the coefficient at its bound is exactly 0", () => {
    const cols = oracle.coefficients.length;
    const fit = minimizeNonNegative({
      x: Float64Array.from(oracle.x),
      rows: oracle.outcomes.length,
      cols,
      outcomes: Uint8Array.from(oracle.outcomes),
      weights: Float64Array.from(oracle.weights),
      penalty: Float64Array.from({ length: cols }, (_, j) => (j === 0 ? 0 : oracle.penalty)),
      bounded: Uint8Array.of(0, 1, 0, 1, 1, 1),
    });
    oracle.coefficients.forEach((value, j) => {
      expect(Math.abs(fit.coefficients[j] - value)).toBeLessThanOrEqual(1e-9);
    });
    expect(fit.coefficients[4]).toBe(0);
    expect(Math.abs(fit.objective - oracle.objective)).toBeLessThanOrEqual(1e-14);
    expect(fit.boundGradient).toBeCloseTo(oracle.boundGradient[0], 9);
  });

  it("minimizeNonNegative(problem) meets the conditions of an optimum for any data", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 5, max: 60 }),
        fc.integer({ min: 2, max: 7 }),
        fc.constantFrom(1e-4, 1e-2, 1),
        (seed, rows, cols, penalty) => {
          const fit = minimizeNonNegative(problemOf(seed, rows, cols, penalty));
          expect(fit.gradientNorm).toBeLessThanOrEqual(1e-10);
          expect(fit.boundGradient ?? 0).toBeGreaterThanOrEqual(-1e-10);
          expect(fit.coefficients.subarray(1).every((value) => value >= 0)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("minimizeNonNegative(problem) gives the same optimum from another start", () => {
    const problem = problemOf(3, 200, 6, 1e-3);
    const a = minimizeNonNegative(problem);
    const b = minimizeNonNegative({ ...problem, start: Float64Array.of(1, 2, 0, 3, 0.5, 0.1) });
    a.coefficients.forEach((value, j) => {
      expect(Math.abs(b.coefficients[j] - value)).toBeLessThanOrEqual(1e-7);
    });
  });

  it("minimizeNonNegative(problem) counts weight 2 as a row twice", () => {
    const problem = problemOf(5, 60, 4, 1e-2);
    const weights = Float64Array.from({ length: 60 }, (_, i) => 1 + (i % 2));
    const twice = Array.from({ length: 60 }, (_, i) => (i % 2 ? [i, i] : [i])).flat();
    const doubled: NonNegativeProblem = {
      ...problem,
      rows: twice.length,
      x: Float64Array.from(twice.flatMap((i) => [...problem.x.subarray(4 * i, 4 * i + 4)])),
      outcomes: Uint8Array.from(twice, (i) => problem.outcomes[i]),
    };
    const a = minimizeNonNegative({ ...problem, weights });
    const b = minimizeNonNegative(doubled);
    a.coefficients.forEach((value, j) => {
      expect(Math.abs(b.coefficients[j] - value)).toBeLessThanOrEqual(1e-9);
    });
  });

  it("minimizeNonNegative(problem) has an optimum where a score separates the outcomes, for it is penalised", () => {
    const fit = minimizeNonNegative({
      x: Float64Array.of(1, -1, 1, -0.5, 1, 0.5, 1, 1),
      rows: 4,
      cols: 2,
      outcomes: Uint8Array.of(0, 0, 1, 1),
      weights: undefined,
      penalty: Float64Array.of(0, 1e-4),
      bounded: Uint8Array.of(0, 1),
    });
    expect(fit.gradientNorm).toBeLessThanOrEqual(1e-10);
    expect(fit.coefficients[1]).toBeGreaterThan(3);
  });
});
