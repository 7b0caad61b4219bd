import {
  describeSpec,
  formatCount,
  formatEstimate,
  formatInterval,
  formatLevel,
  formatName,
  formatNumber,
  formatParameter,
  formatPercent,
  formatPValue,
  metricName,
  wordsOf,
} from "@candor/pages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("formatNumber(value, digits)", () => {
  it("formatNumber(value) shows four decimals and separates thousands", () => {
    expect(formatNumber(0.055)).toBe("0.0550");
    expect(formatNumber(-1204.5, 1)).toBe("-1,204.5");
    expect(formatNumber(1234567, 0)).toBe("1,234,567");
  });
  it("formatNumber(value) never shows a negative zero", () => {
    expect(formatNumber(-0.00001)).toBe("0.0000");
    expect(formatNumber(-0, 2)).toBe("0.00");
  });
  it("formatNumber(value) is a dash for what is not a finite number", () => {
    for (const value of [Number.NaN, Infinity, -Infinity, null, undefined]) expect(formatNumber(value)).toBe("–");
  });
  it("formatNumber(value) keeps numbers too long for fixed decimals short", () => {
    expect(formatNumber(1.5e30, 2)).toBe("1.50e+30");
  });
  it("formatNumber(value, digits) reads back within half a unit of its last digit", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e12, max: 1e12, noNaN: true }),
        fc.integer({ min: 0, max: 8 }),
        (value, digits) => {
          const read = Number(formatNumber(value, digits).replaceAll(",", ""));
          expect(Math.abs(read - value)).toBeLessThanOrEqual(0.5 * 10 ** -digits + Math.abs(value) * 1e-15);
        },
      ),
    );
  });
});

describe("formatEstimate(estimate)", () => {
  const spec = { metric: "ece" };
  it("formatEstimate(estimate) shows the value and its interval", () => {
    expect(formatEstimate({ value: 0.055, lower: 0.0501, upper: 0.06, interval: "asymptotic" })).toBe(
      "0.0550 [0.0501, 0.0600]",
    );
  });
  it("formatEstimate(estimate) shows the value alone where no interval is defined", () => {
    expect(formatEstimate({ value: 0.055, lower: 0.055, upper: 0.055, interval: "none" })).toBe("0.0550");
  });
  it("formatEstimate(estimate) takes more decimals for very small numbers and fewer for large ones", () => {
    expect(formatEstimate({ value: 0.00012, lower: 0.0001, upper: 0.00014, interval: "exact" })).toBe(
      "0.000120 [0.000100, 0.000140]",
    );
    expect(formatEstimate({ value: 314.15, lower: 300, upper: 330, interval: "exact" })).toBe(
      "314.15 [300.00, 330.00]",
    );
  });
  it("formatInterval(bounds) says where there is no bound, also after JSON", () => {
    expect(formatInterval({ lower: 0.01, upper: Infinity })).toBe("[0.0100, no bound]");
    expect(formatInterval(JSON.parse(JSON.stringify({ lower: -Infinity, upper: 0.5 })))).toBe("[no bound, 0.5000]");
  });
  it("formatInterval(bounds) writes no more zeros for what is 0 but for rounding", () => {
    expect(formatInterval({ lower: -2e-16, upper: 3e-16 })).toBe("[0.0000, 0.0000]");
    expect(formatInterval({ lower: -0.00002, upper: 0.00004 })).toBe("[-0.0000200, 0.0000400]");
  });
  it("describeSpec(spec) is the metric and its choices in words", () => {
    expect(describeSpec(spec)).toBe("ECE (expected calibration error)");
    expect(
      describeSpec({
        metric: "ece",
        norm: "l1",
        binning: "equal-width",
        bins: 15,
        edges: "right-closed",
        label: "binary",
      }),
    ).toBe("ECE (expected calibration error): L1 (mean gap), equal-width, 15 bins, right-closed, binary");
    expect(describeSpec({ metric: "log-loss", clip: 0, tiesTogether: true, paired: false })).toBe(
      "Log loss: clip 0, ties together, not paired",
    );
  });
});

describe("formatPercent, formatPValue, formatLevel, formatCount", () => {
  it("formatPercent(share) is a percentage with one decimal", () => {
    expect(formatPercent(0.9242)).toBe("92.4 %");
    expect(formatPercent(Number.NaN)).toBe("–");
  });
  it("formatPValue(p) never shows zero", () => {
    expect(formatPValue(0)).toBe("p < 0.001");
    expect(formatPValue(0.0312)).toBe("p = 0.031");
    expect(formatPValue(0.0312, "q")).toBe("q = 0.031");
    expect(formatPValue(1e-9, "")).toBe("< 0.001");
    expect(formatPValue(0.5, "")).toBe("0.500");
    expect(formatPValue(null)).toBe("–");
  });
  it("formatLevel(level) drops the noise of binary fractions", () => {
    expect(formatLevel(0.95)).toBe("95 %");
    expect(formatLevel(0.999)).toBe("99.9 %");
  });
  it("formatCount(value) is a whole number", () => {
    expect(formatCount(10_000)).toBe("10,000");
    expect(formatCount(null)).toBe("–");
  });
});

describe("formatName(name)", () => {
  it("formatName(name) says when there is nothing to see", () => {
    expect(formatName("")).toBe("(empty)");
    expect(formatName(" \t")).toBe("(blank)");
  });
  it("formatName(name) cuts long names and never in the middle of a letter", () => {
    expect(formatName("x".repeat(90), 10)).toBe(`${"x".repeat(9)}…`);
    expect(formatName("😀".repeat(90), 10)).toBe(`${"😀".repeat(9)}…`);
    expect(formatName("x".repeat(1e6)).length).toBeLessThanOrEqual(80);
  });
  it("formatName(name) shows control and direction characters as replaced", () => {
    expect(formatName("a\u0000b\nc\u202ed\u2066e")).toBe("a\ufffdb\ufffdc\ufffdd\ufffde");
    expect(formatName("half \ud83d")).toBe("half \ufffd");
  });
  it("formatName(name) leaves markup as it is: escaping is the writer's task", () => {
    expect(formatName("<b>&")).toBe("<b>&");
  });
});

describe("metricName(key)", () => {
  it("metricName(key) takes keys of reports and metrics of specs", () => {
    expect(metricName("smoothEce")).toBe("Smooth ECE");
    expect(metricName("smooth-ece")).toBe("Smooth ECE");
    expect(metricName("logLoss")).toBe("Log loss");
  });
  it("metricName(key) knows keys that hold numbers and names of other tools", () => {
    expect(metricName("ece10")).toBe("ECE, 10 bins");
    expect(metricName("eMax")).toBe(metricName("emax"));
    expect(metricName("riskAt80Coverage")).toBe("Wrong in the surest 80 %");
    expect(metricName("aurcFdShifts")).toBe("AURC as fd-shifts has it");
  });
  it("metricName(key) makes words of unknown keys", () => {
    expect(metricName("noise-floor-l1")).toBe("Noise floor L1");
    expect(metricName("riskAtCoverage")).toBe("Risk at coverage");
    expect(metricName("constructor")).toBe("Constructor");
    expect(wordsOf("edge_rule")).toBe("edge rule");
  });
});

describe("formatParameter(value)", () => {
  it.each([
    [2.88263548, "2.8826"],
    [0.0001, "0.00010000"],
    [-0.38, "-0.38000"],
    [8, "8"],
    [12345.678, "12,346"],
    [3e-15, "3.0000e-15"],
  ])("writes %d with five significant digits", (value, text) => {
    expect(formatParameter(value)).toBe(text);
  });
});
