import { describe, expect, it } from "vitest";
import { fitWarnings } from "../../../src/calibration/choose/warnings.ts";
import { sampleLogits, sampleScores } from "./sample-scores.ts";

const n = 600;
const size = { effectiveN: n, rarest: 250, classes: 2 };
const rows = Uint32Array.from({ length: n }, (_, i) => i);
const base = sampleScores(n);

function gaps(off: (row: number) => number): Float64Array {
  return Float64Array.from(rows, (row) => off(row) + (row % 2 === 0 ? 0.4 : -0.4));
}

describe("fitWarnings", () => {
  it("fitWarnings(data, size, held) is silent on ample rows without a pattern", () => {
    expect(fitWarnings(base, size, { rows, gaps: gaps(() => 0) })).toEqual([]);
  });

  it("fitWarnings(data, size, held) names a gap that moves with time", () => {
    const time = { name: "day", kind: "number" as const, values: Float64Array.from(rows) };
    const [warning, ...others] = fitWarnings({ ...base, time }, size, {
      rows,
      gaps: gaps((row) => (row < 200 ? 0 : 0.2)),
    });
    expect(warning).toBe(
      "Calibration moves with day: held out, predictions are 0.0 points too high early and 19.8 points too high late; recalibrate on recent rows and watch for drift.",
    );
    expect(others).toEqual([]);
    expect(fitWarnings({ ...base, time }, size, { rows, gaps: gaps(() => 0.01) })).toEqual([]);
  });

  it("fitWarnings(data, size, held) names segments that stand out", () => {
    const codes = Int32Array.from(rows, (row) => (row < 150 ? 0 : 1));
    const segments = [{ name: "country", codes, values: ["fr", "de"] }];
    const [warning] = fitWarnings({ ...base, segments }, size, { rows, gaps: gaps((row) => (row < 150 ? -0.2 : 0)) });
    expect(warning).toBe(
      "Segments that stay off, corrections by segment included: country = fr (20.0 points too low); the audit tells more.",
    );
  });

  it("fitWarnings(data, size, held) names few rows, few of a class and uneven weights", () => {
    const held = { rows, gaps: gaps(() => 0) };
    const weights = new Float64Array(n).fill(1e-6);
    weights.fill(1, 0, 40);
    expect(fitWarnings({ ...base, weights }, { effectiveN: 40, rarest: 4, classes: 2 }, held)).toEqual([
      "Only 40 effective rows: what can be learned from them is little; collect at least 50.",
      "The rarer outcome has 4 rows: probabilities near its side cannot be checked; collect at least 10 of each.",
      "The weights are uneven: 600 rows count as 40.",
    ]);
  });

  it("fitWarnings(data, size, held) counts to one", () => {
    const held = { rows, gaps: gaps(() => 0) };
    const scores = base.scores.slice();
    scores[7] = 1;
    const [few, certain] = fitWarnings({ ...base, scores }, { effectiveN: n, rarest: 1, classes: 2 }, held);
    expect(few).toMatch(/^The rarer outcome has 1 row: /);
    expect(certain).toMatch(/^1 score is exactly 0 or 1, /);
    const [classes] = fitWarnings(
      { ...sampleLogits(400, 3, 1), labels: Int32Array.from({ length: 400 }, (_, i) => (i < 5 ? 2 : i % 2)) },
      { effectiveN: 400, rarest: 5, classes: 3 },
      { rows: rows.subarray(0, 400), gaps: held.gaps.subarray(0, 400) },
    );
    expect(classes).toBe("1 of 3 classes has fewer than 10 rows: its probability cannot be checked by itself.");
  });
});
