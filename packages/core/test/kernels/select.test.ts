import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { select } from "../../src/kernels/select.ts";
import { createRandom } from "../../src/random/random.ts";

describe("select", () => {
  it("select(values, k) is the k-th smallest, counted from 0", () => {
    const values = Float64Array.of(5, 3, 9, 3, 1);
    expect([0, 1, 2, 3, 4].map((k) => select(values, k))).toEqual([1, 3, 3, 5, 9]);
    expect(values).toEqual(Float64Array.of(5, 3, 9, 3, 1));
  });

  it("select(values, k) agrees with sorting", () => {
    fc.assert(
      fc.property(fc.float64Array({ noNaN: true, minLength: 1, maxLength: 100 }), fc.nat(), (values, seed) => {
        const k = seed % values.length;
        expect(select(values, k) + 0).toBe(values.slice().sort()[k] + 0);
      }),
      { numRuns: 300 },
    );
  });

  it.each(["random", "ties", "sorted", "reversed", "constant"])(
    "select(values, k) agrees with sorting on many %s",
    (kind) => {
      const random = createRandom(1);
      const n = 20_000;
      const values = Float64Array.from({ length: n }, (_, i) => {
        if (kind === "random") return random.normal();
        if (kind === "ties") return random.integer(5);
        return kind === "sorted" ? i : kind === "reversed" ? -i : 1;
      });
      const sorted = values.slice().sort();
      for (const k of [0, 1, 500, n / 2, n - 2, n - 1]) expect(select(values, k)).toBe(sorted[k]);
    },
  );

  it("select(values, k) refuses nothing, bad ranks and NaN", () => {
    expect(() => select(new Float64Array(0), 0)).toThrow(expect.objectContaining({ code: "empty" }));
    for (const k of [-1, 2, 0.5, Number.NaN])
      expect(() => select(Float64Array.of(1, 2), k)).toThrow(expect.objectContaining({ code: "out-of-range" }));
    expect(() => select(Float64Array.of(1, Number.NaN), 0)).toThrow(
      expect.objectContaining({ code: "not-finite", index: 1 }),
    );
  });
});
