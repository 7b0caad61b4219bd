import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matchDetections, outcomes } from "../../src/detection/match-detections.ts";
import { cocoCase, oneImage, table } from "./coco-case.ts";

describe("matchDetections", () => {
  it("matchDetections(data) flags the same detections as pycocotools, with crowds, ties and too many boxes", () => {
    const { outcome } = matchDetections(cocoCase, { thresholds: [0.5, 0.75] });
    const n = table.detections.length;
    expect(Array.from(outcome.subarray(0, n))).toEqual(table.flags["0.5"]);
    expect(Array.from(outcome.subarray(n))).toEqual(table.flags["0.75"]);
  });

  it("matchDetections(data) gives a true box to one detection: that of the higher score", () => {
    const data = oneImage(
      [
        [0, 0, 10, 10, 0.5],
        [0, 0, 10, 9, 0.9],
      ],
      [[0, 0, 10, 10]],
    );
    const matches = matchDetections(data);
    expect(Array.from(matches.outcome)).toEqual([outcomes.wrong, outcomes.right]);
    expect(Array.from(matches.found)).toEqual([-1, 0]);
    expect(Array.from(matches.overlap)).toEqual([0, 0.9]);
    expect(Array.from(matches.order)).toEqual([1, 0]);
  });

  it("matchDetections(data) ignores detections in a crowd region, as many as there are", () => {
    const data = oneImage(
      [
        [0, 0, 10, 10, 0.5],
        [50, 50, 10, 10, 0.4],
        [300, 0, 10, 10, 0.3],
      ],
      [[0, 0, 100, 100, 1]],
    );
    expect(Array.from(matchDetections(data).outcome)).toEqual([2, 2, 0]);
  });

  it("matchDetections(data, { maxDets }) counts the best and ignores the rest", () => {
    const data = oneImage(
      [
        [0, 0, 10, 10, 0.5],
        [50, 50, 10, 10, 0.9],
      ],
      [[0, 0, 10, 10]],
    );
    const matches = matchDetections(data, { maxDets: 1 });
    expect(Array.from(matches.outcome)).toEqual([outcomes.ignored, outcomes.wrong]);
    expect(Array.from(matches.order)).toEqual([1]);
    expect(Array.from(matches.place)).toEqual([1, 0]);
  });

  it("matchDetections(data) never finds more boxes than there are, nor one twice", () => {
    const box = fc.tuple(
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 0, max: 10 }).map((s) => s / 10),
    );
    fc.assert(
      fc.property(fc.array(box, { maxLength: 20 }), fc.array(box, { maxLength: 8 }), (detected, real) => {
        const data = oneImage(
          detected,
          real.map((row) => row.slice(0, 4)),
        );
        const { found, outcome } = matchDetections(data, { thresholds: [0.3] });
        const hits = found.filter((t) => t >= 0);
        expect(new Set(hits).size).toBe(hits.length);
        expect(hits.length).toBeLessThanOrEqual(real.length);
        expect(outcome.filter((code) => code === outcomes.right).length).toBe(hits.length);
      }),
      { numRuns: 100 },
    );
  });

  it("matchDetections(data) names the box that is wrong", () => {
    const good = oneImage([[0, 0, 10, 10, 0.5]], [[0, 0, 10, 10]]);
    const bad = (row: number[]) => () => matchDetections(oneImage([[0, 0, 10, 10, 0.5], row], [[0, 0, 10, 10]]));
    expect(bad([0, 0, 0, 10, 0.5])).toThrow("detection 1 is 0 wide and 10 high: expected more than 0");
    expect(bad([0, 0, -3, 10, 0.5])).toThrow(expect.objectContaining({ code: "out-of-range", index: 1 }));
    expect(bad([Number.NaN, 0, 3, 10, 0.5])).toThrow(expect.objectContaining({ code: "not-finite", index: 1 }));
    expect(bad([0, 0, 3, 10, Number.NaN])).toThrow("the score NaN of detection 1 is not a finite number");
    expect(() => matchDetections({ ...good, imageNames: [] })).toThrow(expect.objectContaining({ code: "empty" }));
    expect(() => matchDetections({ ...good, classNames: [] })).toThrow(expect.objectContaining({ code: "empty" }));
    expect(() => matchDetections(good, { thresholds: [0.5, 0.5] })).toThrow("must ascend within (0, 1], got 0.5");
    expect(() => matchDetections(good, { maxDets: 0 })).toThrow("maxDets must be a whole number >= 1, got 0");
    const unknown = { ...good, detections: { ...good.detections, category: Int32Array.of(3) } };
    expect(() => matchDetections(unknown)).toThrow("the class 3 of detection 0 is not in [0, 1)");
  });
});
