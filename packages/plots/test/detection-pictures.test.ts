import type { CutoffShare } from "@candor/core";
import { describe, expect, it } from "vitest";
import { cutoffLines, type DrawnCutoff, precisionRecall, smallMultiples } from "../src/index.ts";
import { emptyDocument } from "./helpers.ts";
import { describePictures, type Pictures } from "./picture-checks.ts";

function share(value: number, half: number): CutoffShare {
  return {
    value,
    lower: value - half,
    upper: value + half,
    bandLower: Math.max(0, value - 2 * half),
    bandUpper: Math.min(1, value + 2 * half),
  };
}

const points: DrawnCutoff[] = Array.from({ length: 30 }, (_, i) => {
  const cutoff = (30 - i) / 31;
  const [precision, recall] = [0.5 + 0.45 * cutoff, 0.9 * (1 - cutoff ** 2)];
  return {
    cutoff,
    precision: share(precision, 0.02),
    recall: share(recall, 0.02),
    f1: share((2 * precision * recall) / (precision + recall), 0.02),
  };
});

const pictures: Pictures = {
  cutoffLines: (options) => cutoffLines(points, { ...options, best: 0.3 }),
  precisionRecallBoxes: (options) =>
    precisionRecall(
      points.map(({ cutoff, precision, recall }) => ({ x: recall.value, y: precision.value, threshold: cutoff })),
      { ...options, target: "boxes" },
    ),
};

describePictures(pictures);

describe("pictures of detections without much to show", () => {
  it("cutoffLines(points) draws no cutoff, and one alone", () => {
    for (const few of [[], points.slice(0, 1)])
      expect(cutoffLines(few, { document: emptyDocument() }).outerHTML).not.toMatch(/NaN|Infinity/);
  });

  it("smallMultiples(groups) states no calibration error where too few rows say what it is", () => {
    const few = { name: "small", n: 12, ece: null, noiseFloor: null, flagged: false, bins: [] };
    const list = smallMultiples([{ ...few, gap: { lower: -1, upper: 1 } }], { document: emptyDocument() });
    expect(list.textContent).toContain("n 12 · too few for an ECE");
    expect(list.textContent).not.toContain("0.000");
  });
});
