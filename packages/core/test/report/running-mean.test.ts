import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meanEstimate } from "../../src/intervals/mean.ts";
import { addToMean, createMean, runningEstimate } from "../../src/report/running-mean.ts";

const spec = { metric: "mean" };

describe("runningEstimate", () => {
  it("runningEstimate(sum, spec, level) is meanEstimate of the same rows", () => {
    const rows = fc.array(
      fc.tuple(
        fc.double({ min: 0, max: 40, noNaN: true }),
        fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0.01, max: 9, noNaN: true })),
      ),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(rows, fc.boolean(), (list, isWeighted) => {
        fc.pre(!isWeighted || list.some((row) => row[1] > 0));
        const sum = createMean();
        for (const [x, w] of list) addToMean(sum, x, isWeighted ? w : 1);
        const values = Float64Array.from(list, (row) => row[0]);
        const weights = Float64Array.from(list, (row) => row[1]);
        const direct = meanEstimate(values, spec, { ...(isWeighted ? { weights } : {}), level: 0.9, min: 0 });
        const running = runningEstimate(sum, spec, 0.9);
        expect(running.n).toBe(direct.n);
        expect(running.effectiveN).toBeCloseTo(direct.effectiveN, 9);
        expect(running.value).toBeCloseTo(direct.value, 11);
        if (direct.effectiveN < 1.001) return;
        expect(running.lower).toBeCloseTo(direct.lower, 7);
        expect(running.upper).toBeCloseTo(direct.upper, 7);
      }),
    );
  });

  it("runningEstimate(sum, spec, level) of one value is unbounded above", () => {
    const sum = createMean();
    addToMean(sum, 0.4, 2);
    expect(runningEstimate(sum, spec, 0.95)).toMatchObject({
      value: 0.4,
      lower: 0,
      upper: Infinity,
      n: 1,
      effectiveN: 1,
    });
  });

  it("runningEstimate(sum, spec, level) says in the spec that rows had weights", () => {
    const sum = createMean();
    addToMean(sum, 0.4, 1);
    addToMean(sum, 0.6, 1);
    expect(runningEstimate(sum, spec, 0.95).spec).toEqual(spec);
    addToMean(sum, 0.6, 0.5);
    expect(runningEstimate(sum, spec, 0.95).spec).toEqual({ ...spec, weighted: true });
  });

  it("addToMean keeps the spread of values that differ only far behind the point", () => {
    const sum = createMean();
    for (let i = 0; i < 1e5; i++) addToMean(sum, 1e6 + (i % 2), 1);
    expect(sum.mean).toBeCloseTo(1e6 + 0.5, 8);
    expect(sum.spread / 1e5).toBeCloseTo(0.25, 8);
  });
});
