import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { argsort, sortedCopy } from "../../src/kernels/argsort.ts";
import { createRandom } from "../../src/random/random.ts";

const expected = (values: Float64Array) =>
  Uint32Array.from(values.keys()).sort((i, j) => (values[i] < values[j] ? -1 : values[i] > values[j] ? 1 : i - j));

const generators: Record<string, (u: number, i: number) => number> = {
  "uniform scores": (u) => u,
  "scores of two decimals": (u) => Math.round(100 * u) / 100,
  "two values": (u) => (u < 0.3 ? 0 : 1),
  "scores pressed against 1": (u) => 1 - u ** 30,
  "sizes from 1e-300 to 1": (u) => 10 ** (-300 * u),
  "both signs and all sizes": (u, i) => (i % 2 === 0 ? 1 : -1) * 10 ** (600 * u - 300),
  "zeros of both signs": (u) => (u < 0.5 ? -0 : 0),
  "subnormal numbers": (u) => Math.round(u * 1e4) * 5e-324,
  "neighbouring doubles": (u) => 1 + Math.round(u * 1e4) * 2 ** -52,
  "the whole range of doubles": (u) => (u < 0.5 ? -1 : 1) * u * Number.MAX_VALUE,
  "infinities among numbers": (u) => (u < 0.1 ? -Infinity : u > 0.9 ? Infinity : u),
  "a descending line": (_, i) => -i,
  "one value": () => 0.25,
  "an outlier that squeezes the rest": (u, i) => (i === 7 ? 1e300 : u),
  "a staircase of squeezes": (u, i) => 2 ** (-24 * (i % 40)) * (1 + (i % 3 === 0 ? u : 0)),
};

describe("argsort", () => {
  it("argsort(values) orders values and keeps ties as they came", () => {
    expect(argsort(Float64Array.of(3, 1, 2, 1, -5))).toEqual(Uint32Array.of(4, 1, 3, 2, 0));
    expect(argsort(Float64Array.of(0, -0, 0, -0))).toEqual(Uint32Array.of(0, 1, 2, 3));
    expect(argsort(Float64Array.of(Infinity, 0, -Infinity))).toEqual(Uint32Array.of(2, 1, 0));
    expect(argsort(new Float64Array(0))).toEqual(new Uint32Array(0));
    expect(argsort(Float64Array.of(4))).toEqual(Uint32Array.of(0));
  });

  for (const [name, make] of Object.entries(generators))
    for (const n of [31, 200, 20_000])
      it(`argsort(values) agrees with a comparison sort on ${n} of ${name}`, () => {
        const random = createRandom(n);
        const values = Float64Array.from({ length: n }, (_, i) => make(random.uniform(), i));
        expect(argsort(values)).toEqual(expected(values));
      });

  it("argsort(values) agrees with a comparison sort on any doubles", () => {
    fc.assert(
      fc.property(fc.float64Array({ noNaN: true, maxLength: 300 }), (values) => {
        expect(argsort(values)).toEqual(expected(values));
      }),
      { numRuns: 300 },
    );
  });

  it("argsort(values) agrees with a comparison sort where values repeat", () => {
    const few = fc.array(fc.constantFrom(-1, -0, 0, 5e-324, 1, 1 + 2 ** -52, Infinity), { maxLength: 300 });
    fc.assert(
      fc.property(few, (values) => {
        expect(argsort(Float64Array.from(values))).toEqual(expected(Float64Array.from(values)));
      }),
    );
  });

  it("argsort(values) names the first NaN and leaves its argument alone", () => {
    const values = Float64Array.of(2, 1, Number.NaN, Number.NaN);
    expect(() => argsort(values)).toThrow(expect.objectContaining({ code: "not-finite", index: 2 }));
    const kept = Float64Array.of(2, 1);
    argsort(kept);
    expect(kept).toEqual(Float64Array.of(2, 1));
  });
});

describe("sortedCopy", () => {
  it("sortedCopy(values) is the values in ascending order", () => {
    expect(sortedCopy(Float64Array.of(3, -1, 2))).toEqual(Float64Array.of(-1, 2, 3));
    expect(() => sortedCopy(Float64Array.of(Number.NaN))).toThrow(expect.objectContaining({ code: "not-finite" }));
  });

  it("sortedCopy(values) agrees with the sort of the platform", () => {
    const doubles = fc.float64Array({ noNaN: true, maxLength: 300 }).map((values) => values.map((value) => value + 0));
    fc.assert(
      fc.property(doubles, (values) => {
        expect(sortedCopy(values)).toEqual(values.slice().sort());
      }),
    );
  });
});
