import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BinaryCalibrationData } from "../../../src/calibration/calibration-data.ts";
import { assignFolds, foldScheme } from "../../../src/calibration/choose/folds.ts";

function data(outcomes: number[], more: Partial<BinaryCalibrationData> = {}): BinaryCalibrationData {
  return {
    scoreKind: "probability",
    rows: outcomes.length,
    scores: new Float64Array(outcomes.length).fill(0.5),
    outcomes: Uint8Array.from(outcomes),
    segments: [],
    classNames: ["no", "yes"],
    ...more,
  };
}

const groups = (codes: number[]) => ({ name: "user", codes: Int32Array.from(codes), values: [] });
const time = (values: number[]) => ({ name: "t", values: Float64Array.from(values), kind: "number" as const });

function counts(folds: Int32Array, rows: (row: number) => boolean = () => true): number[] {
  const result = new Array<number>(Math.max(...folds) + 1).fill(0);
  folds.forEach((fold, row) => {
    if (rows(row)) result[fold]++;
  });
  return result;
}

describe("assignFolds", () => {
  it("assignFolds(data, options) deals rows of each outcome evenly", () => {
    const outcomes = Array.from({ length: 103 }, (_, i) => (i % 4 === 0 ? 1 : 0));
    const folds = assignFolds(data(outcomes), { folds: 5, seed: 1 });
    expect(Math.max(...counts(folds)) - Math.min(...counts(folds))).toBeLessThanOrEqual(1);
    const positives = counts(folds, (row) => outcomes[row] === 1);
    expect(Math.max(...positives) - Math.min(...positives)).toBeLessThanOrEqual(1);
  });

  it("assignFolds(data, options) deals many classes at random: frequencies in a fold do not follow those outside", () => {
    const classes = 200;
    const labels = Int32Array.from({ length: 2000 }, (_, i) => i % classes);
    const logits = { data: new Float64Array(2000 * classes), rows: 2000, cols: classes };
    const base = { rows: 2000, segments: [], classNames: [], scoreKind: "logits" as const, clip: null };
    const folds = assignFolds({ ...base, logits, labels }, { folds: 5, seed: 1 });
    expect(Math.max(...counts(folds)) - Math.min(...counts(folds))).toBe(0);
    const first = new Float64Array(classes);
    folds.forEach((fold, row) => {
      if (fold === 0) first[labels[row]]++;
    });
    const variance = first.reduce((sum, count) => sum + (count - 2) ** 2, 0) / classes;
    expect(variance).toBeGreaterThan(1);
    expect(variance).toBeLessThan(2.2);
  });

  it("assignFolds(data, options) is determined by the seed", () => {
    const rows = data(Array.from({ length: 40 }, (_, i) => i % 2));
    expect(assignFolds(rows, { folds: 4, seed: 7 })).toEqual(assignFolds(rows, { folds: 4, seed: 7 }));
    expect(assignFolds(rows, { folds: 4, seed: 7 })).not.toEqual(assignFolds(rows, { folds: 4, seed: 8 }));
  });

  it("assignFolds(data, options) keeps the rows of a group together", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 30, maxLength: 80 }), (codes) => {
        fc.pre(new Set(codes).size >= 3);
        const folds = assignFolds(
          data(
            codes.map(() => 0),
            { groups: groups(codes) },
          ),
          { folds: 3, seed: 3 },
        );
        const foldOf = new Map<number, number>();
        codes.forEach((code, row) => {
          expect(foldOf.get(code) ?? folds[row]).toBe(folds[row]);
          foldOf.set(code, folds[row]);
        });
        expect(new Set(folds).size).toBe(3);
      }),
    );
  });

  it("assignFolds(data, options) balances groups by size", () => {
    const codes = [0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2];
    const folds = assignFolds(
      data(
        codes.map(() => 0),
        { groups: groups(codes) },
      ),
      { folds: 2, seed: 0 },
    );
    expect(counts(folds)).toEqual([6, 6]);
  });

  it("assignFolds(data, options) cuts time into blocks and equal times stay together", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 20, maxLength: 90 }), (values) => {
        fc.pre(new Set(values).size >= 4);
        const folds = assignFolds(
          data(
            values.map(() => 0),
            { time: time(values) },
          ),
          { folds: 4, seed: 0 },
        );
        expect(new Set(folds).size).toBe(4);
        values.forEach((a, i) => {
          values.forEach((b, j) => {
            if (a === b) expect(folds[i]).toBe(folds[j]);
            if (a < b) expect(folds[i]).toBeLessThanOrEqual(folds[j]);
          });
        });
      }),
    );
  });

  it("assignFolds(data, options) makes blocks of equal size of distinct times", () => {
    const values = Array.from({ length: 20 }, (_, i) => 100 - i);
    expect(
      counts(
        assignFolds(
          data(
            values.map(() => 0),
            { time: time(values) },
          ),
          { folds: 4, seed: 0 },
        ),
      ),
    ).toEqual([5, 5, 5, 5]);
  });

  it("assignFolds(data, options) puts a group at its latest time", () => {
    const rows = data([0, 0, 0, 0], { time: time([0, 1, 2, 3]), groups: groups([0, 1, 1, 0]) });
    expect([...assignFolds(rows, { folds: 2, seed: 0 })]).toEqual([1, 0, 0, 1]);
  });

  it("assignFolds(data, options) refuses more folds than there are groups", () => {
    const rows = data([0, 1, 0], { groups: groups([4, 4, 4]) });
    expect(() => assignFolds(rows, { folds: 2, seed: 0 })).toThrow(
      expect.objectContaining({ code: "too-few", message: "2 folds need at least 2 groups, got 1" }),
    );
    expect(() => assignFolds(rows, { folds: 1, seed: 0 })).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });

  it("foldScheme(data) prefers time to groups", () => {
    expect(foldScheme({})).toBe("random");
    expect(foldScheme({ groups: groups([0]) })).toBe("grouped");
    expect(foldScheme({ groups: groups([0]), time: time([0]) })).toBe("time");
  });
});
