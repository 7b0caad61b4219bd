import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { argsort } from "../../src/kernels/argsort.ts";
import { midRanks } from "../../src/kernels/ranks.ts";

describe("midRanks", () => {
  it("midRanks(values) gives ties the mean of their ranks", () => {
    expect(midRanks(Float64Array.of(10, 20, 10, 30, 10))).toEqual(Float64Array.of(2, 4, 2, 5, 2));
    expect(midRanks(Float64Array.of(-0, 0))).toEqual(Float64Array.of(1.5, 1.5));
    expect(midRanks(Float64Array.of(Infinity, -Infinity))).toEqual(Float64Array.of(2, 1));
    expect(midRanks(new Float64Array(0))).toEqual(new Float64Array(0));
  });

  it("midRanks(values) counts the smaller values and half of the equal ones", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 60 }), (values) => {
        const ranks = values.map((value) => {
          const below = values.filter((other) => other < value).length;
          const equal = values.filter((other) => other === value).length;
          return below + (equal + 1) / 2;
        });
        expect(Array.from(midRanks(Float64Array.from(values)))).toEqual(ranks);
      }),
    );
  });

  it("midRanks(values, order) uses the order it is given", () => {
    const values = Float64Array.of(3, 1, 2);
    expect(midRanks(values, argsort(values))).toEqual(Float64Array.of(3, 1, 2));
    expect(() => midRanks(values, new Uint32Array(2))).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
  });

  it("midRanks(values) refuses NaN", () => {
    expect(() => midRanks(Float64Array.of(1, Number.NaN))).toThrow(
      expect.objectContaining({ code: "not-finite", index: 1 }),
    );
  });
});
