import { describe, expect, it } from "vitest";
import {
  calibrationEvidence,
  expectedCalibrationError,
  InputError,
  matrixFromRows,
  meanCalibrationGap,
  topLabel,
} from "../../src/index.ts";
import { benjaminiHochberg } from "../../src/metrics/tests/benjamini-hochberg.ts";
import { codeGroups, keyCodes } from "../../src/report/code-groups.ts";
import { finiteTest } from "../../src/report/finite-test.ts";
import { groupReports } from "../../src/report/group-report.ts";
import {
  calibrationPairs,
  confidencePairs,
  sampleOptions,
  selectRows,
  sortSample,
  topLabelPairs,
} from "../../src/report/pair-sample.ts";
import { periodGroups, predictedClassGroups, segmentGroups } from "../../src/report/row-groups.ts";
import { unlessUndefined } from "../../src/report/unless-undefined.ts";
import { binary, confidence, multiclass, sample } from "./samples.ts";

const reals = (...values: number[]): Float64Array => Float64Array.from(values);

describe("pairs of predictions", () => {
  it("calibrationPairs(binary) are the probabilities; confidencePairs(binary) those of the class called", () => {
    const predictions = { ...binary([0.2, 0.5, 0.9, 0.4], [0, 0, 1, 1]), weights: reals(1, 2, 3, 4) };
    expect(calibrationPairs(predictions)).toEqual({
      probabilities: predictions.probabilities,
      outcomes: predictions.outcomes,
      weights: predictions.weights,
    });
    const pairs = confidencePairs(predictions);
    expect([...pairs.probabilities]).toEqual([0.8, 0.5, 0.9, 0.6]);
    expect([...pairs.outcomes]).toEqual([1, 0, 1, 0]);
    expect(pairs.weights).toBe(predictions.weights);
  });

  it("confidencePairs(multiclass) are top labels, the first of equals", () => {
    const rows = [
      [0.2, 0.5, 0.3],
      [0.4, 0.4, 0.2],
      [0.1, 0.1, 0.8],
    ];
    const pairs = calibrationPairs(multiclass(rows, [1, 1, 2]));
    expect([...pairs.probabilities]).toEqual([0.5, 0.4, 0.8]);
    expect([...pairs.outcomes]).toEqual([1, 0, 1]);
    expect([...topLabel(matrixFromRows(rows)).predicted]).toEqual([1, 0, 2]);
  });

  it("confidencePairs(confidence) are the pairs themselves", () => {
    const predictions = confidence([0.4, 0.9], [0, 1]);
    expect(confidencePairs(predictions)).toEqual({ probabilities: reals(0.4, 0.9), outcomes: Uint8Array.of(0, 1) });
  });

  it("selectRows(sample, rows) takes weights and counts along", () => {
    const merged = { counts: reals(1, 2, 3), squaredWeights: reals(4, 5, 6) };
    const all = {
      probabilities: reals(0.1, 0.2, 0.3),
      outcomes: Uint8Array.of(0, 1, 0),
      weights: reals(7, 8, 9),
      merged,
    };
    const some = selectRows(all, Uint32Array.of(2, 0));
    expect(some).toEqual({
      probabilities: reals(0.3, 0.1),
      outcomes: Uint8Array.of(0, 0),
      weights: reals(9, 7),
      merged: { counts: reals(3, 1), squaredWeights: reals(6, 4) },
    });
    expect(sampleOptions(all)).toEqual({ weights: all.weights, merged });
    expect(sampleOptions(selectRows(calibrationPairs(binary([0.5], [1])), Uint32Array.of(0)))).toEqual({});
    expect(topLabelPairs(all).merged).toBe(merged);
  });
});

describe("sortSample", () => {
  it("sortSample(sample) sorts rows by probability, equal ones as they came", () => {
    const merged = { counts: reals(1, 2, 3), squaredWeights: reals(4, 5, 6) };
    const { sample: sorted, order } = sortSample({
      probabilities: reals(0.5, 0.2, 0.5),
      outcomes: Uint8Array.of(1, 1, 0),
      weights: reals(7, 8, 9),
      merged,
    });
    expect(sorted).toEqual({
      probabilities: reals(0.2, 0.5, 0.5),
      outcomes: Uint8Array.of(1, 1, 0),
      weights: reals(8, 7, 9),
      merged: { counts: reals(2, 1, 3), squaredWeights: reals(5, 4, 6) },
    });
    expect([...order]).toEqual([0, 1, 2]);
  });
});

