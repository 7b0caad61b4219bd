import { describe, expect, it } from "vitest";
import { applyBinaryMap } from "../../../src/calibration/apply-binary.ts";
import { openCalibrator } from "../../../src/calibration/artefact/open-calibrator.ts";
import type { CalibrationData } from "../../../src/calibration/calibration-data.ts";
import { fitDocument, proveFit } from "../../../src/calibration/choose/make-fit-document.ts";
import { logLoss } from "../../../src/metrics/scores/log-loss.ts";
import { sampleLogits, sampleScores } from "./sample-scores.ts";

const options = {
  version: "1.2.3",
  name: "sample.csv",
  source: { name: "sample.csv", rows: 0, skipped: [], columns: {}, approximate: false, notes: [] },
};

describe("fitDocument", () => {
  it("fitDocument(data, options) proves an improvement on held-out rows", () => {
    const data = sampleScores(800, { temperature: 2, shift: 0.8 });
    const { document, rows, heldOut } = proveFit(data, options);
    expect(document.verdict.status).toBe("improved");
    expect(document.verdict.sentence).toMatch(
      /improves the scores: log loss 0\.\d+ before, 0\.\d+ after on rows held out/,
    );
    expect(document.improvement.logLoss.lower).toBeGreaterThan(0);
    const { before, after, improvement } = document;
    expect(improvement.logLoss.value).toBeCloseTo(before.logLoss.value - after.logLoss.value, 12);
    expect(improvement.brier.value).toBeCloseTo(before.brier.value - after.brier.value, 12);
    expect(before.logLoss).toEqual(logLoss(data.scores, data.outcomes));
    expect(rows).toHaveLength(800);
    expect(after.logLoss.value).toBeCloseTo(logLoss(heldOut, data.outcomes).value, 12);
    expect(after.ece.value).toBeLessThan(before.ece.value);
  });

  it("fitDocument(data, options) seals a calibrator that opens again", () => {
    const { calibrator, n } = fitDocument(sampleScores(300, { temperature: 2 }), { ...options, created: "2026-11-22" });
    expect(openCalibrator(JSON.parse(JSON.stringify(calibrator)))).toEqual(JSON.parse(JSON.stringify(calibrator)));
    expect(calibrator).toMatchObject({
      schema: "candor.calibrator/1",
      version: "1.2.3",
      created: "2026-11-22",
      scoreKind: "probability",
      classNames: ["no", "yes"],
      n,
      data: { name: "sample.csv" },
      spec: { metric: "calibrator", asked: "auto", folds: 5, seed: 0 },
    });
  });

  it("fitDocument(data, options) leaves logits alone whose softmax rounds to 1, as any others", () => {
    for (let seed = 1; seed <= 8; seed++) {
      const data = sampleLogits(100, 3, 0.2, seed);
      const logits = { ...data.logits, data: data.logits.data.map((z) => 5 * z) };
      const { verdict, improvement, method } = fitDocument({ ...data, logits }, options);
      expect(verdict.status).not.toBe("worse");
      if (method !== "identity") expect(improvement.logLoss.value).toBeGreaterThan(0);
    }
  });

  it("fitDocument(data, options) leaves calibrated scores alone or moves them little, and after equals before", () => {
    let left = 0;
    for (let seed = 1; seed <= 6; seed++) {
      const document = fitDocument(sampleScores(150, { seed }), options);
      if (document.method !== "identity") continue;
      left++;
      expect(document.after).toEqual(document.before);
      expect(document.improvement.logLoss).toMatchObject({ value: 0, lower: 0, upper: 0 });
      expect(document.verdict.status).toBe("identity");
      expect(document.calibrator.map).toEqual({ kind: "identity" });
      expect(document.candidates.filter((candidate) => candidate.chosen).map(({ method }) => method)).toEqual([
        "identity",
      ]);
      expect(document.learningCurve).toBeNull();
    }
    expect(left).toBeGreaterThan(1);
  });

  it("fitDocument(data, { method }) says so where a method does harm", () => {
    const { verdict, improvement } = fitDocument(sampleScores(1000), {
      ...options,
      method: "scaling-binning",
      methodOptions: { bins: 2 },
    });
    expect(verdict.status).toBe("worse");
    expect(improvement.logLoss.upper).toBeLessThan(0);
    expect(verdict.sentence).toMatch(/^Scaling-binning makes the scores worse/);
  });

  it("fitDocument(data, { method: identity }) says that nothing was changed", () => {
    const { verdict, improvement } = fitDocument(sampleScores(80), { ...options, method: "identity" });
    expect(improvement.logLoss.value).toBe(0);
    expect(verdict).toMatchObject({
      status: "identity",
      sentence: expect.stringMatching(/^The scores are left as they are/),
    });
  });

  it("fitDocument(data, options) claims on average what it keeps: the outer estimate is honest", () => {
    let claimed = 0;
    let kept = 0;
    const test = sampleScores(20_000, { temperature: 1.3, shift: 0.3, seed: 99 });
    for (let seed = 1; seed <= 20; seed++) {
      const data = sampleScores(250, { temperature: 1.3, shift: 0.3, seed });
      const { document } = proveFit(data, { ...options, method: "beta", folds: 5 });
      claimed += document.improvement.logLoss.value;
      if ("clip" in document.calibrator) throw new Error("a binary calibrator has no clip");
      const terms = document.calibrator.map.kind === "logistic" ? document.calibrator.map : null;
      expect(terms).not.toBeNull();
      kept += gain(test, document.calibrator.map);
    }
    expect(Math.abs(claimed - kept) / 20).toBeLessThan(0.01);
  });

  it("fitDocument(data, options) warns of few rows, certainty and constant scores", () => {
    const few = fitDocument(sampleScores(24), options);
    expect(few.warnings.join(" ")).toMatch(/Only 24 rows/);
    const base = sampleScores(60);
    const certain = { ...base, scores: base.scores.map((p, i) => (i < 5 ? Math.round(p) : p)) };
    expect(fitDocument(certain, options).warnings.join(" ")).toMatch(/5 scores are exactly 0 or 1/);
    const constant = { ...base, scores: new Float64Array(60).fill(0.7) };
    expect(fitDocument(constant, options).warnings.join(" ")).toMatch(/All scores are 0.7/);
  });

  it("fitDocument(data, options) proves calibrators of many classes on top labels", () => {
    const data = sampleLogits(400, 3, 2.5);
    const document = fitDocument(data, { ...options, method: "temperature" });
    expect(document.verdict.status).toBe("improved");
    expect(document.reliability.after.axis).toBe("confidence");
    expect(document.calibrator).toMatchObject({ scoreKind: "logits", clip: null, method: "temperature" });
    expect(document.after.accuracy.value).toBe(document.before.accuracy.value);
    expect(document.after.ece.value).toBeLessThan(document.before.ece.value);
  });

  it("fitDocument(data, options) widens intervals where rows depend on each other", () => {
    const single = sampleScores(200, { temperature: 2 });
    const twice = <T extends Float64Array | Uint8Array>(x: T): number[] => [...x, ...x];
    const data: CalibrationData = {
      ...single,
      rows: 400,
      scores: Float64Array.from(twice(single.scores)),
      outcomes: Uint8Array.from(twice(single.outcomes)),
    };
    const groups = { name: "pair", codes: Int32Array.from({ length: 400 }, (_, i) => i % 200), values: [] };
    const width = ({ improvement: { logLoss: gainOf } }: ReturnType<typeof fitDocument>) => gainOf.upper - gainOf.lower;
    const free = fitDocument(data, { ...options, method: "platt" });
    const clustered = fitDocument({ ...data, groups }, { ...options, method: "platt" });
    expect(width(clustered) / width(free)).toBeGreaterThan(1.3);
    expect(clustered.improvement.logLoss.effectiveN).toBeCloseTo(200, 8);
    expect(clustered.improvement.logLoss.spec).toMatchObject({ clustered: true });
    expect(clustered.validation).toMatchObject({ scheme: "grouped", by: "pair" });
  });
});

function gain(data: ReturnType<typeof sampleScores>, map: Parameters<typeof applyBinaryMap>[0]): number {
  const before = logLoss(data.scores, data.outcomes).value;
  return before - logLoss(applyBinaryMap(map, data.scores), data.outcomes).value;
}
