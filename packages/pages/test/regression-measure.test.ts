import { formatMeasure, formatMeasured } from "@candor/pages";
import { describe, expect, it } from "vitest";

describe("formatMeasure(value)", () => {
  it.each([
    [17943.8238, "17,944"],
    [1234.56, "1,234.6"],
    [12.30214, "12.302"],
    [-0.5, "-0.5000"],
    [0.000412, "0.0004120"],
    [0, "0"],
    [3.2e14, "3.200e+14"],
    [-4e-12, "-4.000e-12"],
    [Number.POSITIVE_INFINITY, "–"],
    [null, "–"],
  ])("formatMeasure(%s) is %s", (value, text) => {
    expect(formatMeasure(value)).toBe(text);
  });
});

describe("formatMeasured(estimate)", () => {
  const interval = "asymptotic";
  it("formatMeasured(estimate) gives value and ends as many decimals as the largest of them needs", () => {
    expect(formatMeasured({ value: 9.5, lower: -2, upper: 1200, interval })).toBe("9.5 [-2.0, 1,200.0]");
  });
  it("formatMeasured(estimate) says where there is no bound, and nothing where there is no interval", () => {
    expect(formatMeasured({ value: 1, lower: Number.NEGATIVE_INFINITY, upper: 2, interval })).toBe(
      "1.0000 [no bound, 2.0000]",
    );
    expect(formatMeasured({ value: 1, lower: 1, upper: 1, interval: "none" })).toBe("1.0000");
    expect(formatMeasured({ value: 1e20, lower: 1e20, upper: 2e20, interval })).toBe(
      "1.000e+20 [1.000e+20, 2.000e+20]",
    );
  });
});
