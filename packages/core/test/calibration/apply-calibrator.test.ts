import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyBinaryMap,
  applyMulticlassMap,
  type BinaryCalibrator,
  type BinaryMap,
  calibrateClasses,
  calibrateScores,
  logSoftmax,
  type MulticlassCalibrator,
  type MulticlassMap,
  matrixFromRows,
  type SegmentColumn,
  type SegmentMaps,
  softmax,
} from "../../src/index.ts";
import { P12, Z12 } from "../master-case.ts";

const base = {
  schema: "candor.calibrator/1",
  version: "0.1.0",
  method: "test",
  parameters: {},
  certificate: null,
  n: 10,
  effectiveN: 10,
  created: null,
  spec: { metric: "calibrator" },
  data: { name: "test", fingerprint: `sha256:${"0".repeat(64)}` },
  evidence: null,
  fingerprint: `sha256:${"0".repeat(64)}`,
} as const;

function binary(map: BinaryMap, segments: SegmentMaps<BinaryMap> | null = null): BinaryCalibrator {
  return { ...base, scoreKind: "probability", classNames: ["no", "yes"], map, segments };
}

function classes(
  map: MulticlassMap,
  scoreKind: "logits" | "probabilities" = "logits",
  segments: SegmentMaps<MulticlassMap> | null = null,
): MulticlassCalibrator {
  const clip = scoreKind === "logits" ? null : 1e-12;
  return { ...base, scoreKind, classNames: ["a", "b", "c"], clip, map, segments };
}

function column(name: string, rows: readonly string[]): SegmentColumn {
  const values = [...new Set(rows)];
  return { name, values, codes: Int32Array.from(rows, (value) => values.indexOf(value)) };
}

const platt: BinaryMap = { kind: "logistic", terms: [{ feature: "logit", coefficient: 0.5 }], clip: 1e-12 };
const shift: BinaryMap = {
  kind: "logistic",
  terms: [
    { feature: "one", coefficient: 1 },
    { feature: "logit", coefficient: 1 },
  ],
  clip: 1e-12,
};
const scores = Float64Array.of(0.1, 0.3, 0.5, 0.7);
const temperature: MulticlassMap = { kind: "linear", scale: 0.5, bias: null, prepare: null };

describe("calibrateScores(calibrator, scores, segments)", () => {
  it("is the map of every score, and leaves the scores alone", () => {
    const before = scores.slice();
    expect(calibrateScores(binary(platt), scores)).toEqual(applyBinaryMap(platt, scores));
    expect(scores).toEqual(before);
  });

  it("corrects what the pooled map gives where the segment is listed, and nothing else", () => {
    const calibrator = binary(platt, {
      columns: ["region", "plan"],
      maps: [
        { values: ["north", "x"], map: shift, n: 5 },
        { values: ["nowhere", "x"], map: { kind: "step", x: [], at: [], between: [0] }, n: 5 },
      ],
    });
    const segments = [
      column("plan", ["x", "y", "x", "x"]),
      column("other", ["1", "2", "3", "4"]),
      column("region", ["north", "north", "south", "north"]),
    ];
    const pooled = applyBinaryMap(platt, scores);
    const own = applyBinaryMap(shift, pooled);
    expect(calibrateScores(calibrator, scores, segments)).toEqual(
      Float64Array.of(own[0], pooled[1], pooled[2], own[3]),
    );
  });

  it("says which column of segments it lacks", () => {
    const calibrator = binary(platt, { columns: ["region"], maps: [{ values: ["north"], map: shift, n: 5 }] });
    expect(() => calibrateScores(calibrator, scores)).toThrow(
      "the calibrator has corrections by region: expected a column region, got no columns",
    );
    expect(() => calibrateScores(calibrator, scores, [column("Region", ["a", "a", "a", "a"])])).toThrow(
      "expected a column region, got Region",
    );
  });

  it("names the row of a score that is none", () => {
    expect(() => calibrateScores(binary(platt), Float64Array.of(0.5, 1.5))).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
  });

  it("of no rows has no rows", () => {
    const calibrator = binary(platt, { columns: ["region"], maps: [{ values: ["north"], map: shift, n: 5 }] });
    expect(calibrateScores(calibrator, new Float64Array(0), [column("region", [])])).toHaveLength(0);
  });
});

