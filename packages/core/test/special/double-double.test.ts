import { describe, expect, it } from "vitest";
import {
  add,
  divide,
  exponential,
  gaussian,
  logarithm,
  multiply,
  pair,
  twoProduct,
  twoSum,
} from "../../src/special/double-double.ts";

const exact = (value: number) => {
  const scaled = value * 2 ** 600;
  return BigInt(scaled);
};

describe("pairs of doubles", () => {
  it("twoSum(a, b) and twoProduct(a, b) lose nothing", () => {
    for (const [a, b] of [
      [1, 2 ** -80],
      [0.1, 0.2],
      [1e16, Math.PI],
      [-3.3, 3.3000000000000003],
    ]) {
      const sum = twoSum(a, b);
      expect(exact(sum.high) + exact(sum.low)).toBe(exact(a) + exact(b));
      const product = twoProduct(a, b);
      expect((exact(product.high) + exact(product.low)) << 600n).toBe(exact(a) * exact(b));
    }
  });

  it("divide(x, y) times y is x to 31 digits", () => {
    const quotient = divide(pair(1), pair(3));
    const back = add(multiply(quotient, pair(3)), pair(-1));
    expect(Math.abs(back.high)).toBeLessThan(1e-31);
  });

  it("logarithm(x) carries 17 digits more than a double", () => {
    const two = logarithm(pair(2));
    expect(two.high).toBe(Math.LN2);
    expect(Math.abs(two.low - 2.3190468138462996e-17)).toBeLessThan(1e-32);
    const third = add(logarithm(pair(3)), logarithm(divide(pair(1), pair(3))));
    expect(Math.abs(third.high)).toBeLessThan(2e-18);
    const tiny = add(logarithm(pair(5e-324)), multiply(logarithm(pair(2)), pair(1074)));
    expect(Math.abs(tiny.high)).toBeLessThan(1e-25);
  });

  it("exponential(x) and gaussian(x, factor) end at 0 and 1", () => {
    expect(exponential({ high: -800, low: 1e-20 })).toBe(0);
    expect([gaussian(0, 1), gaussian(1e-160, 1), gaussian(1e200, 1), gaussian(Infinity, 1)]).toEqual([1, 1, 0, 0]);
  });
});
