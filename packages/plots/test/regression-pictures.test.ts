import type { IntervalQuality, LevelCoverage, RegressionReport } from "@candor/core";
import { describe, expect, it } from "vitest";
import { intervalCoverage, intervalCoverageGroups, pitHistogram, quantileCalibration } from "../src/index.ts";
import { emptyDocument, estimate } from "./helpers.ts";
import { describePictures, type Pictures } from "./picture-checks.ts";

const levels = [0.05, 0.25, 0.5, 0.75, 0.95];
const curve: readonly LevelCoverage[] = levels.map((level) => ({ level, observed: estimate(level ** 1.3, 0.03) }));
const before: readonly LevelCoverage[] = levels.map((level) => ({ level, observed: estimate(level ** 2, 0.03) }));
const intervals: readonly IntervalQuality[] = [0.5, 0.8, 0.9].map((level) => ({
  level,
  coverage: estimate(level - 0.08, 0.03),
  meanWidth: estimate(level * 4, 0.1),
  intervalScore: estimate(9 * level, 0.4),
}));
const pit: RegressionReport["pit"] = [0.3, 0.15, 0.1, 0.15, 0.3].map((share, i) => ({
  from: i / 5,
  to: (i + 1) / 5,
  share,
  lower: 0.17,
  upper: 0.23,
}));
const groups = [
  { name: "north", n: 1204, coverage: estimate(0.91, 0.02), flagged: false },
  { name: "south", n: 96, coverage: estimate(0.71, 0.08), flagged: true },
  { name: "west", n: 2, coverage: null, flagged: false },
];

const pictures: Pictures = {
  quantileCalibration: (options) => quantileCalibration(curve, options),
  quantileCalibrationChange: (options) => quantileCalibration(curve, { ...options, before }),
  pitHistogram: (options) => pitHistogram(pit, options),
  pitHistogramChange: (options) => pitHistogram(pit, { ...options, before: pit.toReversed() }),
  intervalCoverage: (options) => intervalCoverage(intervals, options),
  intervalCoverageChange: (options) => intervalCoverage(intervals, { ...options, before: intervals }),
  intervalCoverageGroups: (options) => intervalCoverageGroups(groups, { ...options, promised: 0.9 }),
};

describePictures(pictures);

describe("pictures of forecasts without much to show", () => {
  const document = emptyDocument();
  const text = (element: Element) => element.outerHTML;

  it("all of them draw without data", () => {
    for (const svg of [
      quantileCalibration([], { document }),
      pitHistogram([], { document }),
      intervalCoverage([], { document }),
      intervalCoverageGroups([], { document, promised: 0.9 }),
    ])
      expect(text(svg)).not.toMatch(/NaN|Infinity|<circle/);
  });
  it("quantileCalibration(curve) draws a hundred levels as a line with its band", () => {
    const many = Array.from({ length: 99 }, (_, i) => ({ level: (i + 1) / 100, observed: estimate(i / 100, 0.02) }));
    expect(text(quantileCalibration(many, { document }))).not.toContain("<circle");
  });
  it("intervalCoverage(intervals) and quantileCalibration(curve) draw points for intervals without bounds", () => {
    const open = { ...estimate(0.9, 0), lower: -Infinity, upper: Infinity };
    const one = intervals.slice(0, 1).map((interval) => ({ ...interval, coverage: open }));
    expect(text(intervalCoverage(one, { document }))).not.toMatch(/NaN|Infinity/);
    expect(text(quantileCalibration([{ level: 0.5, observed: open }], { document }))).not.toMatch(/NaN|Infinity/);
    const group = { name: "one", n: 1, coverage: open, flagged: true };
    expect(text(intervalCoverageGroups([group], { document, promised: 0.9 }))).not.toMatch(/NaN|Infinity/);
  });
  it("pitHistogram(bins) sets bars beyond the band in the second colour", () => {
    const bars = (element: Element) =>
      element.querySelectorAll('[fill*="series-2"] rect, rect[fill*="series-2"]').length;
    expect(bars(pitHistogram(pit, { document }))).toBe(5);
    const calm = pit.map((bin) => ({ ...bin, share: 0.2 }));
    expect(bars(pitHistogram(calm, { document }))).toBe(0);
  });
});
