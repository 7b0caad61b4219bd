import { describe, expect, it } from "vitest";
import { calibrationData } from "../../src/calibration/from-predictions.ts";
import { matrixFromRows } from "../../src/matrix.ts";
import type { MulticlassPredictions } from "../../src/report/predictions.ts";

const base = { rows: 2, segments: [], classNames: ["a", "b", "c"] };

describe("calibrationData", () => {
  it("calibrationData(predictions) hands binary predictions on with their columns", () => {
    const probabilities = Float64Array.of(0.2, 0.7);
    const outcomes = Uint8Array.of(0, 1);
    const weights = Float64Array.of(1, 2);
    const groups = { name: "user", codes: Int32Array.of(0, 1), values: ["x", "y"] };
    const time = { name: "t", kind: "number" as const, values: Float64Array.of(1, 2) };
    const data = calibrationData({ ...base, task: "binary", probabilities, outcomes, weights, groups, time });
    expect(data).toEqual({ ...base, scoreKind: "probability", scores: probabilities, outcomes, weights, groups, time });
  });

  it("calibrationData(predictions) of confidences has no classes", () => {
    const data = calibrationData({
      ...base,
      task: "confidence",
      confidences: Float64Array.of(0.5, 1),
      correct: Uint8Array.of(1, 1),
    });
    expect(data).toMatchObject({ scoreKind: "confidence", classNames: [] });
  });

  it("calibrationData(predictions) takes logits where they were given, else logarithms of the probabilities", () => {
    const predictions: MulticlassPredictions = {
      ...base,
      task: "multiclass",
      probabilities: matrixFromRows([
        [0.5, 0.5, 0],
        [0.25, 0.25, 0.5],
      ]),
      labels: Int32Array.of(0, 2),
    };
    const data = calibrationData(predictions);
    if (!("labels" in data)) throw new Error("many classes have labels");
    expect(data.scoreKind).toBe("probabilities");
    expect(data.clip).toBe(1e-12);
    expect([...data.logits.data.slice(0, 3)]).toEqual([Math.log(0.5), Math.log(0.5), Math.log(1e-12)]);
    const logits = matrixFromRows([
      [1, 2, 3],
      [3, 2, 1],
    ]);
    expect(calibrationData({ ...predictions, logits })).toMatchObject({ scoreKind: "logits", clip: null, logits });
  });

  it("calibrationData(predictions) refuses no rows and a clip of 0", () => {
    const none = {
      ...base,
      rows: 0,
      task: "confidence" as const,
      confidences: new Float64Array(),
      correct: new Uint8Array(),
    };
    expect(() => calibrationData(none)).toThrow(expect.objectContaining({ code: "empty" }));
    const predictions: MulticlassPredictions = {
      ...base,
      rows: 1,
      task: "multiclass",
      probabilities: matrixFromRows([[1, 0, 0]]),
      labels: Int32Array.of(0),
    };
    expect(() => calibrationData(predictions, { clip: 0 })).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});
