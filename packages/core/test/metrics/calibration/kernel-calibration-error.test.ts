import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matrix, matrixFromRows } from "../../../src/matrix.ts";
import { kernelCalibrationError } from "../../../src/metrics/calibration/kernel-calibration-error.ts";
import { multiclassKernelCalibrationError } from "../../../src/metrics/calibration/multiclass-kernel-calibration-error.ts";
import { createRandom } from "../../../src/random/random.ts";
import { L12, P12, P20 as p, Y20 as y } from "../../master-case.ts";

/** Σ over pairs from the definition; `self` says whether a row pairs with itself. */
function direct(scores: Float64Array, outcomes: Uint8Array, weights: Float64Array, ell: number, self: boolean): number {
  let sum = 0;
  let mass = 0;
  for (let i = 0; i < scores.length; i++)
    for (let j = 0; j < scores.length; j++) {
      if (i === j && !self) continue;
      const kernel = Math.exp(-(((scores[i] - scores[j]) / ell) ** 2));
      sum += weights[i] * weights[j] * 2 * kernel * (outcomes[i] - scores[i]) * (outcomes[j] - scores[j]);
      mass += weights[i] * weights[j];
    }
  return sum / mass;
}

function simulate(n: number, seed: number, rate: (p: number) => number): [Float64Array, Uint8Array] {
  const random = createRandom(seed);
  const scores = Float64Array.from({ length: n }, () => random.uniform());
  return [scores, Uint8Array.from(scores, (score) => (random.uniform() < rate(score) ? 1 : 0))];
}

describe("kernelCalibrationError", () => {
  it("kernelCalibrationError(probabilities, outcomes) is the published value of the master case", () => {
    expect(kernelCalibrationError(p, y).value).toBeCloseTo(-0.01776145259213344, 15);
    expect(kernelCalibrationError(p, y, { estimator: "biased" }).value).toBeCloseTo(0.0015021200374732363, 15);
  });

  it("kernelCalibrationError(probabilities, outcomes, options) is the sum over all pairs, at every bandwidth", () => {
    const row = fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(0, 1),
      fc.double({ min: 0.1, max: 3, noNaN: true }),
    );
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 2, maxLength: 15 }),
        fc.constantFrom(0.05, 0.3, 1, 20),
        (rows, bandwidth) => {
          const scores = Float64Array.from(rows, ([score]) => score);
          const outcomes = Uint8Array.from(rows, ([, outcome]) => outcome);
          const weights = Float64Array.from(rows, ([, , weight]) => weight);
          for (const estimator of ["unbiased", "biased"] as const) {
            const { value, lower, upper } = kernelCalibrationError(scores, outcomes, { bandwidth, weights, estimator });
            const expected = direct(scores, outcomes, weights, bandwidth, estimator === "biased");
            expect(Math.abs(value - expected)).toBeLessThan(1e-13);
            expect(lower).toBeLessThanOrEqual(value);
            expect(upper).toBeGreaterThanOrEqual(value);
          }
        },
      ),
    );
  });

  it("kernelCalibrationError(probabilities, outcomes, { estimator: block }) is the mean of its blocks", () => {
    const blocks = [0, 5, 10, 15].map((start) =>
      direct(p.slice(start, start + 5), y.slice(start, start + 5), new Float64Array(5).fill(1), 1, false),
    );
    const estimate = kernelCalibrationError(p, y, { estimator: "block", blockSize: 5 });
    expect(estimate.value).toBeCloseTo(blocks.reduce((sum, block) => sum + block, 0) / 4, 14);
    expect(estimate).toMatchObject({
      interval: "asymptotic",
      spec: { estimator: "block", blockSize: 5, bandwidth: 1 },
    });
    const mean = estimate.value;
    const variance = blocks.reduce((sum, block) => sum + (block - mean) ** 2, 0) / 3 / 4;
    expect(estimate.lower).toBeCloseTo(mean - 3.182446305284263 * Math.sqrt(variance), 10);
  });

  it("kernelCalibrationError(probabilities, outcomes, { weights, merged }) equals repeating rows", () => {
    const weights = Float64Array.from(p, (_, i) => 1 + (i % 3));
    const rows = Array.from(weights, (w, i) => new Array<number>(w).fill(i)).flat();
    const full = kernelCalibrationError(
      Float64Array.from(rows, (i) => p[i]),
      Uint8Array.from(rows, (i) => y[i]),
    );
    const pooled = kernelCalibrationError(p, y, { weights, merged: { counts: weights, squaredWeights: weights } });
    for (const key of ["value", "lower", "upper", "n"] as const) expect(pooled[key]).toBeCloseTo(full[key], 13);
  });

  it("kernelCalibrationError(probabilities, outcomes) covers the truth at about 95 % away from calibration", () => {
    const rate = (x: number) => 0.6 * x + 0.1;
    const grid = Float64Array.from({ length: 200 }, (_, i) => (i + 0.5) / 200);
    let truth = 0;
    for (const a of grid)
      for (const b of grid) truth += (2 * Math.exp(-((a - b) ** 2)) * (rate(a) - a) * (rate(b) - b)) / 200 ** 2;
    let covered = 0;
    let blocked = 0;
    for (let k = 0; k < 200; k++) {
      const all = kernelCalibrationError(...simulate(1000, k, rate));
      const block = kernelCalibrationError(...simulate(10_000, k, rate), { estimator: "block" });
      if (all.lower <= truth && truth <= all.upper) covered++;
      if (block.lower <= truth && truth <= block.upper) blocked++;
    }
    for (const count of [covered, blocked]) expect(count).toBeGreaterThanOrEqual(181);
  });

  it("kernelCalibrationError(probabilities, outcomes) contains 0 under calibration", () => {
    let covered = 0;
    for (let k = 0; k < 200; k++) {
      const { lower, upper } = kernelCalibrationError(...simulate(500, k, (x) => x));
      if (lower <= 0 && upper >= 0) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(185);
  });

  it("kernelCalibrationError(probabilities, outcomes, options) refuses what it cannot estimate", () => {
    for (const [options, code] of [
      [{ bandwidth: 0 }, "out-of-range"],
      [{ estimator: "other" as "block" }, "unknown-option"],
      [{ estimator: "block", blockSize: 1 }, "out-of-range"],
      [{ estimator: "block", blockSize: 11 }, "too-few"],
      [{ weights: Float64Array.from(p, (_, i) => (i === 3 ? 1 : 0)) }, "too-few"],
    ] as const)
      expect(() => kernelCalibrationError(p, y, options)).toThrow(expect.objectContaining({ code }));
    expect(() => kernelCalibrationError(Float64Array.of(0.5), Uint8Array.of(1))).toThrow(
      expect.objectContaining({ code: "too-few" }),
    );
    const counts = new Float64Array(20).fill(2);
    expect(() =>
      kernelCalibrationError(p, y, { estimator: "block", weights: counts, merged: { counts, squaredWeights: counts } }),
    ).toThrow(expect.objectContaining({ code: "incompatible" }));
  });
});

