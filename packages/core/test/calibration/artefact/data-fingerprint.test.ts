import { describe, expect, it } from "vitest";
import {
  type BinaryCalibrationData,
  createDataFingerprint,
  dataFingerprint,
  type MulticlassCalibrationData,
  matrixFromRows,
  sha256,
} from "../../../src/index.ts";

const data: BinaryCalibrationData = {
  rows: 3,
  segments: [],
  classNames: ["no", "yes"],
  scoreKind: "probability",
  scores: Float64Array.of(0.25, 0.5, 1),
  outcomes: Uint8Array.of(0, 1, 1),
};

function bytesOf(header: string, write: (view: DataView) => number): Uint8Array {
  const view = new DataView(new ArrayBuffer(1000));
  const length = write(view);
  return Uint8Array.of(
    ...Array.from(header, (letter) => letter.charCodeAt(0)),
    ...new Uint8Array(view.buffer, 0, length),
  );
}

describe("dataFingerprint(data)", () => {
  it("is the SHA-256 of the documented bytes of one score per row", () => {
    const bytes = bytesOf("candor.data/1 probability 1\n", (view) => {
      for (const [i, score] of [0.25, 0.5, 1].entries()) view.setFloat64(12 * i, score, true);
      for (const [i, outcome] of [0, 1, 1].entries()) view.setInt32(12 * i + 8, outcome, true);
      return 36;
    });
    expect(dataFingerprint(data)).toBe(`sha256:${sha256(bytes)}`);
  });

  it("is the SHA-256 of the documented bytes of weighted logits", () => {
    const bytes = bytesOf("candor.data/1 logits 2 weighted\n", (view) => {
      for (const [j, logit] of [1, -2].entries()) view.setFloat64(8 * j, logit, true);
      view.setInt32(16, 1, true);
      view.setFloat64(20, 3, true);
      return 28;
    });
    const logits: MulticlassCalibrationData = {
      rows: 1,
      segments: [],
      classNames: ["a", "b"],
      scoreKind: "logits",
      logits: matrixFromRows([[1, -2]]),
      clip: null,
      labels: Int32Array.of(1),
      weights: Float64Array.of(3),
    };
    expect(dataFingerprint(logits)).toBe(`sha256:${sha256(bytes)}`);
  });

  it("changes with a score, an outcome, a weight, the order and the kind, not with names", () => {
    const merged = { counts: Float64Array.of(1, 1, 1), squaredWeights: Float64Array.of(1, 1, 1) };
    const others: BinaryCalibrationData[] = [
      { ...data, scores: Float64Array.of(0.25, 0.5, 1 - 2 ** -53) },
      { ...data, outcomes: Uint8Array.of(1, 1, 1) },
      { ...data, weights: Float64Array.of(1, 1, 1) },
      { ...data, weights: Float64Array.of(1, 2, 1) },
      { ...data, scores: Float64Array.of(0.5, 0.25, 1), outcomes: Uint8Array.of(1, 0, 1) },
      { ...data, scoreKind: "confidence" },
      { ...data, merged },
      { ...data, rows: 2, scores: data.scores.subarray(0, 2), outcomes: data.outcomes.subarray(0, 2) },
    ];
    expect(new Set([data, ...others].map(dataFingerprint)).size).toBe(others.length + 1);
    expect(dataFingerprint({ ...data, classNames: ["bad", "good"] })).toBe(dataFingerprint(data));
  });
});

describe("createDataFingerprint(layout)", () => {
  const layout = { scoreKind: "probability", columns: 1, weighted: false, merged: false } as const;

  it("is the fingerprint of all rows together, over any batches", () => {
    const rows = 10_001;
    const scores = Float64Array.from({ length: rows }, (_, i) => i / rows);
    const outcomes = Uint8Array.from({ length: rows }, (_, i) => i % 2);
    const all = { ...data, rows, scores, outcomes };
    const fingerprint = createDataFingerprint(layout);
    for (const [from, to] of [
      [0, 1],
      [1, 6000],
      [6000, 6000],
      [6000, rows],
    ])
      fingerprint.add({
        ...data,
        rows: to - from,
        scores: scores.subarray(from, to),
        outcomes: outcomes.subarray(from, to),
      });
    expect(fingerprint.digest()).toBe(dataFingerprint(all));
  });

  it("refuses a batch of another layout", () => {
    const fingerprint = createDataFingerprint(layout);
    expect(() => fingerprint.add({ ...data, weights: Float64Array.of(1, 1, 1) })).toThrow(
      'expected rows of "candor.data/1 probability 1", got "candor.data/1 probability 1 weighted"',
    );
  });
});
