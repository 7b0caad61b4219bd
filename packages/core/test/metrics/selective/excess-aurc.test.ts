import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { achievableAurc } from "../../../src/metrics/selective/achievable-aurc.ts";
import { aurc } from "../../../src/metrics/selective/aurc.ts";
import { excessAurc } from "../../../src/metrics/selective/excess-aurc.ts";
import type { ExcessConvention } from "../../../src/metrics/selective/optimal-area.ts";
import { optimalAurc } from "../../../src/metrics/selective/optimal-aurc.ts";
import { createRandom } from "../../../src/random/random.ts";
import { FD_SHIFTS, RC } from "./cases.ts";

const row = fc.record({
  c: fc.integer({ min: 0, max: 6 }),
  k: fc.integer({ min: 0, max: 1 }),
  w: fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 10, noNaN: true })),
  grade: fc.double({ min: 0, max: 1, noNaN: true }),
});
const rowsOf = fc
  .array(row, { minLength: 1, maxLength: 20 })
  .map((rows) => [...rows, { c: 2, k: 1, w: 1, grade: 0.4 }]);

describe("excessAurc", () => {
  it('excessAurc(confidence, correct, { convention: "fd-shifts" }) of ten tied rows', () => {
    const options = { convention: "fd-shifts" } as const;
    expect(excessAurc(RC.confidence, RC.correct, options).value).toBeCloseTo(0.15447156473579, 13);
    expect(optimalAurc(RC.correct, options).value).toBeCloseTo(0.09350462574041, 13);
    expect(excessAurc(RC.confidence, RC.correct, options).spec).toMatchObject({
      metric: "e-aurc",
      convention: "fd-shifts",
    });
  });

  it('excessAurc(confidence, correct, { convention: "fd-shifts" }) reproduces the tests of fd-shifts, below 0 too', () => {
    for (const { confidence, correct, excess } of FD_SHIFTS)
      expect(Math.abs(excessAurc(confidence, correct, { convention: "fd-shifts" }).value - excess)).toBeLessThan(1e-13);
    const perfect = FD_SHIFTS[1];
    const below = excessAurc(perfect.confidence, perfect.correct, { convention: "fd-shifts" });
    expect(below.value).toBeLessThan(0);
    expect(below.lower).toBeLessThanOrEqual(below.value);
    expect(excessAurc(perfect.confidence, perfect.correct)).toMatchObject({ value: 0, lower: 0 });
  });

  it("excessAurc(confidence, correct) is never below 0 in the conventions that compare like with like", () => {
    const conventions: ExcessConvention[] = ["prefix-mean", "expected-ties", "fd-shifts-nonlinear"];
    fc.assert(
      fc.property(rowsOf, fc.constantFrom(...conventions), fc.boolean(), (rows, convention, weighted) => {
        const confidence = Float64Array.from(rows, (r) => r.c);
        const correct = Uint8Array.from(rows, (r) => r.k);
        const options = { convention, ...(weighted ? { weights: Float64Array.from(rows, (r) => r.w) } : {}) };
        const area = aurc(confidence, correct, options).value;
        const least = optimalAurc(correct, options).value;
        expect(area - least).toBeGreaterThan(-1e-14);
        const excess = excessAurc(confidence, correct, options);
        expect(excess.value).toBeCloseTo(area - least, 12);
        expect(excess.value).toBeGreaterThanOrEqual(0);
        expect(excess.lower).toBeLessThanOrEqual(excess.value);
        expect(excess.upper).toBeGreaterThanOrEqual(excess.value);
        expect(excess.interval).toBe("approximate");
      }),
    );
  });

  it("excessAurc(confidence, correct) lies in an interval so narrow that rounding decides", () => {
    const weights = Float64Array.of(0.014637402579365058, 0.001, 0.001, 0, 1);
    const estimate = excessAurc(Float64Array.of(0, 0, 0, 0, 2), Uint8Array.of(0, 0, 0, 0, 1), { weights });
    expect(estimate.lower).toBeLessThanOrEqual(estimate.value);
    expect(estimate.upper).toBeGreaterThanOrEqual(estimate.value);
  });

  it("excessAurc(confidence, correct) of grades is never below 0 either", () => {
    fc.assert(
      fc.property(
        rowsOf,
        fc.constantFrom<ExcessConvention>("expected-ties", "fd-shifts-nonlinear"),
        (rows, convention) => {
          const confidence = Float64Array.from(rows, (r) => r.c);
          const grades = Float64Array.from(rows, (r) => r.grade);
          const options = { convention, weights: Float64Array.from(rows, (r) => r.w) };
          const excess = excessAurc(confidence, grades, options);
          expect(excess.value).toBeCloseTo(
            aurc(confidence, grades, options).value - optimalAurc(grades, options).value,
            12,
          );
          expect(excess.value).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it("excessAurc(confidence, correct) is 0 for a perfect order, with the room that disjoint pairs leave", () => {
    const confidence = Float64Array.from({ length: 60 }, (_, i) => i);
    const correct = Uint8Array.from(confidence, (c) => (c >= 20 ? 1 : 0));
    const { value, lower, upper } = excessAurc(confidence, correct);
    expect({ value, lower }).toEqual({ value: 0, lower: 0 });
    expect(upper).toBeGreaterThan(0.05);
    expect(upper).toBeLessThan(0.4);
  });

  it("excessAurc(confidence, correct) of graded and of 0/1 rows agree, interval included", () => {
    const once = excessAurc(RC.confidence, RC.correct, { convention: "expected-ties" });
    const graded = excessAurc(RC.confidence, Float64Array.from(RC.correct), { convention: "expected-ties" });
    expect(graded.value).toBeCloseTo(once.value, 14);
    expect(graded.lower).toBeCloseTo(once.lower, 12);
    expect(graded.upper).toBeCloseTo(once.upper, 12);
  });

  it("excessAurc(confidence, correct) covers the truth in 93 % to 97 % of samples (1000 samples of 400)", () => {
    const random = createRandom(93);
    // Confidence uniform, P(correct) = ½ + c/2: area 1/8, optimum e + (1 − e)·ln(1 − e) at e = ¼.
    const truth = 1 / 8 - (0.25 + 0.75 * Math.log(0.75));
    let covered = 0;
    for (let r = 0; r < 1000; r++) {
      const confidence = Float64Array.from({ length: 400 }, () => random.uniform());
      const correct = Uint8Array.from(confidence, (c) => (random.uniform() < 0.5 + c / 2 ? 1 : 0));
      const { lower, upper } = excessAurc(confidence, correct);
      if (lower <= truth && truth <= upper) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(925);
    expect(covered).toBeLessThanOrEqual(971);
  });

  it("excessAurc(confidence, correct) refuses a convention without an optimum, and what it cannot prove", () => {
    const refuse = (run: () => unknown, code: string) => expect(run).toThrow(expect.objectContaining({ code }));
    refuse(
      () => excessAurc(RC.confidence, RC.correct, { convention: "torch-uncertainty" as "fd-shifts" }),
      "unknown-option",
    );
    const weights = new Float64Array(10).fill(1);
    refuse(() => excessAurc(RC.confidence, Float64Array.from(RC.correct), { weights }), "incompatible");
  });
});

describe("optimalAurc", () => {
  it("optimalAurc(correct) is what aurc gives to a perfect confidence", () => {
    fc.assert(
      fc.property(rowsOf, fc.constantFrom<ExcessConvention>("prefix-mean", "expected-ties"), (rows, convention) => {
        const correct = Uint8Array.from(rows, (r) => r.k);
        const perfect = aurc(Float64Array.from(correct), correct, { convention }).value;
        expect(optimalAurc(correct, { convention }).value).toBeCloseTo(perfect, 13);
      }),
    );
  });

  it("optimalAurc(correct) is 0 without an error and 1 without a success", () => {
    expect(optimalAurc(Uint8Array.of(1, 1)).value).toBe(0);
    expect(optimalAurc(Uint8Array.of(0, 0), { convention: "fd-shifts" }).value).toBe(1);
  });
});

describe("achievableAurc", () => {
  it("achievableAurc(confidence, correct) of ten tied rows", () => {
    const area = achievableAurc(RC.confidence, RC.correct);
    expect(area.value).toBeCloseTo(0.23422285472799, 13);
    expect(area).toMatchObject({ interval: "approximate", spec: { metric: "achievable-aurc" } });
  });

  it("achievableAurc(confidence, correct) reproduces the tests of fd-shifts", () => {
    for (const { confidence, correct, achievable } of FD_SHIFTS)
      expect(Math.abs(achievableAurc(confidence, correct).value - achievable)).toBeLessThan(1e-13);
  });

  it("achievableAurc(confidence, correct) lies between the optimum and the curve", () => {
    fc.assert(
      fc.property(rowsOf, (rows) => {
        const confidence = Float64Array.from(rows, (r) => r.c);
        const correct = Uint8Array.from(rows, (r) => r.k);
        const options = { convention: "fd-shifts-nonlinear", weights: Float64Array.from(rows, (r) => r.w) } as const;
        const achievable = achievableAurc(confidence, correct, { weights: options.weights }).value;
        expect(achievable).toBeLessThanOrEqual(aurc(confidence, correct, options).value + 1e-14);
        expect(achievable).toBeGreaterThanOrEqual(optimalAurc(correct, options).value - 1e-14);
      }),
    );
  });
});
