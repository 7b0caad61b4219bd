import fc from "fast-check";
import { expect, it } from "vitest";
import { meanWithin } from "../../src/kernels/mean-within.ts";

it("meanWithin(moment, weight, lower, upper) never leaves the stretch, where moment / weight does", () => {
  const x = 1 - 2 ** -53;
  expect((x + x + x) / 3 <= x && meanWithin(x + x + x, 3, x, x) === x).toBe(true);
  expect(meanWithin(0.1 + 0.1 + 0.1, 3, 0.1, 0.1)).toBe(0.1);
  expect((0.1 + 0.1 + 0.1) / 3).toBeGreaterThan(0.1);
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.999999, max: 1, noNaN: true }), { minLength: 1 }), (values) => {
      const mean = meanWithin(
        values.reduce((a, b) => a + b, 0),
        values.length,
        Math.min(...values),
        Math.max(...values),
      );
      expect(mean).toBeGreaterThanOrEqual(Math.min(...values));
      expect(mean).toBeLessThanOrEqual(Math.max(...values));
    }),
  );
});
