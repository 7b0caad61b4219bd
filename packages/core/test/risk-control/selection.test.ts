import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom, fixedSequenceSelection, type Selection, selectionWithGuaranteedRisk } from "../../src/index.ts";
import { expectAtMost } from "./within-band.ts";

/** Confidences c with P(wrong) = (1 - c)·slope. */
function draw(n: number, slope: number, seed: number): { confidence: Float64Array; isError: Uint8Array } {
  const random = createRandom(seed);
  const confidence = Float64Array.from({ length: n }, () => random.uniform());
  return { confidence, isError: Uint8Array.from(confidence, (c) => (random.uniform() < (1 - c) * slope ? 1 : 0)) };
}

const nothing = (n: number): Selection => ({
  threshold: null,
  n,
  accepted: 0,
  errors: 0,
  coverage: 0,
  error: null,
  upperBound: null,
});

const procedures = {
  selectionWithGuaranteedRisk,
  "fixedSequenceSelection from a label-free start": fixedSequenceSelection,
  "fixedSequenceSelection from the strictest": (
    confidence: Float64Array,
    isError: Uint8Array,
    target: { maxError: number; failure: number },
  ) => fixedSequenceSelection(confidence, isError, { ...target, start: "strictest" }),
};

describe("selection", () => {
  for (const [name, select] of Object.entries(procedures)) {
    it(`${name} accepts everything where nothing is wrong, and nothing where all is`, () => {
      const confidence = Float64Array.from({ length: 1000 }, (_, i) => i / 1000);
      const target = { maxError: 0.1, failure: 0.05 };
      const all = select(confidence, new Uint8Array(1000), target);
      expect(all.coverage).toBe(name.includes("strictest") ? 0 : 1);
      expect(select(confidence, new Uint8Array(1000).fill(1), target)).toEqual(nothing(1000));
      expect(select(Float64Array.of(0.5), Uint8Array.of(0), target)).toEqual(nothing(1));
    });

    it(`${name} proves a bound within the target`, () => {
      const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.boolean()), { minLength: 1, maxLength: 300 });
      fc.assert(
        fc.property(rows, (list) => {
          const confidence = Float64Array.from(list, ([score]) => score / 30);
          const isError = Uint8Array.from(list, ([score, coin]) => (coin && score < 20 ? 1 : 0));
          const { threshold, accepted, errors, upperBound } = select(confidence, isError, {
            maxError: 0.2,
            failure: 0.1,
          });
          if (threshold === null) return;
          expect(upperBound).toBeLessThanOrEqual(0.2 * (1 + 1e-12));
          expect(accepted).toBe(confidence.filter((score) => score >= threshold).length);
          expect(errors).toBe(confidence.filter((score, i) => score >= threshold && isError[i] === 1).length);
        }),
        { seed: 48 },
      );
    });

    it(`${name} breaks the target in at most a share failure of calibration sets`, () => {
      let broken = 0;
      for (let run = 0; run < 1000; run++) {
        const { confidence, isError } = draw(400, 0.5, run);
        const { threshold } = select(confidence, isError, { maxError: 0.15, failure: 0.1 });
        if (threshold !== null && ((1 - threshold) / 2) * 0.5 > 0.15) broken++;
      }
      expectAtMost(broken, 1000, 0.1, name);
    });
  }

  it("fixedSequenceSelection(confidence, isError, thresholds) tests the candidates given, strictest first", () => {
    const { confidence, isError } = draw(2000, 0.4, 5);
    const found = fixedSequenceSelection(confidence, isError, {
      maxError: 0.1,
      failure: 0.05,
      thresholds: Float64Array.of(0.7, 0.9, 0.2, 0.8),
    });
    expect(found.threshold).toBe(0.7);
  });

  it("selectionWithGuaranteedRisk(confidence, isError, target) keeps rows of equal confidence together", () => {
    const confidence = Float64Array.from({ length: 1000 }, (_, i) => (i < 500 ? 0.9 : 0.4));
    const isError = Uint8Array.from(confidence, (score) => (score === 0.4 ? 1 : 0));
    const found = selectionWithGuaranteedRisk(confidence, isError, { maxError: 0.05, failure: 0.05 });
    expect(found).toMatchObject({ threshold: 0.9, accepted: 500, errors: 0 });
  });

  it("selectionWithGuaranteedRisk(confidence, isError, target) names the row of bad input", () => {
    const target = { maxError: 0.1, failure: 0.05 };
    expect(() => selectionWithGuaranteedRisk(Float64Array.of(0.1, Number.NaN), Uint8Array.of(0, 1), target)).toThrow(
      "confidence NaN at row 1 is not finite",
    );
    expect(() => selectionWithGuaranteedRisk(Float64Array.of(0.1), Uint8Array.of(7), target)).toThrow(
      "outcome 7 at row 0 is not 0 (right) or 1 (wrong)",
    );
    expect(() => selectionWithGuaranteedRisk(new Float64Array(0), new Uint8Array(0), target)).toThrow(
      "a selection needs at least one row",
    );
    expect(() => fixedSequenceSelection(Float64Array.of(0.1), Uint8Array.of(0, 1), target)).toThrow(
      "there are 1 confidences but 2 outcomes",
    );
    expect(() => fixedSequenceSelection(Float64Array.of(0.1), Uint8Array.of(0), { maxError: 1, failure: 0.1 })).toThrow(
      "maxError must be in (0, 1), got 1",
    );
  });
});
