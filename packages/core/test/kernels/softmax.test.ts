import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logSoftmax, logSumExp, softmax } from "../../src/kernels/softmax.ts";
import { matrixFromRows } from "../../src/matrix.ts";

describe("softmax", () => {
  it("softmax(logits) is proportional to exp", () => {
    const { data, rows, cols } = softmax(
      matrixFromRows([
        [0, Math.log(3)],
        [5, 5],
      ]),
    );
    expect([rows, cols]).toEqual([2, 2]);
    expect(data[0]).toBeCloseTo(0.25, 15);
    expect(data[1]).toBeCloseTo(0.75, 15);
    expect(data.slice(2)).toEqual(Float64Array.of(0.5, 0.5));
  });

  it("softmax(logits) survives huge logits and classes that are ruled out", () => {
    expect(softmax(matrixFromRows([[1e300, 0, -1e300]])).data).toEqual(Float64Array.of(1, 0, 0));
    expect(softmax(matrixFromRows([[-Infinity, 2]])).data).toEqual(Float64Array.of(0, 1));
  });

  it("softmax(logits) sums to 1 and does not depend on a common shift", () => {
    const row = fc.array(fc.double({ min: -700, max: 700, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(row, fc.integer({ min: -1000, max: 1000 }), (logits, shift) => {
        const plain = softmax(matrixFromRows([logits])).data;
        expect(plain.reduce((total, value) => total + value, 0)).toBeCloseTo(1, 13);
        const moved = softmax(matrixFromRows([logits.map((value) => value + shift)])).data;
        moved.forEach((value, j) => {
          expect(Math.abs(value - plain[j])).toBeLessThan(1e-12);
        });
      }),
    );
  });

  it("softmax(logits) names the row it cannot read", () => {
    for (const bad of [
      [Number.NaN, 0],
      [Infinity, 0],
      [-Infinity, -Infinity],
    ])
      for (const run of [softmax, logSoftmax])
        expect(() => run(matrixFromRows([[0, 0], bad]))).toThrow(
          expect.objectContaining({ code: "not-finite", index: 1 }),
        );
  });
});

describe("logSoftmax", () => {
  it("logSoftmax(logits) is exact where probabilities round to 0 and 1", () => {
    const { data } = logSoftmax(matrixFromRows([[800, 0, 0]]));
    expect(data).toEqual(Float64Array.of(-0, -800, -800).map((value) => value + 0));
    const close = logSoftmax(matrixFromRows([[50, 0]])).data;
    expect(close[0]).toBe(-Math.log1p(Math.exp(-50)));
  });

  it("logSoftmax(logits) is the logarithm of softmax(logits)", () => {
    const row = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(row, (logits) => {
        const logs = logSoftmax(matrixFromRows([logits])).data;
        softmax(matrixFromRows([logits])).data.forEach((value, j) => {
          expect(Math.abs(Math.exp(logs[j]) - value)).toBeLessThanOrEqual(2e-14 * value);
        });
      }),
    );
  });
});

describe("logSumExp", () => {
  it("logSumExp(values) adds in the log domain", () => {
    expect(logSumExp(Float64Array.of(0, 0, 0))).toBeCloseTo(Math.log(3), 15);
    expect(logSumExp(Float64Array.of(1e300))).toBe(1e300);
    expect(logSumExp(Float64Array.of(-1000, -1000))).toBeCloseTo(-1000 + Math.LN2, 12);
    expect(logSumExp(Float64Array.of(-Infinity, 3))).toBe(3);
    expect(logSumExp(Float64Array.of(-Infinity, -Infinity))).toBe(-Infinity);
    expect(logSumExp(Float64Array.of(0, -40))).toBe(Math.log1p(Math.exp(-40)));
  });

  it("logSumExp(values) refuses nothing, NaN and Infinity", () => {
    expect(() => logSumExp(new Float64Array(0))).toThrow(expect.objectContaining({ code: "empty" }));
    expect(() => logSumExp(Float64Array.of(0, Infinity))).toThrow(
      expect.objectContaining({ code: "not-finite", index: 1 }),
    );
  });
});
