import { describe, expect, it } from "vitest";
import { hoeffdingPValue, hoeffdingUpper, maurerPontilUpper } from "../../../src/index.ts";

describe("hoeffdingUpper", () => {
  it("hoeffdingUpper(mean, n, failure) adds √(ln(1/failure)/(2n))", () => {
    expect(hoeffdingUpper(0.1, 200, 0.1)).toBeCloseTo(0.1 + Math.sqrt(Math.log(10) / 400), 15);
    expect(hoeffdingUpper(1, 200, 0.1, { bound: 10 })).toBeCloseTo(10 * hoeffdingUpper(0.1, 200, 0.1), 14);
  });

  it("hoeffdingUpper(mean, n, failure) stays within the bound of the losses", () => {
    expect(hoeffdingUpper(0.9, 3, 0.1)).toBe(1);
  });

  it("hoeffdingPValue(mean, n, risk) is failure where the upper bound is the risk", () => {
    expect(hoeffdingPValue(0.1, 200, hoeffdingUpper(0.1, 200, 0.03))).toBeCloseTo(0.03, 14);
    expect(hoeffdingPValue(0.1, 200, 0.05)).toBe(1);
  });

  it("hoeffdingUpper(mean, n, failure) refuses what cannot be", () => {
    expect(() => hoeffdingUpper(1.1, 3, 0.1)).toThrow("mean loss must be in [0, 1], got 1.1");
    expect(() => hoeffdingUpper(0.1, 0, 0.1)).toThrow("n must be an integer >= 1, got 0");
    expect(() => hoeffdingUpper(0.1, 3, 1)).toThrow("failure must be a probability in (0, 1), got 1");
    expect(() => hoeffdingUpper(0.1, 3, 0.1, { bound: 0 })).toThrow(
      "bound of the losses must be finite and > 0, got 0",
    );
  });
});

describe("maurerPontilUpper", () => {
  it("maurerPontilUpper(losses, failure) uses the variance of single losses", () => {
    const losses = Float64Array.from({ length: 1000 }, (_, i) => (i % 10 === 0 ? 1 : 0));
    const variance = (0.09 * 1000) / 999;
    const price = Math.log(20);
    expect(maurerPontilUpper(losses, 0.1)).toBeCloseTo(
      0.1 + Math.sqrt((2 * variance * price) / 1000) + (7 * price) / (3 * 999),
      14,
    );
  });

  it("maurerPontilUpper(losses, failure) is the bound of the losses where the variance is unknown", () => {
    expect(maurerPontilUpper(Float64Array.of(0.2), 0.1)).toBe(1);
    expect(maurerPontilUpper(Float64Array.of(0.2, 0.2), 0.1, { bound: 3 })).toBe(3);
    expect(() => maurerPontilUpper(new Float64Array(0), 0.1)).toThrow("the variance bound needs at least one loss");
  });
});
