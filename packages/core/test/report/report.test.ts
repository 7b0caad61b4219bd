import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  accuracy,
  auroc,
  brierScore,
  brierScoreMulticlass,
  classwiseCalibrationError,
  expectedCalibrationError,
  kernelCalibrationError,
  logLoss,
  logLossMulticlass,
  matrix,
  type Predictions,
  presetCalibrationError,
  presetNames,
  type ReportDocument,
  report,
  smoothEce,
  topLabel,
  versusReport,
} from "../../src/index.ts";
import { corpDecomposition } from "../../src/metrics/scores/corp-decomposition.ts";
import { checkDocument, differences, estimatesOf } from "./document-checks.ts";
import { binary, confidence, multiclass, sample } from "./samples.ts";

const source: ReportDocument["source"] = {
  name: "scores.csv",
  rows: 10,
  skipped: [],
  columns: {},
  approximate: false,
  notes: [],
};
const options = { version: "0.0.0", source };
const tasks = ["binary", "multiclass", "confidence"] as const;

describe("report", () => {
  it.each(tasks)("report(%s predictions, options) is a complete and consistent document", (task) => {
    for (const isWeighted of [false, true]) {
      const predictions = sample(task, 600, { isWeighted });
      const document = report(predictions, options);
      checkDocument(document);
      expect(document).toMatchObject({ schema: "candor.report/1", version: "0.0.0", task, source, n: 600 });
      expect(document.weighted).toBe(isWeighted);
      expect(document.classes).toBe(task === "binary" ? 2 : task === "multiclass" ? 4 : null);
      expect(document.metrics.classwiseEce === null).toBe(task === "confidence");
      expect(document.baseRate === null).toBe(task !== "binary");
      expect(document.segments.map((group) => group.name).sort()).toEqual(["north", "south", "west"]);
      expect(document.overTime.length).toBeGreaterThan(10);
      expect(document.perClass).toHaveLength(task === "binary" ? 2 : task === "multiclass" ? 4 : 0);
      expect(document.presets).toHaveLength(8);
      for (const estimate of estimatesOf(document).values()) expect(estimate.interval).not.toBe("");
    }
  });

  it("report(binary predictions, options) has the numbers of the metrics themselves", () => {
    const predictions = sample("binary", 400, { isWeighted: true });
    if (predictions.task !== "binary") throw new Error("expected binary predictions");
    const { probabilities: p, outcomes: y, weights } = predictions;
    const weighted = weights ? { weights } : {};
    const document = report(predictions, { ...options, level: 0.9 });
    const level = { ...weighted, level: 0.9 };
    expect(document.metrics.ece).toEqual(expectedCalibrationError(p, y, level));
    expect(document.metrics.brier).toEqual(brierScore(p, y, level));
    expect(document.metrics.logLoss).toEqual(logLoss(p, y, level));
    expect(differences(document.metrics.auroc, auroc(p, y, level), 1e-12)).toEqual([]);
    expect(document.metrics.smoothEce.value).toBe(smoothEce(p, y, level).value);
    expect(document.metrics["kernelCalibrationError"]).toEqual(kernelCalibrationError(p, y, level));
    const correct = Uint8Array.from(p, (q, i) => (q >= 0.5 === (y[i] === 1) ? 1 : 0));
    expect(document.accuracy).toEqual(accuracy(correct, level));
    const both = Float64Array.from({ length: 800 }, (_, i) => (i % 2 === 0 ? 1 - p[i >> 1] : p[i >> 1]));
    expect(document.metrics.classwiseEce).toEqual(
      classwiseCalibrationError(matrix(both, 400, 2), Int32Array.from(y), level),
    );
  });

  it("report(multiclass predictions, options) measures calibration on the top label, losses on all classes", () => {
    const predictions = sample("multiclass", 300);
    if (predictions.task !== "multiclass") throw new Error("expected multiclass predictions");
    const { probabilities, labels } = predictions;
    const document = report(predictions, options);
    const { confidence: top, predicted } = topLabel(probabilities);
    const correct = Uint8Array.from(predicted, (k, i) => (k === labels[i] ? 1 : 0));
    expect(document.metrics.ece).toEqual(expectedCalibrationError(top, correct, { label: "top-label" }));
    expect(document.metrics.brier).toEqual(brierScoreMulticlass(probabilities, labels));
    expect(document.metrics.logLoss).toEqual(logLossMulticlass(probabilities, labels));
    expect(document.metrics.classwiseEce).toEqual(classwiseCalibrationError(probabilities, labels));
  });

  it("report(predictions, options) is the same every time", () => {
    const predictions = sample("multiclass", 200);
    expect(report(predictions, options)).toEqual(report(predictions, options));
  });

  it("report(predictions, { versus }) carries the comparison on", () => {
    const self = binary([0.2, 0.7, 0.9], [0, 1, 1]);
    const versus = versusReport(self, binary([0.4, 0.6, 0.8], [0, 1, 1]), { self: "a", other: "b" });
    expect(report(self, { ...options, versus }).versus).toBe(versus);
    expect(report(self, options).versus).toBeNull();
  });

  it("report(predictions, options) sorts segments by evidence and flags the one that is wrong", () => {
    const n = 3000;
    const p = Array.from({ length: n }, (_, i) => 0.1 + 0.8 * ((i * 0.618) % 1));
    const codes = Int32Array.from({ length: n }, (_, i) => i % 4);
    const y = p.map((q, i) => ((i * 0.7548) % 1 < (codes[i] === 2 ? q / 2 : q) ? 1 : 0));
    const document = report(
      { ...binary(p, y), segments: [{ name: "shop", codes, values: ["a", "b", "c", "d"] }] },
      options,
    );
    expect(document.segments[0]).toMatchObject({ by: "shop", name: "c", flagged: true });
    expect(document.segments.filter((group) => group.flagged)).toHaveLength(1);
    expect(document.segments[0].gap.lower).toBeGreaterThan(0.1);
  });

  it("report(predictions, options) says why another tool's number differs", () => {
    const p = Array.from({ length: 60 }, (_, i) => (1 + (i % 30)) / 30);
    const y = p.map((_, i) => (i % 7 < 3 ? 1 : 0));
    const { presets, metrics } = report(confidence(p, y), options);
    for (const preset of presets) expect(preset.difference === "").toBe(preset.value === metrics.ece.value);
    expect(presets.find(({ preset }) => preset === "netcal")?.difference).toContain("lie on a bin edge");
  });

  it("report(predictions, options) shows the numbers of presetCalibrationError and corpDecomposition", () => {
    const predictions = sample("confidence", 200, { isWeighted: true });
    if (predictions.task !== "confidence") throw new Error("expected confidences");
    const { confidences: p, correct: y, weights } = predictions;
    const { presets, decompositions } = report(predictions, options);
    const weighted = weights ? { weights } : {};
    for (const { preset, value, spec } of presets) {
      const name = presetNames.find((known) => known === preset) ?? "guo";
      const direct = presetCalibrationError(name, p, y, { ...weighted, bins: 15, label: "confidence" });
      expect({ value, spec }).toEqual({ value: direct.value, spec: direct.spec });
    }
    for (const [score, found] of [
      ["brier", decompositions.brierCorp],
      ["log-loss", decompositions.logLossCorp],
    ] as const)
      expect(differences(found, corpDecomposition(p, y, { ...weighted, score }), 1e-12)).toEqual([]);
  });

  it("report(predictions, options) refuses no rows", () => {
    expect(() => report(binary([], []), options)).toThrow(expect.objectContaining({ code: "empty" }));
  });
});

