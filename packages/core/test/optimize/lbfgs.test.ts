import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minimizeLbfgs } from "../../src/index.ts";

/** Σ weight·(x - centre)² / 2. */
function quadratic(weights: readonly number[], centre: readonly number[]) {
  return (x: Float64Array, gradient: Float64Array): number => {
    let value = 0;
    weights.forEach((weight, i) => {
      gradient[i] = weight * (x[i] - centre[i]);
      value += (gradient[i] * (x[i] - centre[i])) / 2;
    });
    return value;
  };
}

describe("minimizeLbfgs", () => {
  it("minimizeLbfgs(problem) finds the minimum of an ill-conditioned quadratic", () => {
    const weights = [1, 10, 100, 1000, 1e4];
    const centre = [1, -2, 3, -4, 5];
    const start = new Float64Array(5);
    const { x, gradientNorm, value } = minimizeLbfgs({ start, evaluate: quadratic(weights, centre), tolerance: 1e-12 });
    centre.forEach((expected, i) => {
      expect(x[i]).toBeCloseTo(expected, 11);
    });
    expect(gradientNorm).toBeLessThanOrEqual(1e-12);
    expect(value).toBeLessThan(1e-20);
    expect(start).toEqual(new Float64Array(5));
  });

  it("minimizeLbfgs({ precondition }) takes one step with the exact inverse Hessian", () => {
    const weights = [1, 1e6];
    const { iterations, evaluations } = minimizeLbfgs({
      start: Float64Array.of(7, 7),
      evaluate: quadratic(weights, [1, -1]),
      precondition: (vector, out) =>
        weights.forEach((weight, i) => {
          out[i] = vector[i] / weight;
        }),
    });
    expect(iterations).toBe(1);
    expect(evaluations).toBe(2);
  });

  it("minimizeLbfgs({ refresh }) brings the preconditioner up to date on the way", () => {
    const at: number[] = [];
    let curvature = Math.exp(20);
    const problem = {
      start: Float64Array.of(20),
      evaluate: (x: Float64Array, gradient: Float64Array): number => {
        gradient[0] = Math.exp(x[0]) - 1;
        return Math.exp(x[0]) - x[0];
      },
      precondition: (vector: Float64Array, out: Float64Array): void => {
        out[0] = vector[0] / curvature;
      },
      refresh: (x: Float64Array): void => {
        at.push(x[0]);
        curvature = Math.exp(x[0]);
      },
      refreshEvery: 2,
      memory: 1,
    };
    const { x, iterations } = minimizeLbfgs(problem);
    expect(x[0]).toBeCloseTo(0, 9);
    expect(at).toHaveLength(Math.floor(iterations / 2));
  });

  it("minimizeLbfgs(problem) handles a convex function that is far from quadratic", () => {
    const { x } = minimizeLbfgs({
      start: Float64Array.of(30, -30),
      evaluate: (at, gradient) => {
        gradient[0] = Math.exp(at[0]) - 2;
        gradient[1] = Math.tanh(at[1] - 1) + (at[1] - 1) ** 3;
        return Math.exp(at[0]) - 2 * at[0] + Math.log(Math.cosh(at[1] - 1)) + (at[1] - 1) ** 4 / 4;
      },
    });
    expect(x[0]).toBeCloseTo(Math.LN2, 10);
    expect(x[1]).toBeCloseTo(1, 10);
  });

  it("minimizeLbfgs(problem) refuses a function without a minimum", () => {
    expect(() =>
      minimizeLbfgs({
        start: Float64Array.of(0),
        evaluate: (_, gradient) => {
          gradient[0] = -1;
          return Number.NaN;
        },
      }),
    ).toThrow(expect.objectContaining({ code: "incompatible" }));
    expect(() =>
      minimizeLbfgs({
        start: Float64Array.of(0),
        evaluate: (x, gradient) => {
          gradient[0] = -1;
          return -x[0];
        },
        maxIterations: 20,
        what: "the line",
      }),
    ).toThrow(/^the line found no optimum/);
  });

  it("minimizeLbfgs({ aim }) goes on beyond the tolerance as long as it can", () => {
    const evaluate = quadratic([1, 30, 900], [1, 2, 3]);
    const near = minimizeLbfgs({ start: new Float64Array(3), evaluate, tolerance: 1e-3 });
    const far = minimizeLbfgs({ start: new Float64Array(3), evaluate, tolerance: 1e-3, aim: 0 });
    expect(near.gradientNorm).toBeLessThanOrEqual(1e-3);
    expect(far.gradientNorm).toBeLessThan(1e-10);
  });

  it("minimizeLbfgs(problem) finds the minimum of any positive quadratic", () => {
    const term = fc.tuple(
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.double({ min: -100, max: 100, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 6 }), (terms) => {
        const centre = terms.map(([, at]) => at);
        const { x, gradientNorm } = minimizeLbfgs({
          start: new Float64Array(terms.length),
          evaluate: quadratic(
            terms.map(([weight]) => weight),
            centre,
          ),
        });
        expect(gradientNorm).toBeLessThanOrEqual(1e-10);
        centre.forEach((expected, i) => {
          expect(Math.abs(x[i] - expected)).toBeLessThan(1e-7);
        });
      }),
    );
  });
});
