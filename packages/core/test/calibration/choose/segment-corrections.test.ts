import { describe, expect, it } from "vitest";
import { calibrateScores } from "../../../src/calibration/apply-calibrator.ts";
import { isBinaryCalibrator } from "../../../src/calibration/artefact/is-binary-calibrator.ts";
import type { BinaryCalibrationData } from "../../../src/calibration/calibration-data.ts";
import { fitDocument } from "../../../src/calibration/choose/make-fit-document.ts";
import { createRandom } from "../../../src/random/random.ts";

const regions = ["north", "south", "east"];

/** Scores that are right in the north, too high in the south and too low in the east. */
function bySegment(rows: number, seed: number, offsets: readonly number[]): BinaryCalibrationData {
  const random = createRandom(seed);
  const scores = new Float64Array(rows);
  const outcomes = new Uint8Array(rows);
  const codes = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const logit = 1.5 * random.normal();
    codes[i] = i % 3;
    scores[i] = 1 / (1 + Math.exp(-logit));
    outcomes[i] = random.uniform() < 1 / (1 + Math.exp(-(logit + offsets[codes[i]]))) ? 1 : 0;
  }
  return {
    rows,
    scoreKind: "probability",
    scores,
    outcomes,
    segments: [{ name: "region", codes, values: regions }],
    classNames: ["0", "1"],
  };
}

function fit(data: BinaryCalibrationData) {
  const source = { name: "x", rows: data.rows, skipped: [], columns: {}, approximate: false, notes: [] };
  return fitDocument(data, { version: "0", name: "x", source });
}

function logLossOf(probabilities: Float64Array, outcomes: Uint8Array): number {
  return (
    outcomes.reduce((sum, y, i) => sum - Math.log(y === 1 ? probabilities[i] : 1 - probabilities[i]), 0) /
    outcomes.length
  );
}

describe("fitDocument(data with segments)", () => {
  const offsets = [0, -1, 1];
  const data = bySegment(3000, 1, offsets);
  const document = fit(data);

  it("corrects segments that differ, and proves it on rows held out", () => {
    expect(document.calibrator.segments?.columns).toEqual(["region"]);
    expect(document.calibrator.segments?.maps).toHaveLength(3);
    expect(document.segments.map(({ name }) => name).sort()).toEqual(["east", "north", "south"]);
    expect(document.verdict.status).toBe("improved");
    expect(document.verdict.sentence).toMatch(/by segment/);
    for (const { gapOwn, gapPooled, name } of document.segments)
      if (name !== "north") expect(Math.abs(gapOwn.value)).toBeLessThan(Math.abs(gapPooled.value));
    expect(document.audit.some(({ flagged }) => flagged)).toBe(false);
  });

  it("gives a calibrator whose corrections help new rows as much as was promised", () => {
    const fresh = bySegment(30_000, 2, offsets);
    const { calibrator, improvement } = document;
    if (!isBinaryCalibrator(calibrator)) throw new Error("expected a binary calibrator");
    const after = logLossOf(calibrateScores(calibrator, fresh.scores, fresh.segments), fresh.outcomes);
    const gain = logLossOf(fresh.scores, fresh.outcomes) - after;
    expect(gain).toBeGreaterThan(improvement.logLoss.lower - 0.01);
    expect(gain).toBeLessThan(improvement.logLoss.upper + 0.01);
    expect(gain).toBeGreaterThan(0.05);
  });

  it("lists the segments but corrects none where they do not differ", () => {
    const alike = fit(bySegment(3000, 3, [0, 0, 0]));
    expect(alike.calibrator.segments).toBeNull();
    expect(alike.segments).toHaveLength(3);
    expect(alike.verdict.status).not.toBe("worse");
  });

  it("neither corrects nor flags segments that differ only by the groups that happen to be in them", () => {
    let flagged = 0;
    for (let seed = 1; seed <= 4; seed++) {
      const random = createRandom(seed);
      const rows = 600;
      const codes = Int32Array.from({ length: rows }, (_, i) => Math.floor(i / 20));
      const effects = Float64Array.from({ length: rows / 20 }, () => random.normal());
      const logits = Float64Array.from({ length: rows }, () => random.normal());
      const grouped = {
        ...bySegment(rows, seed, [0, 0, 0]),
        scores: logits.map((logit) => 1 / (1 + Math.exp(-0.85 * logit))),
        outcomes: Uint8Array.from(codes, (group, i) =>
          random.uniform() < 1 / (1 + Math.exp(-(logits[i] + effects[group]))) ? 1 : 0,
        ),
        groups: { name: "person", codes, values: Array.from(effects, (_, group) => `${group}`) },
        segments: [{ name: "region", codes: codes.map((group) => group % 10), values: Array.from("abcdefghij") }],
      };
      const { verdict, improvement, audit, segments, calibrator } = fit(grouped);
      expect(verdict.status).not.toBe("worse");
      expect(improvement.logLoss.value).toBeGreaterThanOrEqual(0);
      if (calibrator.segments === null)
        for (const { gapOwn, gapPooled, shrinkage } of segments) expect([gapOwn, shrinkage]).toEqual([gapPooled, 0]);
      flagged += audit.filter((result) => result.flagged).length;
    }
    expect(flagged).toBe(0);
  });
});