describe("calibrateClasses(calibrator, values, segments)", () => {
  it("is the map of every row, its first largest class, and that class's probability", () => {
    const { probabilities, predictions, confidence } = calibrateClasses(classes(temperature), Z12);
    expect(probabilities).toEqual(applyMulticlassMap(temperature, Z12));
    expect(Array.from(predictions)).toEqual([0, 1, 0, 2, 0, 2, 1, 2, 0, 1, 2, 0]);
    predictions.forEach((k, i) => {
      expect(confidence[i]).toBe(probabilities.data[3 * i + k]);
    });
  });

  it("gives probabilities back as they came under identity, divided by their sum", () => {
    const values = matrixFromRows([
      [0, 0.25, 0.25],
      [1, 0, 0],
      [0.2, 0.3, 0.5],
    ]);
    const { probabilities } = calibrateClasses(classes({ kind: "identity" }, "probabilities"), values);
    expect(Array.from(probabilities.data)).toEqual([0, 0.5, 0.5, 1, 0, 0, 0.2, 0.3, 0.5]);
  });

  it("reads probabilities as the logits they come from", () => {
    const fromLogits = calibrateClasses(classes(temperature), Z12).probabilities.data;
    const fromProbabilities = calibrateClasses(classes(temperature, "probabilities"), P12).probabilities.data;
    fromProbabilities.forEach((p, i) => {
      expect(Math.abs(p - fromLogits[i])).toBeLessThan(1e-15);
    });
  });

  it("keeps the prediction of a top-label map, also where another class now has more", () => {
    const low: BinaryMap = { kind: "step", x: [], at: [], between: [0.1] };
    const calibrator = classes({ kind: "top-label", map: low });
    const { predictions, confidence } = calibrateClasses(calibrator, matrixFromRows([[2, 1, 0]]));
    expect([predictions[0], confidence[0]]).toEqual([0, 0.1]);
    const chained = classes({ kind: "chain", maps: [{ kind: "top-label", map: low }, temperature] });
    expect(calibrateClasses(chained, matrixFromRows([[2, 1, 0]])).predictions[0]).toBe(0);
  });

  it("predicts another class where the map prefers it, unless the order is kept", () => {
    const map: MulticlassMap = { kind: "linear", scale: 1, bias: [0, 5, 0], prepare: null };
    const values = matrixFromRows([[2, 1, 0]]);
    expect(calibrateClasses(classes(map), values).predictions[0]).toBe(1);
    const kept = calibrateClasses(classes({ kind: "argmax-preserving", map }), values);
    expect(kept.predictions[0]).toBe(0);
    expect(kept.confidence[0]).toBe(Math.max(...kept.probabilities.data));
  });

  it("predicts the class with the largest logit where the order is kept, also where softmax rounds two to one value", () => {
    const map: MulticlassMap = { kind: "linear", scale: 1, bias: [1, 0, 0], prepare: null };
    const kept: MulticlassMap = { kind: "argmax-preserving", map };
    for (const ordered of [kept, { kind: "chain", maps: [kept, temperature] }] satisfies MulticlassMap[]) {
      const values = matrixFromRows([[0, 1e-17, -1]]);
      const { predictions, confidence, probabilities } = calibrateClasses(classes(ordered), values);
      expect(predictions[0]).toBe(1);
      expect(confidence[0]).toBe(Math.max(...probabilities.data));
    }
  });

  it("corrects the logarithms of what the pooled map gives where the segment is listed", () => {
    const correction: MulticlassMap = { kind: "linear", scale: 2, bias: [1, 0, 0], prepare: null };
    const calibrator = classes(temperature, "logits", {
      columns: ["region"],
      maps: [{ values: ["north"], map: correction, n: 5 }],
    });
    const values = matrixFromRows([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    const { data } = calibrateClasses(calibrator, values, [column("region", ["south", "north"])]).probabilities;
    const pooled = softmax(matrixFromRows([[0.5, 1, 1.5]]));
    expect(data.subarray(0, 3)).toEqual(pooled.data);
    const own = logSoftmax(matrixFromRows([[0.5, 1, 1.5]])).data.map((v, k) => 2 * v + (k === 0 ? 1 : 0));
    softmax({ data: own, rows: 1, cols: 3 }).data.forEach((p, k) => {
      expect(Math.abs(data[3 + k] - p)).toBeLessThan(1e-15);
    });
  });

  it.each([
    [classes(temperature), [[1, 2]], "shape-mismatch", "the calibrator is for 3 classes, got rows of 2 logits"],
    [classes(temperature), [[1, Number.NaN, 2]], "not-finite", "row 0"],
    [classes(temperature, "probabilities"), [[0.5, 0.5, 1.5]], "out-of-range", "row 0"],
    [classes({ kind: "identity" }, "probabilities"), [[0, 0, 0]], "not-normalised", "row 0 are all 0"],
  ] as const)("refuses values that are none: %#", (calibrator, rows, code, message) => {
    expect(() => calibrateClasses(calibrator, matrixFromRows([...rows]))).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  it("gives rows that sum to 1, each row by itself", () => {
    const value = fc.double({ min: -1000, max: 1000, noNaN: true });
    const calibrator = classes({
      kind: "argmax-preserving",
      map: { ...temperature, scale: [0.5, 1, 2], bias: [0, 1, 2] },
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 5 }), (rows) => {
        const all = calibrateClasses(calibrator, matrixFromRows(rows));
        rows.forEach((row, i) => {
          const one = calibrateClasses(calibrator, matrixFromRows([row]));
          expect(all.probabilities.data.slice(3 * i, 3 * i + 3)).toEqual(one.probabilities.data);
          const total = one.probabilities.data.reduce((sum, p) => sum + p, 0);
          expect(Math.abs(total - 1)).toBeLessThan(1e-14);
        });
      }),
    );
  });
});
