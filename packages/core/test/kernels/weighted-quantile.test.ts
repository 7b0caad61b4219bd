import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { weightedQuantile } from "../../src/kernels/weighted-quantile.ts";

describe("weightedQuantile", () => {
  it("weightedQuantile(values, p) is the smallest value whose share reaches p", () => {
    const values = Float64Array.of(40, 10, 30, 20);
    const at = (p: number) => weightedQuantile(values, p);
    expect([0, 0.25, 0.2500001, 0.5, 0.75, 0.76, 1].map(at)).toEqual([10, 10, 20, 20, 30, 40, 40]);
  });

  it("weightedQuantile(values, p) takes decimal p at its word", () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => i + 1);
    const ones = new Float64Array(100).fill(1);
    for (let k = 1; k <= 100; k++) {
      expect(weightedQuantile(values, k / 100)).toBe(k);
      expect(weightedQuantile(values, k / 100, ones)).toBe(k);
      expect(
        weightedQuantile(
          values,
          k * 0.01,
          ones.map((one) => one * 0.1),
        ),
      ).toBe(k);
    }
  });

  it("weightedQuantile(values, p, weights) goes by cumulative weight and never returns a value of weight 0", () => {
    const values = Float64Array.of(1, 2, 3, 4);
    const weights = Float64Array.of(0, 1, 3, 0);
    const at = (p: number) => weightedQuantile(values, p, weights);
    expect([0, 0.25, 0.26, 1].map(at)).toEqual([2, 2, 3, 3]);
  });

  it("weightedQuantile(values, p, undefined, linear) agrees with numpy.quantile", () => {
    const values = Float64Array.of(7, 1, 4, 10, 2);
    const at = (p: number) => weightedQuantile(values, p, undefined, { method: "linear" });
    expect([0, 0.1, 0.25, 0.5, 0.9, 1].map(at)).toEqual([1, 1.4, 2, 4, 8.8, 10]);
    expect(weightedQuantile(Float64Array.of(3), 0.3, undefined, { method: "linear" })).toBe(3);
    expect(weightedQuantile(Float64Array.of(Infinity, Infinity), 0.3, undefined, { method: "linear" })).toBe(Infinity);
  });

  it("weightedQuantile(values, p, weights) with whole weights is the quantile of repeated values", () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.nat({ max: 4 })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(rows, fc.nat({ max: 100 }), (pairs, percent) => {
        fc.pre(pairs.some(([, count]) => count > 0));
        const repeated = Float64Array.from(pairs.flatMap(([value, count]) => new Array<number>(count).fill(value)));
        const values = Float64Array.from(pairs, ([value]) => value);
        const weights = Float64Array.from(pairs, ([, count]) => count);
        expect(weightedQuantile(values, percent / 100, weights)).toBe(weightedQuantile(repeated, percent / 100));
      }),
    );
  });

  it("weightedQuantile(values, p) grows with p", () => {
    const doubles = fc.float64Array({ noNaN: true, minLength: 1, maxLength: 40 });
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(doubles, unit, unit, (values, p, q) => {
        const low = weightedQuantile(values, Math.min(p, q));
        expect(low <= weightedQuantile(values, Math.max(p, q))).toBe(true);
      }),
    );
  });

  it("weightedQuantile(values, p, weights) refuses what has no quantile", () => {
    const code = (run: () => number) => {
      try {
        return run();
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    const two = Float64Array.of(1, 2);
    expect(code(() => weightedQuantile(new Float64Array(0), 0.5))).toBe("empty");
    expect(code(() => weightedQuantile(two, 1.1))).toBe("out-of-range");
    expect(code(() => weightedQuantile(two, Number.NaN))).toBe("out-of-range");
    expect(code(() => weightedQuantile(two, 0.5, Float64Array.of(1)))).toBe("shape-mismatch");
    expect(code(() => weightedQuantile(two, 0.5, Float64Array.of(1, -1)))).toBe("out-of-range");
    expect(code(() => weightedQuantile(two, 0.5, Float64Array.of(0, 0)))).toBe("out-of-range");
    expect(code(() => weightedQuantile(two, 0.5, two, { method: "linear" }))).toBe("incompatible");
    expect(code(() => weightedQuantile(Float64Array.of(1, Number.NaN), 0.5))).toBe("not-finite");
  });
});
