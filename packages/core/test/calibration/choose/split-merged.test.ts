import { describe, expect, it } from "vitest";
import { chooseCalibrator } from "../../../src/calibration/choose/choose-calibrator.ts";
import { fitDocument } from "../../../src/calibration/choose/make-fit-document.ts";
import { splitMerged } from "../../../src/calibration/choose/split-merged.ts";
import { sampleScores } from "./sample-scores.ts";

/** Scores rounded to hundredths, one row per score and outcome. */
function mergedScores(rows: number) {
  const { scores, outcomes } = sampleScores(rows, { temperature: 2, shift: 0.4 });
  const rounded = scores.map((p) => Math.min(0.99, Math.max(0.01, Math.round(100 * p) / 100)));
  const counts = new Map<string, number>();
  rounded.forEach((p, i) => {
    const key = `${p} ${outcomes[i]}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  });
  const cells = [...counts].map(([key, count]) => [...key.split(" ").map(Number), count]);
  const weights = Float64Array.from(cells, ([, , count]) => count);
  return {
    single: { ...sampleScores(0), rows, scores: rounded, outcomes },
    merged: {
      ...sampleScores(0),
      rows: cells.length,
      scores: Float64Array.from(cells, ([p]) => p),
      outcomes: Uint8Array.from(cells, ([, y]) => y),
      weights,
      merged: { counts: weights, squaredWeights: weights },
    },
  };
}

describe("splitMerged", () => {
  it("splitMerged(data, folds, seed) keeps every count and deals folds of about equal size", () => {
    const { merged } = mergedScores(5000);
    const split = splitMerged(merged, 5, 1);
    const back = new Float64Array(merged.rows);
    const sizes = new Float64Array(5);
    split?.rows.forEach((row, k) => {
      back[row] += split.merged.counts[k];
      sizes[split.fold[k]] += split.merged.counts[k];
      expect(split.weights[k]).toBeCloseTo(split.merged.counts[k], 9);
    });
    expect(back).toEqual(merged.merged.counts);
    for (const size of sizes) expect(Math.abs(size - 1000)).toBeLessThan(4.5 * Math.sqrt(5000 * 0.2 * 0.8));
  });

  it("splitMerged(data, folds, seed) is null for rows that are not merged", () => {
    expect(splitMerged(sampleScores(10), 5, 1)).toBeNull();
  });

  it("chooseCalibrator(data) of merged rows does as of the rows themselves", () => {
    const { single, merged } = mergedScores(5000);
    const [whole, parts] = [chooseCalibrator(single), chooseCalibrator(merged)];
    expect(parts.validation).toMatchObject({ heldOut: 5000, folds: 5 });
    const losses = (choice: typeof whole) => choice.candidates.map(({ logLoss }) => logLoss ?? Number.NaN);
    losses(whole).forEach((loss, c) => {
      expect(Math.abs(loss - losses(parts)[c])).toBeLessThan(0.002);
    });
    const platt = (data: typeof single) => chooseCalibrator(data, { method: "platt" }).parameters["slope"];
    expect(platt(merged)).toBeCloseTo(Number(platt(single)), 9);
  });

  it("fitDocument(data, options) of merged rows counts the rows behind them", () => {
    const { merged } = mergedScores(3000);
    const source = { name: "cells", rows: 3000, skipped: [], columns: {}, approximate: true, notes: [] };
    const document = fitDocument(merged, { version: "1", name: "cells", source });
    expect(document.n).toBe(3000);
    expect(document.verdict.status).toBe("improved");
    expect(document.improvement.logLoss.effectiveN).toBeCloseTo(3000, 6);
  });
});
