import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fprAtTpr } from "../../../src/ood/metrics/fpr-at-tpr.ts";
import { oodAupr, oodAuroc } from "../../../src/ood/metrics/ood-areas.ts";
import { createRandom } from "../../../src/random/random.ts";
import { erfc } from "../../../src/special/erf.ts";
import { normalQuantile } from "../../../src/special/normal.ts";
import { binomialBand } from "../binomial-band.ts";

const repeated = (value: number, count: number): number[] => new Array<number>(count).fill(value);

describe("fprAtTpr(rows)", () => {
  it("fprAtTpr(rows) of 100 positives at 0.9 and negatives half above them, half below, is a half", () => {
    const rows = {
      inside: Float64Array.from(repeated(0.9, 100)),
      outside: Float64Array.from([...repeated(0.95, 50), ...repeated(0.85, 50)]),
    };
    expect(fprAtTpr(rows)).toMatchObject({ value: 0.5, threshold: 0.9, reachedTpr: 1 });
    expect(fprAtTpr({ inside: rows.outside, outside: rows.inside }, { positive: "outside" }).value).toBe(0.5);
  });

  it("fprAtTpr(rows) is 0 and both areas are 1 where the rows separate", () => {
    const rows = { inside: Float64Array.of(3, 4, 5), outside: Float64Array.of(0, 1) };
    for (const positive of ["inside", "outside"] as const) {
      expect(fprAtTpr(rows, { positive })).toMatchObject({ value: 0, lower: 0, upper: 1, interval: "approximate" });
      for (const rule of ["step", "trapezoid"] as const) expect(oodAupr(rows, { positive, rule }).value).toBe(1);
    }
    expect(oodAuroc(rows).value).toBe(1);
  });

  it("fprAtTpr(rows) takes the 95th of 100 positives and the 19th of 20, in whole numbers", () => {
    const inside = Float64Array.from({ length: 100 }, (_, i) => i);
    expect(fprAtTpr({ inside, outside: inside }).threshold).toBe(5);
    const few = Float64Array.from({ length: 20 }, (_, i) => i);
    expect(fprAtTpr({ inside: few, outside: inside }).threshold).toBe(1);
    expect(fprAtTpr({ inside: few, outside: inside }, { positive: "outside" }).threshold).toBe(94);
    // 0.07 · 100 is above 7 in floating point.
    expect(fprAtTpr({ inside, outside: inside }, { tpr: 0.07 }).threshold).toBe(93);
  });

  it("fprAtTpr(rows) with weights is that of repeated rows, and rows of weight 0 are absent", () => {
    const score = fc.integer({ min: 0, max: 6 });
    const rows = fc.array(fc.tuple(score, fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(rows, rows, fc.constantFrom("inside", "outside"), (inside, outside, positive) => {
        fc.pre(inside.some(([, w]) => w > 0) && outside.some(([, w]) => w > 0));
        const scores = (list: [number, number][]) => Float64Array.from(list, ([s]) => s);
        const weights = (list: [number, number][]) => Float64Array.from(list, ([, w]) => w);
        const repeat = (list: [number, number][]) => Float64Array.from(list.flatMap(([s, w]) => repeated(s, w)));
        const options = { positive: positive === "inside" ? "inside" : "outside", tpr: 0.8 } as const;
        const weighted = fprAtTpr(
          {
            inside: scores(inside),
            outside: scores(outside),
            insideWeights: weights(inside),
            outsideWeights: weights(outside),
          },
          options,
        );
        const plain = fprAtTpr({ inside: repeat(inside), outside: repeat(outside) }, options);
        expect(weighted.value).toBeCloseTo(plain.value, 12);
        expect(weighted.threshold).toBe(plain.threshold);
        expect(plain.lower).toBeLessThanOrEqual(plain.value);
        expect(plain.upper).toBeGreaterThanOrEqual(plain.value);
      }),
    );
  });

  it("fprAtTpr(rows) covers the rate at the true threshold in 95 of 100 samples, whatever the sizes and shapes", () => {
    const random = createRandom(4);
    const runs = 400;
    for (const [inside, outside, shift, width] of [
      [200, 150, 1, 1],
      [150, 400, 3, 1],
      [500, 200, 3, 2],
    ] as const) {
      const truth = erfc((shift + width * normalQuantile(0.05)) / Math.SQRT2) / 2;
      let covered = 0;
      for (let run = 0; run < runs; run++) {
        const { lower, upper } = fprAtTpr({
          inside: Float64Array.from({ length: inside }, () => shift + width * random.normal()),
          outside: Float64Array.from({ length: outside }, () => random.normal()),
        });
        if (lower <= truth && truth <= upper) covered++;
      }
      expect(covered, `${inside} ${outside} ${shift}`).toBeGreaterThanOrEqual(binomialBand(runs, 0.95).lower);
    }
  });

  it("fprAtTpr(rows) leaves the upper end open where the positives cannot bound the threshold", () => {
    const scores = (n: number) => Float64Array.from({ length: n }, (_, i) => i);
    expect(fprAtTpr({ inside: scores(72), outside: scores(500) }).upper).toBe(1);
    const inside = scores(73).map((x) => x + 400);
    expect(fprAtTpr({ inside, outside: scores(500) }).upper).toBeLessThan(1);
  });

  it("fprAtTpr(rows) refuses missing kinds, NaN, weights that are all 0 and unknown options", () => {
    const one = Float64Array.of(1);
    expect(() => fprAtTpr({ inside: one, outside: new Float64Array(0) })).toThrow(/at least one outside row/);
    expect(() => fprAtTpr({ inside: Float64Array.of(1, NaN), outside: one })).toThrow(
      expect.objectContaining({ code: "not-finite", index: 1, message: expect.stringContaining("inside row 1") }),
    );
    expect(() => fprAtTpr({ inside: one, outside: one }, { tpr: 1 })).toThrow(/tpr must be in/);
    // @ts-expect-error not a kind
    expect(() => fprAtTpr({ inside: one, outside: one }, { positive: "ood" })).toThrow(/"outside" or "inside"/);
    expect(() => fprAtTpr({ inside: one, outside: one, insideWeights: Float64Array.of(0) })).toThrow(
      expect.objectContaining({ code: "one-class" }),
    );
    expect(() => fprAtTpr({ inside: one, outside: one, outsideWeights: Float64Array.of(1, 2) })).toThrow(
      /1 outside rows but 2 weights/,
    );
  });
});

describe("oodAupr(rows)", () => {
  it("oodAupr(rows) says in its spec which rows it looks for and by which rule", () => {
    const rows = { inside: Float64Array.of(3, 1, 2), outside: Float64Array.of(0, 1.5) };
    const inside = oodAupr(rows, { positive: "inside" });
    expect(inside.spec).toMatchObject({ metric: "average-precision", positive: "inside", rule: "step" });
    // From the top: inside, inside, outside, inside: (1 + 1 + 3/4)/3.
    expect(inside.value).toBeCloseTo(2.75 / 3, 14);
    const outside = oodAupr(rows, { rule: "trapezoid" });
    expect(outside.spec).toMatchObject({ metric: "pr-auc-trapezoid", positive: "outside", rule: "trapezoid" });
    expect(oodAuroc(rows).value).toBeCloseTo(5 / 6, 14);
  });

  it("oodAupr(rows) refuses unknown rules", () => {
    const one = Float64Array.of(1);
    // @ts-expect-error not a rule
    expect(() => oodAupr({ inside: one, outside: one }, { rule: "pr" })).toThrow(/"step" or "trapezoid"/);
  });
});
