import type { PolicyPoint } from "@candor/core";
import { describe, expect, it } from "vitest";
import { movableChoice, type ThresholdBar, thresholdFrame, thresholdHistogram } from "../src/index.ts";
import { emptyDocument } from "./helpers.ts";
import { describePictures, type Pictures } from "./picture-checks.ts";

const bars: readonly ThresholdBar[] = Array.from({ length: 10 }, (_, k) => ({
  from: 0.5 + k / 20,
  to: 0.55 + k / 20,
  right: k === 9 ? 0.6 : 0.02 + k / 500,
  wrong: 0.02 - k / 500,
  unknown: k === 2 ? 0.01 : 0,
}));
const points: readonly PolicyPoint[] = [0.1, 0.3, 0.5, 0.7, 0.9, 1].map((coverage) => ({
  threshold: 1 - coverage / 2,
  coverage,
  error: coverage ** 2 / 8,
  errorLower: coverage ** 2 / 8 - 0.001,
  errorUpper: coverage ** 2 / 8 + 0.01,
  cost: null,
  precision: null,
  recall: null,
}));
const current = { coverage: 0.7, error: 0.06, lower: 0.055, upper: 0.07 };
const proposed = { coverage: 0.3, error: 0.011, lower: 0.01, upper: 0.02 };

const pictures: Pictures = {
  thresholdHistogram: (options) => thresholdHistogram(bars, { ...options, from: 0.5 }),
  movableChoice: (options) => {
    const { element, move } = movableChoice(points, { ...options, maxError: 0.05 });
    move({ current, proposed });
    return element;
  },
};

describePictures(pictures);

describe("pictures of thresholds", () => {
  const document = emptyDocument();

  it("thresholdHistogram([]) draws without bars, and of positives with their words", () => {
    expect(thresholdHistogram([], { document }).outerHTML).toContain("Share of predictions");
    const [bar] = bars;
    const one = thresholdHistogram(bar ? [bar] : [], { document, on: "positive" }).outerHTML;
    expect(one).toContain("Probability of the positive class");
    expect(one).toContain("■ negative");
    expect(one).not.toContain("not known");
  });

  it("thresholdHistogram(bars) cuts a bar that would hide the others, and says so", () => {
    expect(thresholdHistogram(bars, { document }).outerHTML).toContain("cut, 60 % ↑");
  });

  it("thresholdFrame(width, from) puts scores where thresholdHistogram draws them, and back", () => {
    const { left, right, positionOf, scoreOf } = thresholdFrame(640, 0.5);
    expect(positionOf(0.5)).toBe(left);
    expect(positionOf(1)).toBe(right);
    expect(positionOf(0.2)).toBe(left);
    for (const score of [0.5, 0.66, 0.9, 1]) expect(scoreOf(positionOf(score))).toBeCloseTo(score, 12);
    expect(scoreOf(-5)).toBe(0.5);
    expect(scoreOf(5000)).toBe(1);
  });

  it("move({ current, proposed }) moves marks, and takes away what is not there", () => {
    const { element, move } = movableChoice(points, { document, width: 420, height: 300 });
    const group = (name: string) => element.querySelector(`.choice-${name}`);
    expect(group("proposed")?.getAttribute("visibility")).toBe("hidden");
    move({ current: null, proposed });
    expect(group("current")?.getAttribute("visibility")).toBe("hidden");
    expect(group("proposed")?.querySelector("path")?.getAttribute("transform")).toMatch(/^translate\(157\.00,/);
    expect(group("proposed")?.textContent).toBe("proposed: 1.1 % wrong of 30.0 %");
    move({ current, proposed: null });
    expect(group("proposed")?.getAttribute("visibility")).toBe("hidden");
    expect(group("current")?.textContent).toBe("now");
  });
});