const score = fc.oneof(
  fc.constantFrom(0, 1, 0.5, 1 / 3, 0.2),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 1e-12, noNaN: true }),
  fc.double({ min: 0, max: 1e-12, noNaN: true }).map((x) => 1 - x),
);
const weight = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0.001, max: 1000, noNaN: true }));

interface TinyRow {
  readonly scores: readonly number[];
  readonly label: number;
  readonly weight: number;
  readonly code: number;
  readonly time: number;
}

const tinyRow: fc.Arbitrary<TinyRow> = fc.record({
  scores: fc.tuple(score, score, score),
  label: fc.nat({ max: 2 }),
  weight,
  code: fc.nat({ max: 1 }),
  time: fc.oneof(fc.integer({ min: -1e12, max: 4e12 }), fc.constantFrom(0, 1, 2)),
});

/** Predictions from tiny rows; `outcome` fixes the outcome of all rows. */
function predictionsOf(
  task: (typeof tasks)[number],
  rows: readonly TinyRow[],
  isWeighted: boolean,
  kind: "date" | "number",
  outcome: number | undefined,
): Predictions {
  const outcomes = rows.map((row) => outcome ?? row.label & 1);
  const common = {
    segments: [{ name: "s", codes: Int32Array.from(rows, (row) => row.code), values: ["x", "y"] }],
    time: { name: "t", kind, values: Float64Array.from(rows, (row) => row.time) },
    ...(isWeighted ? { weights: Float64Array.from(rows, (row) => row.weight) } : {}),
  };
  const first = rows.map((row) => row.scores[0]);
  if (task === "binary") return { ...binary(first, outcomes), ...common };
  if (task === "confidence") return { ...confidence(first, outcomes), ...common };
  const normalised = rows.map(({ scores }) => {
    const sum = scores.reduce((a, b) => a + b, 0);
    return sum > 0 ? scores.map((x) => Math.min(1, x / sum)) : [1, 0, 0];
  });
  return {
    ...multiclass(
      normalised,
      rows.map((row) => outcome ?? row.label),
    ),
    ...common,
  };
}

describe("report on a handful of rows", () => {
  it.each(tasks)("report(%s predictions, options) never throws and never holds NaN", (task) => {
    fc.assert(
      fc.property(
        fc.array(tinyRow, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        fc.constantFrom("date", "number"),
        fc.constantFrom(undefined, undefined, 0, 1),
        (rows, isWeighted, kind, outcome) => {
          fc.pre(!isWeighted || rows.some((row) => row.weight > 0));
          checkDocument(report(predictionsOf(task, rows, isWeighted, kind, outcome), options));
        },
      ),
      { numRuns: 40 },
    );
  });
});
