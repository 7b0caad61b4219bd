import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { predictiveCrps } from "../../../src/conformal/intervals/predictive-crps.ts";
import { predictiveProbabilities } from "../../../src/conformal/intervals/predictive-probabilities.ts";
import { predictiveIntervals, predictiveQuantiles } from "../../../src/conformal/intervals/predictive-quantiles.ts";
import { fitPredictiveSystem } from "../../../src/conformal/intervals/predictive-system.ts";
import { createRandom } from "../../../src/random/random.ts";

const of = (...values: number[]) => Float64Array.from(values);
const system = { residuals: of(-1, 0, 2, 3), isNormalised: true };
const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const column = (n: number) => fc.float64Array({ min: -1e6, max: 1e6, noNaN: true, minLength: n, maxLength: n });

/** mean |X − y| − (1 / n²) Σ (2i − n − 1) X₍ᵢ₎. */
function energyForm(members: Float64Array, y: number): number {
  const n = members.length;
  const sorted = members.toSorted();
  let distance = 0;
  let spread = 0;
  sorted.forEach((x, i) => {
    distance += Math.abs(x - y);
    spread += (2 * (i + 1) - n - 1) * x;
  });
  return distance / n - spread / (n * n);
}

describe("fitPredictiveSystem", () => {
  it("fitPredictiveSystem(locations, outcomes) sorts the residuals, over sigma where there is one", () => {
    const plain = fitPredictiveSystem({ point: of(1, 2, 3) }, of(4, 2, 1));
    expect(plain).toEqual({ residuals: of(-2, 0, 3), isNormalised: false });
    const scaled = fitPredictiveSystem({ point: of(1, 2, 3), sigma: of(2, 1, 4) }, of(4, 2, 1));
    expect(scaled).toEqual({ residuals: of(-0.5, 0, 1.5), isNormalised: true });
  });

  it("fitPredictiveSystem(locations, outcomes) refuses no rows, bad rows and a sigma that is not positive", () => {
    const input = (code: string, index?: number) => expect.objectContaining({ name: "InputError", code, index });
    expect(() => fitPredictiveSystem({ point: of() }, of())).toThrow(input("empty"));
    expect(() => fitPredictiveSystem({ point: of(1, 2) }, of(1))).toThrow(input("shape-mismatch"));
    expect(() => fitPredictiveSystem({ point: of(1, Number.NaN) }, of(1, 2))).toThrow(input("not-finite", 1));
    expect(() => fitPredictiveSystem({ point: of(1, 1) }, of(1, Infinity))).toThrow(input("not-finite", 1));
    expect(() => fitPredictiveSystem({ point: of(1, 1), sigma: of(1, 0) }, of(1, 2))).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1, message: "sigma must be > 0, got 0 at row 1" }),
    );
    expect(() => fitPredictiveSystem({ point: of(1), sigma: of(1e-308) }, of(1e10))).toThrow(input("not-finite", 0));
  });
});

describe("predictiveProbabilities", () => {
  it("predictiveProbabilities(...) counts ties with the new row among them", () => {
    const ties = { residuals: of(0.1, 0.2, 0.2, 0.5, 0.9), isNormalised: false };
    const at = (y: number, tau: number) => predictiveProbabilities(ties, { point: of(0) }, of(y), tau)[0];
    expect(at(0.2, 0)).toBeCloseTo(1 / 6, 15);
    expect(at(0.2, 0.5)).toBeCloseTo(2.5 / 6, 15);
    expect(at(0.2, 1)).toBeCloseTo(4 / 6, 15);
    expect(at(-5, 0.5)).toBeCloseTo(0.5 / 6, 15);
    expect(at(5, 1)).toBe(1);
  });

  it("predictiveProbabilities(...) is uniform over exchangeable rows, however tied", () => {
    const random = createRandom(41);
    const rows = 4000;
    const below = new Float64Array(10);
    for (let repeat = 0; repeat < rows; repeat++) {
      const draw = () => random.integer(4);
      const fitted = fitPredictiveSystem({ point: new Float64Array(7) }, Float64Array.from({ length: 7 }, draw));
      const [p] = predictiveProbabilities(fitted, { point: of(0) }, of(draw()), random.uniform());
      for (let k = 0; k < 10; k++) if (p <= (k + 0.5) / 10) below[k]++;
    }
    for (let k = 0; k < 10; k++) {
      const p = (k + 0.5) / 10;
      expect(Math.abs(below[k] / rows - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / rows));
    }
  });

  it("predictiveProbabilities(...) refuses a tau outside [0, 1] and another number of them", () => {
    const locations = { point: of(0, 0), sigma: of(1, 1) };
    expect(() => predictiveProbabilities(system, locations, of(0, 0), of(0.5, 1.5))).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1, message: "tau must be in [0, 1], got 1.5" }),
    );
    expect(() => predictiveProbabilities(system, locations, of(0, 0), of(0.5))).toThrow(
      "2 outcomes but 1 values of tau",
    );
    expect(() => predictiveProbabilities(system, { point: of(0) }, of(0), 0.5)).toThrow(
      "needs a sigma per row, got none",
    );
  });
});

