import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { murphyDecomposition } from "../../../src/metrics/scores/murphy-decomposition.ts";
import { P20, Y20 } from "../../master-case.ts";

const probability = fc.integer({ min: 0, max: 20 }).map((k) => k / 20);
const row = fc.record({ p: probability, y: fc.integer({ min: 0, max: 1 }), w: fc.integer({ min: 1, max: 9 }) });

describe("murphyDecomposition", () => {
  it("murphyDecomposition(p, y, { bins: 5 }) of the master case", () => {
    const parts = murphyDecomposition(P20, Y20, { bins: 5 });
    expect(parts.reliability.value).toBeCloseTo(0.01570125, 14);
    expect(parts.resolution.value).toBeCloseTo(0.075, 14);
    expect(parts.uncertainty.value).toBeCloseTo(0.25, 14);
    expect(parts.withinBinVariance.value).toBeCloseTo(0.00305375, 14);
    expect(parts.withinBinCovariance.value).toBeCloseTo(0.005, 14);
    expect(parts.score.value).toBeCloseTo(0.183755, 14);
    expect(parts.reliability).toMatchObject({
      interval: "approximate",
      spec: { metric: "murphy-reliability", bins: 5, binning: "equal-width", edges: "right-closed" },
    });
    expect(parts.uncertainty.interval).toBe("asymptotic");
  });

  it("murphyDecomposition(p, y, { weights }) adds up exactly under either edge rule", () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 30 }),
        fc.constantFrom("right-closed" as const, "left-closed" as const),
        fc.integer({ min: 1, max: 12 }),
        (rows, edgeRule, bins) => {
          const parts = murphyDecomposition(
            Float64Array.from(rows, (r) => r.p),
            Uint8Array.from(rows, (r) => r.y),
            { bins, edgeRule, weights: Float64Array.from(rows, (r) => r.w) },
          );
          const sum =
            parts.reliability.value -
            parts.resolution.value +
            parts.uncertainty.value +
            parts.withinBinVariance.value -
            2 * parts.withinBinCovariance.value;
          expect(Math.abs(sum - parts.score.value)).toBeLessThan(1e-14);
        },
      ),
    );
  });

  it("murphyDecomposition(p, y) moves edges with the rule", () => {
    const p = Float64Array.of(0.5, 0.5, 0.7);
    const y = Uint8Array.of(0, 1, 1);
    expect(murphyDecomposition(p, y, { bins: 2 }).resolution.value).toBeCloseTo(
      (2 * (1 / 6) ** 2 + (1 / 3) ** 2) / 3,
      15,
    );
    expect(murphyDecomposition(p, y, { bins: 2, edgeRule: "left-closed" }).resolution.value).toBe(0);
  });

  it("murphyDecomposition(p, y) refuses a number of bins that is not whole", () => {
    for (const bins of [0, 2.5, Number.NaN])
      expect(() => murphyDecomposition(P20, Y20, { bins })).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});
