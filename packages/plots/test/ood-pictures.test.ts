import type { MixedSelective, OodPValueReport } from "@candor/core";
import { describe, expect, it } from "vitest";
import { mixedRiskCoverage, pValueHistogram, rocCurve } from "../src/index.ts";
import { emptyDocument, estimate } from "./helpers.ts";
import { describePictures, type Pictures } from "./picture-checks.ts";

const bins: OodPValueReport["histogram"] = Array.from({ length: 20 }, (_, i) => ({
  lower: i / 20,
  upper: (i + 1) / 20,
  inside: i % 2 === 0 ? 0.045 : 0.055,
  outside: i === 0 ? 0.62 : 0.02,
}));
const insideOnly = bins.map((bin) => ({ ...bin, outside: null }));
const curves: MixedSelective["curves"] = (["confidence", "detector", "both"] as const).map((order, k) => ({
  order,
  aurc: estimate(0.1 - 0.02 * k, 0.01),
  accuracy: [],
  points: [0.01, 0.25, 0.5, 0.75, 1].map((coverage) => ({
    coverage,
    risk: 0.3 * coverage ** (1 + k),
    lower: 0,
    upper: 1,
    threshold: 1 - coverage,
  })),
}));
const roc = [
  { x: 0, y: 0, threshold: -9 },
  { x: 0.1, y: 0.6, threshold: -3 },
  { x: 1, y: 1, threshold: 4 },
];

const pictures: Pictures = {
  pValueHistogram: (options) => pValueHistogram(bins, options),
  pValueHistogramInside: (options) => pValueHistogram(insideOnly, options),
  mixedRiskCoverage: (options) => mixedRiskCoverage(curves, options),
  rocCurveOutside: (options) => rocCurve(roc, { ...options, target: "outside" }),
};

describePictures(pictures);

describe("pictures of detectors without much to show", () => {
  const document = emptyDocument();

  it("pValueHistogram(bins) and mixedRiskCoverage(curves) draw without data", () => {
    for (const svg of [pValueHistogram([], { document }), mixedRiskCoverage([], { document })])
      expect(svg.outerHTML).not.toMatch(/NaN|Infinity/);
  });
  it("pValueHistogram(bins) of inside rows alone says nothing of outside rows", () => {
    expect(pValueHistogram(insideOnly, { document }).outerHTML).not.toContain("outside");
  });
});
