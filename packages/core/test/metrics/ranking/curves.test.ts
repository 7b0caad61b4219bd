import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { auroc } from "../../../src/metrics/ranking/auroc.ts";
import { averagePrecision } from "../../../src/metrics/ranking/average-precision.ts";
import { precisionRecallCurve } from "../../../src/metrics/ranking/precision-recall-curve.ts";
import { rocCurve } from "../../../src/metrics/ranking/roc-curve.ts";
import { createRandom } from "../../../src/random/random.ts";

const scores = Float64Array.of(0.9, 0.8, 0.8, 0.4, 0.3, 0.3);
const outcomes = Uint8Array.of(1, 1, 0, 0, 1, 0);

describe("rocCurve", () => {
  it("rocCurve(scores, outcomes) runs from nothing to everything, ties in one step", () => {
    expect(rocCurve(scores, outcomes)).toEqual([
      { x: 0, y: 0, threshold: Infinity },
      { x: 0, y: 1 / 3, threshold: 0.9 },
      { x: 1 / 3, y: 2 / 3, threshold: 0.8 },
      { x: 2 / 3, y: 2 / 3, threshold: 0.4 },
      { x: 1, y: 1, threshold: 0.3 },
    ]);
  });

  it("rocCurve(scores, outcomes, { maxPoints: Infinity }) has the area of auroc", () => {
    const row = fc.record({
      s: fc.integer({ min: 0, max: 9 }),
      y: fc.integer({ min: 0, max: 1 }),
      w: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 30 }), (list) => {
        const s = Float64Array.from(list, (r) => r.s);
        const y = Uint8Array.from(list, (r) => r.y);
        y[0] = 0;
        y[1] = 1;
        const weights = Float64Array.from(list, (r) => r.w);
        const points = rocCurve(s, y, { weights, maxPoints: Infinity });
        let area = 0;
        for (let i = 1; i < points.length; i++)
          area += (points[i].x - points[i - 1].x) * ((points[i].y + points[i - 1].y) / 2);
        expect(area).toBeCloseTo(auroc(s, y, { weights }).value, 13);
      }),
    );
  });

  it("rocCurve(scores, outcomes, { maxPoints }) keeps the ends, climbs, and loses little area", () => {
    const random = createRandom(5);
    const y = Uint8Array.from({ length: 20_000 }, () => (random.uniform() < 0.3 ? 1 : 0));
    const s = Float64Array.from(y, (outcome) => random.normal() + 1.5 * outcome);
    const all = rocCurve(s, y, { maxPoints: Infinity });
    const few = rocCurve(s, y, { maxPoints: 60 });
    expect(few.length).toBeLessThanOrEqual(60);
    expect(few.length).toBeGreaterThan(40);
    expect(few[0]).toEqual(all[0]);
    expect(few[few.length - 1]).toEqual(all[all.length - 1]);
    let area = 0;
    for (let i = 1; i < few.length; i++) {
      expect(few[i].x).toBeGreaterThanOrEqual(few[i - 1].x);
      expect(few[i].threshold).toBeLessThan(few[i - 1].threshold);
      area += (few[i].x - few[i - 1].x) * ((few[i].y + few[i - 1].y) / 2);
    }
    expect(Math.abs(area - auroc(s, y).value)).toBeLessThan(2e-3);
    expect(rocCurve(s, y, { maxPoints: 2 })).toHaveLength(2);
  });

  it("rocCurve(scores, outcomes) refuses one class and fewer than two points", () => {
    expect(() => rocCurve(scores, new Uint8Array(6))).toThrow(expect.objectContaining({ code: "one-class" }));
    expect(() => rocCurve(scores, outcomes, { maxPoints: 1 })).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
  });
});

describe("precisionRecallCurve", () => {
  it("precisionRecallCurve(scores, outcomes) has one point per threshold", () => {
    expect(precisionRecallCurve(scores, outcomes)).toEqual([
      { x: 1 / 3, y: 1, threshold: 0.9 },
      { x: 2 / 3, y: 2 / 3, threshold: 0.8 },
      { x: 2 / 3, y: 0.5, threshold: 0.4 },
      { x: 1, y: 0.5, threshold: 0.3 },
    ]);
  });

  it("precisionRecallCurve(scores, outcomes) sums up to the average precision", () => {
    const random = createRandom(6);
    const y = Uint8Array.from({ length: 300 }, () => (random.uniform() < 0.3 ? 1 : 0));
    const s = Float64Array.from(y, (outcome) => Math.round(5 * (random.normal() + outcome)));
    const points = precisionRecallCurve(s, y);
    let area = 0;
    points.forEach((point, i) => {
      area += (point.x - (i > 0 ? points[i - 1].x : 0)) * point.y;
    });
    expect(area).toBeCloseTo(averagePrecision(s, y).value, 13);
  });

  it("precisionRecallCurve(scores, outcomes, { maxPoints }) thins and keeps both ends", () => {
    const random = createRandom(7);
    const y = Uint8Array.from({ length: 5000 }, () => (random.uniform() < 0.3 ? 1 : 0));
    const s = Float64Array.from(y, (outcome) => random.normal() + outcome);
    const all = precisionRecallCurve(s, y, { maxPoints: Infinity });
    const few = precisionRecallCurve(s, y, { maxPoints: 50 });
    expect(few.length).toBeLessThanOrEqual(50);
    expect(few[0]).toEqual(all[0]);
    expect(few[few.length - 1]).toEqual(all[all.length - 1]);
  });

  it("precisionRecallCurve(scores, outcomes) refuses data without a positive", () => {
    expect(() => precisionRecallCurve(scores, new Uint8Array(6))).toThrow(
      expect.objectContaining({ code: "one-class" }),
    );
  });
});
