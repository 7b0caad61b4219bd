import { describe, expect, it } from "vitest";
import oracle from "../../../../../fixtures/smooth/lowess.json" with { type: "json" };
import { argsort } from "../../../src/kernels/argsort.ts";
import { integratedCalibrationIndex } from "../../../src/metrics/calibration/integrated-calibration-index.ts";
import { createRandom } from "../../../src/random/random.ts";

const keys = ["ici", "e50", "e90", "eMax"] as const;

function simulate(n: number, seed: number, rate: (p: number) => number): [Float64Array, Uint8Array] {
  const random = createRandom(seed);
  const scores = Float64Array.from({ length: n }, () => random.uniform());
  return [scores, Uint8Array.from(scores, (score) => (random.uniform() < rate(score) ? 1 : 0))];
}

describe("integratedCalibrationIndex", () => {
  it("integratedCalibrationIndex(probabilities, outcomes) has the distances of R's lowess and quantiles", () => {
    for (const entry of oracle) {
      const scores = Float64Array.from(entry.probabilities).reverse();
      const found = integratedCalibrationIndex(scores, Uint8Array.from(entry.outcomes).reverse());
      for (const key of keys)
        expect(Math.abs(found[key].value - entry[key]), `${entry.name} ${key}`).toBeLessThan(1e-12);
    }
  });

  it("integratedCalibrationIndex(probabilities, outcomes) gives each distance a spec and an interval", () => {
    const { ici, e50, e90, eMax } = integratedCalibrationIndex(...simulate(100, 1, (p) => p));
    expect(ici).toMatchObject({
      n: 100,
      level: 0.95,
      interval: "approximate",
      spec: { metric: "ici", smoother: "lowess" },
    });
    expect([e50.spec.metric, e90.spec.metric, eMax.spec.metric]).toEqual(["e50", "e90", "emax"]);
    for (const { value, lower, upper } of [ici, e50, e90, eMax]) {
      expect(lower).toBeLessThanOrEqual(value);
      expect(upper).toBeGreaterThanOrEqual(value);
    }
  });

  it("integratedCalibrationIndex(probabilities, outcomes, { weights, merged }) equals repeating rows", () => {
    const [scores, outcomes] = simulate(60, 3, (p) => p * p);
    const weights = Float64Array.from(scores, (_, i) => 1 + (i % 3));
    const rows = Array.from(weights, (w, i) => new Array<number>(w).fill(i)).flat();
    const merged = { counts: weights, squaredWeights: weights };
    const pooled = integratedCalibrationIndex(scores, outcomes, { weights, merged });
    const full = integratedCalibrationIndex(
      Float64Array.from(rows, (i) => scores[i]),
      Uint8Array.from(rows, (i) => outcomes[i]),
    );
    for (const key of keys)
      for (const end of ["value", "lower", "upper", "n"] as const)
        expect(pooled[key][end]).toBeCloseTo(full[key][end], 10);
  });

  it("integratedCalibrationIndex(probabilities, outcomes, { weights }) depends on ratios of weights only", () => {
    const [scores, outcomes] = simulate(80, 4, (p) => p);
    const weights = Float64Array.from(scores, (_, i) => 0.5 + (i % 5));
    const first = integratedCalibrationIndex(scores, outcomes, { weights });
    const second = integratedCalibrationIndex(scores, outcomes, { weights: weights.map((w) => 7 * w) });
    for (const key of keys)
      for (const end of ["value", "lower", "upper"] as const) expect(second[key][end]).toBeCloseTo(first[key][end], 10);
  });

  it("integratedCalibrationIndex(probabilities, outcomes) pools many scores without moving the value", () => {
    const [scores, outcomes] = simulate(20_000, 5, (p) => 0.9 * p);
    const exact = integratedCalibrationIndex(
      scores.map((score) => Math.round(score * 4000) / 4000),
      outcomes,
    );
    const pooled = integratedCalibrationIndex(scores, outcomes);
    for (const key of keys) expect(Math.abs(pooled[key].value - exact[key].value)).toBeLessThan(2e-4);
  });

  it("integratedCalibrationIndex(probabilities, outcomes) is the gap where all scores are equal", () => {
    const found = integratedCalibrationIndex(
      new Float64Array(10).fill(0.8),
      Uint8Array.of(1, 1, 1, 1, 1, 0, 0, 0, 0, 0),
    );
    for (const key of keys) expect(found[key].value).toBeCloseTo(0.3, 14);
    const one = integratedCalibrationIndex(Float64Array.of(0.25), Uint8Array.of(0));
    expect(one.ici.value).toBe(0.25);
    const sure = integratedCalibrationIndex(Float64Array.of(0, 1), Uint8Array.of(0, 1));
    expect(sure.eMax).toMatchObject({ value: 0, lower: 0 });
  });

  it("integratedCalibrationIndex(probabilities, outcomes) covers the truth at 95 % within simulation error", () => {
    for (const [rate, truth] of [
      [(p: number) => p, { ici: 0, e50: 0, e90: 0, eMax: 0 }],
      [(p: number) => 0.8 * p + 0.1, { ici: 0.05, e50: 0.05, e90: 0.09, eMax: 0.1 }],
    ] as const) {
      const covered = { ici: 0, e50: 0, e90: 0, eMax: 0 };
      for (let k = 0; k < 100; k++) {
        const found = integratedCalibrationIndex(...simulate(300, 100 + k, rate));
        for (const key of keys) if (found[key].lower <= truth[key] && truth[key] <= found[key].upper) covered[key]++;
      }
      for (const key of keys) expect(covered[key], key).toBeGreaterThanOrEqual(90);
    }
  });

  it("integratedCalibrationIndex(probabilities, outcomes, options) refuses what it cannot smooth", () => {
    const [scores, outcomes] = simulate(10, 1, (p) => p);
    expect(() => integratedCalibrationIndex(scores, outcomes, { span: 0 })).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
    expect(() => integratedCalibrationIndex(scores, outcomes, { order: new Uint32Array(2) })).toThrow(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
    expect(() => integratedCalibrationIndex(scores, outcomes, { order: argsort(scores).reverse() })).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
  });
});