describe("predictiveQuantiles", () => {
  it("predictiveQuantiles(...) takes the ranks ⌊p (n + 1)⌋ and ⌈p (n + 1)⌉", () => {
    const locations = { point: of(10), sigma: of(2) };
    expect(predictiveQuantiles(system, locations, 0.4, "lower")).toEqual(of(10));
    expect(predictiveQuantiles(system, locations, 0.4, "upper")).toEqual(of(10));
    expect(predictiveQuantiles(system, locations, 0.5, "lower")).toEqual(of(10));
    expect(predictiveQuantiles(system, locations, 0.5, "upper")).toEqual(of(14));
    expect(predictiveQuantiles(system, locations, 0.19, "lower")).toEqual(of(-Infinity));
    expect(predictiveQuantiles(system, locations, 0.81, "upper")).toEqual(of(Infinity));
  });

  it("predictiveQuantiles(...) has no rounding of ranks: 9 residuals have a 0.9-quantile, 8 have none", () => {
    const ranks = (n: number) => ({
      residuals: Float64Array.from({ length: n }, (_, i) => i + 1),
      isNormalised: false,
    });
    for (const [n, p] of [
      [9, 0.9],
      [99, 0.29],
      [299, 0.9],
      [599, 0.8],
      [999, 0.07],
    ] as const) {
      const goal = Math.round(p * (n + 1));
      expect(predictiveQuantiles(ranks(n), { point: of(0) }, p, "upper")).toEqual(of(goal));
      expect(predictiveQuantiles(ranks(n), { point: of(0) }, p, "lower")).toEqual(of(goal));
    }
    expect(predictiveQuantiles(ranks(8), { point: of(0) }, 0.9, "upper")).toEqual(of(Infinity));
  });

  it("predictiveIntervals(...) is the whole line below 2 / (1 − level) − 1 residuals", () => {
    const ranks = (n: number) => ({ residuals: Float64Array.from({ length: n }, (_, i) => i), isNormalised: false });
    expect(predictiveIntervals(ranks(18), { point: of(0) }, 0.9)).toEqual({
      lower: of(-Infinity),
      upper: of(Infinity),
    });
    expect(predictiveIntervals(ranks(19), { point: of(0) }, 0.9)).toEqual({ lower: of(0), upper: of(18) });
  });
});

describe("predictiveCrps", () => {
  it("predictiveCrps(...) is 1.25 and 0.625 in the published cases: sigma counts once", () => {
    expect(predictiveCrps(system, { point: of(10), sigma: of(2) }, of(12))).toEqual(of(1.25));
    expect(predictiveCrps(system, { point: of(10), sigma: of(1) }, of(10.5))).toEqual(of(0.625));
  });

  it("predictiveCrps(...) of one residual is the absolute error", () => {
    const one = { residuals: of(0), isNormalised: false };
    expect(predictiveCrps(one, { point: of(3, 3, 3) }, of(1, 3, 7))).toEqual(of(2, 0, 4));
  });

  it("predictiveCrps(...) equals the energy form", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }).chain(column),
        finite,
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        finite,
        (residuals, point, sigma, outcome) => {
          const sorted = { residuals: residuals.toSorted(), isNormalised: true };
          const [score] = predictiveCrps(sorted, { point: of(point), sigma: of(sigma) }, of(outcome));
          const members = residuals.map((r) => point + sigma * r);
          const scale = Math.max(...members.map(Math.abs), Math.abs(outcome), 1);
          expect(score).toBeGreaterThanOrEqual(0);
          expect(Math.abs(score - energyForm(members, outcome))).toBeLessThan(1e-11 * scale);
        },
      ),
    );
  });

  it("predictiveCrps(...) loses no digits far from zero", () => {
    const near = fitPredictiveSystem({ point: of(0, 0, 0, 0) }, of(-1, 0, 2, 3));
    const far = fitPredictiveSystem({ point: of(0, 0, 0, 0) }, of(2 ** 40 - 1, 2 ** 40, 2 ** 40 + 2, 2 ** 40 + 3));
    const point = of(0);
    expect(predictiveCrps(far, { point }, of(2 ** 40 + 1))).toEqual(predictiveCrps(near, { point }, of(1)));
  });

  it("predictiveCrps(...) refuses scores beyond a double", () => {
    const wide = { residuals: of(-1.5e308, 1.5e308), isNormalised: false };
    expect(() => predictiveCrps(wide, { point: of(0) }, of(1.6e308))).toThrow(
      expect.objectContaining({ code: "not-finite", index: 0 }),
    );
    expect(() => predictiveCrps({ residuals: of(), isNormalised: false }, { point: of(0) }, of(0))).toThrow(
      "needs at least one residual, got none",
    );
  });
});
