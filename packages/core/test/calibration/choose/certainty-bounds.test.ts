import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyBinaryMap } from "../../../src/calibration/apply-binary.ts";
import { calibrateScores } from "../../../src/calibration/apply-calibrator.ts";
import { fitShrunkenLogit } from "../../../src/calibration/binary/shrunken-logit.ts";
import type { BinaryCalibrationData } from "../../../src/calibration/calibration-data.ts";
import { boundedIdentity, certaintyBounds, withinBounds } from "../../../src/calibration/choose/certainty-bounds.ts";
import { fitDocument } from "../../../src/calibration/choose/make-fit-document.ts";

/** Levels of score, with how many rows and how many of them positive. */
function levels(
  ...parts: readonly (readonly [score: number, rows: number, positive: number])[]
): BinaryCalibrationData {
  const scores = parts.flatMap(([score, rows]) => Array.from({ length: rows }, () => score));
  const outcomes = parts.flatMap(([, rows, positive]) =>
    Array.from({ length: rows }, (_, i) => (i < positive ? 1 : 0)),
  );
  return {
    rows: scores.length,
    scoreKind: "confidence",
    classNames: [],
    segments: [],
    scores: Float64Array.from(scores),
    outcomes: Uint8Array.from(outcomes),
  };
}

const source = { name: "agreement", rows: 0, skipped: [], columns: {}, notes: [], approximate: false };
const options = { version: "0", name: "agreement", source };

describe("certaintyBounds(data)", () => {
  it("is null where no score is exactly 0 or 1, nor any with weight", () => {
    const data = levels([0.2, 5, 1], [0.999999, 5, 5], [1, 1, 1]);
    expect(certaintyBounds(levels([0.2, 5, 1], [0.999999, 5, 5]))).toBeNull();
    expect(certaintyBounds({ ...data, weights: Float64Array.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0) })).toBeNull();
    expect(certaintyBounds(data)).not.toBeNull();
  });

  it("adds half a row of either outcome: 120 of 120 is 120.5/121, 9 of 60 is 9.5/61", () => {
    expect(certaintyBounds(levels([0, 60, 9], [0.5, 120, 61], [1, 120, 120]))).toEqual({
      least: 9.5 / 61,
      most: 120.5 / 121,
    });
  });

  it("reaches as far as the scores inside (0, 1) do", () => {
    expect(certaintyBounds(levels([0, 1, 0], [0.001, 4, 2], [0.9999, 4, 2], [1, 1, 1]))).toEqual({
      least: 0.001,
      most: 0.9999,
    });
  });

  it("lies within (0, 1), takes weight 2 for a row twice, and mirrors with scores and outcomes", () => {
    const row = fc.tuple(fc.constantFrom(0, 0.25, 0.5, 0.75, 1), fc.constantFrom(0, 1));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
        const data = levels(...rows.map(([score, y]) => [score, 1, y] as const));
        const twice = levels(...rows.map(([score, y]) => [score, 2, 2 * y] as const));
        const mirrored = levels(...rows.map(([score, y]) => [1 - score, 1, 1 - y] as const));
        const bounds = certaintyBounds(data);
        if (bounds === null) return;
        expect(bounds.least).toBeGreaterThan(0);
        expect(bounds.most).toBeLessThan(1);
        expect(bounds.least).toBeLessThanOrEqual(bounds.most);
        expect(certaintyBounds({ ...data, weights: new Float64Array(data.rows).fill(2) })).toEqual(
          certaintyBounds(twice),
        );
        expect(certaintyBounds(mirrored)?.least).toBeCloseTo(1 - bounds.most, 14);
      }),
    );
  });
});

describe("boundedIdentity(bounds)", () => {
  it("leaves alone what lies between and takes the rest to the nearer bound", () => {
    const map = boundedIdentity({ least: 0.1, most: 0.9 });
    const out = applyBinaryMap(map, Float64Array.of(0, 0.1, 0.37, 0.9, 1));
    for (const [i, p] of [0.1, 0.1, 0.37, 0.9, 0.9].entries()) expect(out[i]).toBeCloseTo(p, 15);
    expect(applyBinaryMap(boundedIdentity({ least: 0.4, most: 0.4 }), Float64Array.of(0, 1))).toEqual(
      Float64Array.of(0.4, 0.4),
    );
  });
});

describe("withinBounds(fit, data)", () => {
  it("leaves a fit as it is where no score is exactly 0 or 1", () => {
    const data = levels([0.2, 5, 1], [0.9, 5, 5]);
    const fit = fitShrunkenLogit(data.scores, data.outcomes);
    expect(withinBounds(fit, data)).toBe(fit);
  });

  it("records its bounds in parameters and notes", () => {
    const data = levels([0.5, 20, 10], [1, 120, 120]);
    const { parameters, notes, map } = withinBounds(fitShrunkenLogit(data.scores, data.outcomes), data);
    expect(parameters).toMatchObject({ least: 0.5, most: 120.5 / 121 });
    expect(notes.at(-1)).toBe(
      "Some scores are exactly 0 or 1: probabilities stay between 0.50 and 1 - 0.0041, as far as the rows go.",
    );
    expect(applyBinaryMap(map, Float64Array.of(1))[0]).toBeCloseTo(120.5 / 121, 14);
  });
});

describe("fitDocument(data, { method: auto }) of shares that agree", () => {
  it.each([
    ["120 of 120 right at 1", levels([0, 60, 9], [0.5, 120, 61], [1, 120, 120]), 120 / 120],
    ["118 of 120 right at 1", levels([0, 60, 0], [0.5, 120, 61], [1, 120, 118]), 118 / 120],
    ["no zeros", levels([0.5, 20, 10], [1, 120, 120]), 120 / 120],
    ["few rows", levels([0, 6, 1], [0.5, 12, 6], [1, 12, 12]), 12 / 12],
    ["nothing but 1", levels([1, 50, 49]), 49 / 50],
  ])("never says more than was seen: %s", (_, data, share) => {
    const { calibrator, warnings } = fitDocument(data, options);
    if (calibrator.scoreKind !== "confidence") throw new Error("expected a calibrator of confidences");
    const out = calibrateScores(
      calibrator,
      Float64Array.from({ length: 1001 }, (_, i) => i / 1000),
    );
    const rows = data.scores.reduce((n, score) => n + (score === 1 ? 1 : 0), 0);
    expect(Math.max(...out)).toBeLessThanOrEqual((rows * share + 0.5) / (rows + 1) + 1e-12);
    expect(Math.min(...out)).toBeGreaterThan(0);
    expect(warnings.join(" ")).toMatch(/probabilities stay between/);
  });
});
