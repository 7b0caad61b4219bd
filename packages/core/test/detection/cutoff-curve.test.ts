import { describe, expect, it } from "vitest";
import { cutoffCurve } from "../../src/detection/cutoff-curve.ts";
import { matchDetections, outcomes } from "../../src/detection/match-detections.ts";
import { createRandom } from "../../src/random/random.ts";
import { cocoCase, oneImage } from "./coco-case.ts";

describe("cutoffCurve", () => {
  it("cutoffCurve(data, matches) counts right and kept detections at every distinct score", () => {
    const matches = matchDetections(cocoCase);
    const { points, best, truths } = cutoffCurve(cocoCase, matches, { points: Infinity });
    const { score } = cocoCase.detections;
    const counted = Array.from(score.keys()).filter((d) => matches.outcome[d] !== outcomes.ignored);
    expect(points.map(({ cutoff }) => cutoff)).toEqual(
      [...new Set(counted.map((d) => score[d]))].sort((a, b) => b - a),
    );
    for (const { cutoff, kept, right, precision, recall, f1 } of points) {
      const own = counted.filter((d) => score[d] >= cutoff);
      expect(kept).toBe(own.length);
      expect(right).toBe(own.filter((d) => matches.outcome[d] === outcomes.right).length);
      expect(precision.value).toBe(right / kept);
      expect(recall.value).toBe(right / truths);
      expect(f1.value).toBe((2 * right) / (kept + truths));
      for (const share of [precision, recall, f1]) {
        expect(share.bandLower).toBeLessThanOrEqual(share.lower);
        expect(share.upper).toBeLessThanOrEqual(share.bandUpper);
        expect(share.lower <= share.value && share.value <= share.upper).toBe(true);
      }
    }
    expect(best?.f1.value).toBe(Math.max(...points.map(({ f1 }) => f1.value)));
  });

  it("cutoffCurve(data, matches) finds the lowest cutoff of a wanted precision, and says null where there is none", () => {
    const data = oneImage(
      [
        [0, 0, 10, 10, 0.9],
        [50, 0, 10, 10, 0.8],
        [200, 0, 10, 10, 0.7],
        [300, 0, 10, 10, 0.6],
      ],
      [
        [0, 0, 10, 10],
        [50, 0, 10, 10],
      ],
    );
    const { targets } = cutoffCurve(data, matchDetections(data), { targets: [0.6, 0.9] });
    expect(targets[0]).toMatchObject({ precision: 0.6, cutoff: 0.7, recall: 1, sureCutoff: null });
    expect(targets[1]).toMatchObject({ precision: 0.9, cutoff: 0.8, recall: 1 });
  });

  it("cutoffCurve(data, matches) has variances that count images: doubling every image's boxes changes no interval much", () => {
    const random = createRandom(2);
    const detected: number[][] = [];
    for (let i = 0; i < 200; i++) detected.push([i, random.uniform() < 0.7 ? 0 : 500]);
    const build = (copies: number) => {
      const base = oneImage(
        detected.flatMap(([, x]) => Array.from({ length: copies }, (_, k) => [x, 100 * k, 10, 10, 0.5])),
        detected.flatMap(() => Array.from({ length: copies }, (_, k) => [0, 100 * k, 10, 10])),
      );
      const image = Int32Array.from({ length: 200 * copies }, (_, i) => Math.floor(i / copies));
      return {
        ...base,
        imageNames: detected.map((_, i) => `${i}`),
        imageSizes: null,
        detections: { ...base.detections, image },
        truths: { ...base.truths, image },
      };
    };
    const width = (copies: number): number => {
      const data = build(copies);
      const { precision } = cutoffCurve(data, matchDetections(data)).points[0];
      return precision.upper - precision.lower;
    };
    expect(width(3)).toBeCloseTo(width(1), 2);
  });

  it("cutoffCurve(data, matches) refuses data without true boxes and options out of range", () => {
    const none = oneImage([[0, 0, 10, 10, 0.5]], []);
    expect(() => cutoffCurve(none, matchDetections(none))).toThrow("need true boxes that count, got none");
    const matches = matchDetections(cocoCase);
    expect(() => cutoffCurve(cocoCase, matches, { targets: [1] })).toThrow(
      "a wanted precision must be in (0, 1), got 1",
    );
    expect(() => cutoffCurve(cocoCase, matches, { threshold: 1 })).toThrow("there are 1 thresholds, got position 1");
  });
});
