import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { benjaminiHochberg } from "../../../src/metrics/tests/benjamini-hochberg.ts";
import { conformalOodPValues } from "../../../src/ood/evidence/conformal-p-values.ts";
import {
  type DiscoveryMethod,
  discoverOutside,
  discoveryMethods,
  storeyShare,
} from "../../../src/ood/evidence/false-discoveries.ts";
import { createRandom } from "../../../src/random/random.ts";

describe("discoverOutside(pValues, target)", () => {
  it("discoverOutside(pValues, target) is the example of Benjamini and Hochberg (1995): four at 0.05", () => {
    const pValues = Float64Array.of(
      ...[
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
      ],
    );
    const { found, count, threshold, insideShare } = discoverOutside(pValues, 0.05);
    expect(count).toBe(4);
    expect(threshold).toBe(0.0095);
    expect(insideShare).toBe(1);
    expect([...found].slice(0, 5)).toEqual([1, 1, 1, 1, 0]);
    expect(discoverOutside(pValues, 0.05, { method: "benjamini-yekutieli" }).count).toBe(3);
  });

  it("discoverOutside(pValues, target) finds those whose adjusted value is at most the target", () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.constantFrom(0.05, 0.1, 0.3), (list, target) => {
        const pValues = Float64Array.from(list);
        const { found, count, threshold } = discoverOutside(pValues, target);
        const adjusted = benjaminiHochberg(pValues);
        expect(count).toBe(found.reduce((sum, one) => sum + one, 0));
        list.forEach((p, i) => {
          if (Math.abs(adjusted[i] - target) > 1e-9) expect(found[i] === 1).toBe(adjusted[i] < target);
          if (found[i] === 1) expect(p).toBeLessThanOrEqual(threshold ?? Number.NaN);
        });
      }),
    );
  });

  it("discoverOutside(pValues, target, { calibrationRows }) compares fractions exactly", () => {
    // 3/30 = 0.1 · 3/3 exactly; in floating point 3 · (3/30) is above 0.1 · 3.
    const pValues = Float64Array.of(3 / 30, 3 / 30, 3 / 30);
    expect(discoverOutside(pValues, 0.1, { calibrationRows: 29 }).count).toBe(3);
    expect(discoverOutside(Float64Array.of(7 / 100, 7 / 100), 0.07, { calibrationRows: 99 }).count).toBe(2);
    expect(() => discoverOutside(Float64Array.of(0.5, 0.123), 0.1, { calibrationRows: 99 })).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
  });

  it("storeyShare(pValues) is (1 + those above half)/(half of all), at most 1", () => {
    expect(storeyShare(Float64Array.of(0.01, 0.02, 0.03, 0.04, 0.6, 0.7, 0.01, 0.01, 0.01, 0.01))).toBeCloseTo(0.6, 14);
    expect(storeyShare(Float64Array.of(0.9, 0.9))).toBe(1);
    expect(storeyShare(new Float64Array(0))).toBe(1);
  });

  it("discoverOutside(pValues, target) keeps the share of false discoveries within the target over 400 draws", () => {
    const random = createRandom(2);
    const runs = 400;
    const target = 0.2;
    const share: Record<DiscoveryMethod, number[]> = {
      "benjamini-hochberg": [],
      storey: [],
      "benjamini-yekutieli": [],
    };
    let power = 0;
    for (let run = 0; run < runs; run++) {
      const calibration = Float64Array.from({ length: 200 }, () => random.normal());
      const scores = Float64Array.from({ length: 100 }, (_, i) => random.normal() - (i < 60 ? 0 : 3));
      const pValues = conformalOodPValues(calibration, scores);
      for (const method of discoveryMethods) {
        const { found, count } = discoverOutside(pValues, target, { method, calibrationRows: 200 });
        const wrong = found.subarray(0, 60).reduce((sum, one) => sum + one, 0);
        share[method].push(count === 0 ? 0 : wrong / count);
        if (method === "storey") power += (count - wrong) / 40 / runs;
      }
    }
    const limits = { "benjamini-hochberg": target * 0.6, storey: target, "benjamini-yekutieli": target * 0.6 };
    for (const method of discoveryMethods) {
      const mean = share[method].reduce((sum, one) => sum + one, 0) / runs;
      const variance = share[method].reduce((sum, one) => sum + (one - mean) ** 2, 0) / (runs - 1);
      expect(mean, method).toBeLessThanOrEqual(limits[method] + 3.29 * Math.sqrt(variance / runs));
    }
    expect(power).toBeGreaterThan(0.8);
  });

  it("discoverOutside(pValues, target) finds nothing in an empty batch and refuses bad options", () => {
    expect(discoverOutside(new Float64Array(0), 0.1)).toMatchObject({ count: 0, threshold: null });
    expect(() => discoverOutside(Float64Array.of(0.1), 0)).toThrow(/target must be in/);
    expect(() => discoverOutside(Float64Array.of(0.1, -1), 0.1)).toThrow(expect.objectContaining({ index: 1 }));
    expect(() => discoverOutside(Float64Array.of(0.1), 0.1, { lambda: 1 })).toThrow(/lambda/);
    // @ts-expect-error not a method
    expect(() => discoverOutside(Float64Array.of(0.1), 0.1, { method: "holm" })).toThrow(/benjamini-hochberg, storey/);
  });
});