describe("groups of rows", () => {
  it("codeGroups(codes, count) are the rows of every code, ascending", () => {
    expect(codeGroups(Int32Array.of(2, 0, 2, 0), 4).map((rows) => [...rows])).toEqual([[1, 3], [], [0, 2], []]);
  });

  it("keyCodes(values, keyOf, most) codes keys in the order of first appearance and gives up beyond the most", () => {
    const values = reals(5.5, 1.2, 5.9, 1.9, 7);
    expect(keyCodes(values, Math.floor)).toEqual({ codes: Int32Array.of(0, 1, 0, 1, 2), keys: [5, 1, 7] });
    expect(keyCodes(values, Math.floor, 2)).toBeUndefined();
    expect(keyCodes(reals(0, -0), (x) => x)?.keys).toEqual([0]);
  });

  it("segmentGroups(column, calibration, confidence) leaves out values that do not occur", () => {
    const predictions = binary([0.2, 0.7, 0.9], [0, 1, 1]);
    const pairs = calibrationPairs(predictions);
    const column = { name: "shop", codes: Int32Array.of(2, 0, 2), values: ["a", "b", "c"] };
    const groups = segmentGroups(column, pairs, confidencePairs(predictions));
    expect(groups.map(({ by, name, calibration }) => [by, name, [...calibration.probabilities]])).toEqual([
      ["shop", "a", [0.7]],
      ["shop", "c", [0.2, 0.9]],
    ]);
    expect(groups[1].confidence.probabilities[0]).toBeCloseTo(0.8, 15);
  });

  it("predictedClassGroups(predictions, confidence) are the rows that the model gave to each class", () => {
    const called = (predictions: Parameters<typeof predictedClassGroups>[0]) =>
      predictedClassGroups(predictions, confidencePairs(predictions)).map(({ by, name, calibration }) => [
        by,
        name,
        calibration.probabilities.length,
      ]);
    expect(called(binary([0.2, 0.7, 0.9], [0, 1, 1]))).toEqual([
      ["predicted class", "no", 1],
      ["predicted class", "yes", 2],
    ]);
    expect(called(binary([0.7], [0]))).toEqual([["predicted class", "yes", 1]]);
    expect(called(multiclass([[0.2, 0.5, 0.3]], [0]))).toEqual([["predicted class", "b", 1]]);
    expect(called(confidence([0.5], [1]))).toEqual([]);
  });

  it("periodGroups(predictions, calibration, confidence) carry the name of the column", () => {
    const predictions = sample("confidence", 24, { kind: "number" });
    const pairs = calibrationPairs(predictions);
    const groups = periodGroups(predictions, pairs, pairs);
    expect(groups[0]).toMatchObject({ by: "day", name: "0" });
    expect(groups).toHaveLength(12);
    const { time: _, ...timeless } = predictions;
    expect(periodGroups(timeless, pairs, pairs)).toEqual([]);
  });

  it("groupReports(groups, label, level) are the metrics of each group, q-values over all of them", () => {
    const predictions = sample("binary", 400);
    const pairs = calibrationPairs(predictions);
    const groups = segmentGroups(predictions.segments[0], pairs, confidencePairs(predictions));
    const reports = groupReports(groups, "positive-class", 0.9);
    const pValues = groups.map(({ calibration: c }) => calibrationEvidence(c.probabilities, c.outcomes));
    const adjusted = benjaminiHochberg(pValues);
    reports.forEach((found, g) => {
      const { probabilities, outcomes } = groups[g].calibration;
      expect(found.ece).toEqual(expectedCalibrationError(probabilities, outcomes, { level: 0.9 }));
      expect(found.gap).toEqual(meanCalibrationGap(probabilities, outcomes, { level: 0.9 }));
      expect([found.pValue, found.qValue, found.flagged]).toEqual([pValues[g], adjusted[g], adjusted[g] <= 0.05]);
      expect(found.bins.every((bin) => bin.upper - bin.lower < 0.1001)).toBe(true);
      expect(found.noiseFloor).toBeGreaterThan(0);
    });
  });

  it("groupReports(groups, label, level) leaves out groups whose rows weigh nothing", () => {
    const of = (name: string, ...weights: number[]) => {
      const pairs = { probabilities: reals(0.2, 0.8), outcomes: Uint8Array.of(0, 1), weights: reals(...weights) };
      return { by: "shop", name, calibration: pairs, confidence: pairs };
    };
    expect(groupReports([of("a", 0, 0), of("b", 0, 1)], "confidence", 0.95).map(({ name }) => name)).toEqual(["b"]);
    expect(groupReports([of("a", 0, 0)], "confidence", 0.95)).toEqual([]);
    expect(groupReports([], "confidence", 0.95)).toEqual([]);
  });
});

describe("numbers that may not exist", () => {
  it("unlessUndefined(compute) is null where the data do not define the metric, and only there", () => {
    for (const code of ["one-class", "too-few", "incompatible"] as const)
      expect(
        unlessUndefined(() => {
          throw new InputError(code, "no");
        }),
      ).toBeNull();
    expect(unlessUndefined(() => 3)).toBe(3);
    const broken = new InputError("out-of-range", "bad row", 4);
    expect(() =>
      unlessUndefined(() => {
        throw broken;
      }),
    ).toThrow(broken);
    expect(() =>
      unlessUndefined(() => {
        throw new TypeError("bug");
      }),
    ).toThrow(TypeError);
  });

  it("finiteTest(test) holds no infinity", () => {
    const spec = { metric: "ks" };
    const test = { value: 1, lower: 1, upper: 1, level: 0.95, n: 3, effectiveN: 3, interval: "none", spec } as const;
    expect(finiteTest(null)).toBeNull();
    expect(finiteTest({ ...test, pValue: 0.5, z: 2 })).toEqual({ ...test, pValue: 0.5, z: 2 });
    expect(finiteTest({ ...test, pValue: 0, z: Infinity })).toEqual({ ...test, pValue: 0 });
    expect(finiteTest({ ...test, value: Infinity, pValue: 0 })).toBeNull();
  });
});
