import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accuracy } from "../../../src/metrics/ranking/accuracy.ts";
import { auroc } from "../../../src/metrics/ranking/auroc.ts";
import { augrc, excessAugrc } from "../../../src/metrics/selective/augrc.ts";
import { createRandom } from "../../../src/random/random.ts";
import { FD_SHIFTS, RC } from "./cases.ts";

const row = fc.record({
  c: fc.integer({ min: 0, max: 6 }),
  k: fc.integer({ min: 0, max: 1 }),
  w: fc.double({ min: 1e-3, max: 10, noNaN: true }),
});

describe("augrc", () => {
  it("augrc(confidence, correct) of ten tied rows", () => {
    const area = augrc(RC.confidence, RC.correct);
    expect(area.value).toBeCloseTo(0.155, 14);
    expect(area.spec).toEqual({ metric: "augrc", convention: "fd-shifts", ties: "grouped" });
    expect(excessAugrc(RC.confidence, RC.correct).value).toBeCloseTo(0.075, 14);
  });

  it("augrc(confidence, correct) reproduces the tests of fd-shifts", () => {
    for (const { confidence, correct, augrc: expected } of FD_SHIFTS)
      expect(Math.abs(augrc(confidence, correct).value - expected)).toBeLessThan(1e-14);
    expect(augrc(new Float64Array(9), new Uint8Array(9)).value).toBe(0.5);
    expect(augrc(new Float64Array(9), new Uint8Array(9).fill(1)).value).toBe(0);
  });

  it("augrc(confidence, correct) = (1 − AUROC)·a·(1 − a) + (1 − a)²/2, and its excess is the first term", () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 25 }), (rows) => {
        const confidence = Float64Array.from(rows, (r) => r.c);
        const correct = Uint8Array.from(rows, (r) => r.k);
        correct[0] = 0;
        correct[1] = 1;
        const options = { weights: Float64Array.from(rows, (r) => r.w) };
        const a = accuracy(correct, options).value;
        const first = (1 - auroc(confidence, correct, options).value) * a * (1 - a);
        expect(augrc(confidence, correct, options).value).toBeCloseTo(first + (1 - a) ** 2 / 2, 13);
        const excess = excessAugrc(confidence, correct, options);
        expect(excess.value).toBeCloseTo(first, 13);
        expect(excess.value).toBeGreaterThanOrEqual(0);
        expect(excess.lower).toBeLessThanOrEqual(excess.value);
        expect(excess.upper).toBeGreaterThanOrEqual(excess.value);
      }),
    );
  });

  it("augrc(confidence, correct) without an error is bounded by the error rate that n rows cannot exclude", () => {
    const bound = 1 - 0.025 ** (1 / 40);
    const area = augrc(new Float64Array(40), new Uint8Array(40).fill(1));
    expect(area).toMatchObject({ value: 0, lower: 0, interval: "conservative" });
    expect(area.upper).toBeCloseTo(bound - (bound * bound) / 2, 12);
    const excess = excessAugrc(new Float64Array(40), new Uint8Array(40).fill(1));
    expect(excess.value).toBe(0);
    expect(excess.upper).toBeCloseTo(bound * (1 - bound), 12);
  });

  it("augrc(confidence, correct) and excessAugrc cover the truth in 95 % of samples (2000 samples of 200, 99.9 % band)", () => {
    const random = createRandom(92);
    // Confidence uniform, P(correct) = ½ + c/2: the area is ∫ (1 − c)/2 · c dc = 1/12; e = ¼.
    const truths = [1 / 12, 1 / 12 - 1 / 32];
    const covered = [0, 0];
    for (let r = 0; r < 2000; r++) {
      const confidence = Float64Array.from({ length: 200 }, () => random.uniform());
      const correct = Uint8Array.from(confidence, (c) => (random.uniform() < 0.5 + c / 2 ? 1 : 0));
      [augrc(confidence, correct), excessAugrc(confidence, correct)].forEach(({ lower, upper }, k) => {
        if (lower <= truths[k] && truths[k] <= upper) covered[k]++;
      });
    }
    for (const count of covered) {
      expect(count).toBeGreaterThanOrEqual(1867);
      expect(count).toBeLessThanOrEqual(1931);
    }
  });

  it("augrc(confidence, correct) refuses rows that do not match", () => {
    expect(() => augrc(RC.confidence, RC.correct.subarray(1))).toThrow(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
  });
});