describe("multiclassKernelCalibrationError", () => {
  it("multiclassKernelCalibrationError(probabilities, labels) is the published value of the multiclass case", () => {
    expect(multiclassKernelCalibrationError(P12, L12).value).toBeCloseTo(-0.00612562683826, 14);
    const biased = multiclassKernelCalibrationError(P12, L12, { estimator: "biased" });
    expect(biased.value).toBeCloseTo(0.02651835385222, 14);
    expect(biased.spec).toMatchObject({ label: "full-vector", estimator: "biased" });
  });

  it("multiclassKernelCalibrationError(probabilities, labels) has the values of CalibrationErrors.jl", () => {
    const opposite = matrix(Float64Array.of(1, 0, 0, 1), 2, 2);
    const wrong = Int32Array.of(1, 0);
    expect(multiclassKernelCalibrationError(opposite, wrong).value).toBeCloseTo(-2 * Math.exp(-1), 15);
    const biased = { estimator: "biased" } as const;
    expect(multiclassKernelCalibrationError(opposite, wrong, biased).value).toBeCloseTo(1 - Math.exp(-1), 15);
    const half = Int32Array.of(0, 0);
    expect(multiclassKernelCalibrationError(opposite, half).value).toBeCloseTo(0, 15);
    expect(multiclassKernelCalibrationError(opposite, half, biased).value).toBeCloseTo(0.5, 15);
  });

  it("multiclassKernelCalibrationError(probabilities, labels) of two L12 is kernelCalibrationError", () => {
    const both = matrixFromRows(Array.from(p, (x) => [1 - x, x]));
    const weights = Float64Array.from(p, (_, i) => 1 + (i % 4));
    const merged = { counts: weights, squaredWeights: weights };
    for (const options of [
      {},
      { estimator: "biased" as const },
      { weights, bandwidth: 0.4 },
      { weights, merged },
      { estimator: "block" as const, weights },
    ]) {
      const vector = multiclassKernelCalibrationError(both, Int32Array.from(y), options);
      const pair = kernelCalibrationError(p, y, options);
      for (const key of ["value", "lower", "upper"] as const) expect(vector[key]).toBeCloseTo(pair[key], 13);
    }
  });

  it("multiclassKernelCalibrationError(probabilities, labels) turns to blocks above 5000 rows", () => {
    const [scores, outcomes] = simulate(5001, 1, (x) => x);
    const both = matrixFromRows(Array.from(scores, (x) => [1 - x, x]));
    const { spec, lower, upper } = multiclassKernelCalibrationError(both, Int32Array.from(outcomes));
    expect(spec).toMatchObject({ estimator: "block", blockSize: 70 });
    expect(lower).toBeLessThan(0);
    expect(upper).toBeGreaterThan(0);
  });

  it("multiclassKernelCalibrationError(probabilities, labels) names the row of a bad label", () => {
    expect(() =>
      multiclassKernelCalibrationError(
        P12,
        L12.map((label) => label + 1),
      ),
    ).toThrow(expect.objectContaining({ code: "out-of-range", index: 2 }));
  });
});
