import { describe, expect, it } from "vitest";
import { applyBinaryMap } from "../../../src/calibration/apply-binary.ts";
import { fitPlatt } from "../../../src/calibration/binary/platt.ts";
import { chooseCalibrator } from "../../../src/calibration/choose/choose-calibrator.ts";
import { calibrationMethods } from "../../../src/calibration/choose/methods.ts";
import { fitTemperature } from "../../../src/calibration/multiclass/temperature.ts";
import { InputError } from "../../../src/errors.ts";
import { sampleLogits, sampleScores } from "./sample-scores.ts";

describe("chooseCalibrator", () => {
  it("chooseCalibrator(data) repairs overconfident scores and says how", () => {
    const { method, share, candidates, validation, reason, parameters } = chooseCalibrator(
      sampleScores(1500, { temperature: 2, shift: 0.5 }),
    );
    expect(method).not.toBe("identity");
    expect(share).toBe(1);
    expect(parameters["slope"]).toBeGreaterThan(0.4);
    expect(parameters["slope"]).toBeLessThan(0.6);
    expect(candidates.filter((candidate) => candidate.chosen)).toHaveLength(1);
    expect(candidates[0]).toMatchObject({ method: "identity", chosen: false });
    expect(validation).toEqual({ scheme: "random", folds: 5, heldOut: 1500, seed: 0, by: null });
    expect(reason).toMatch(/^(Lowest|The simplest)/);
  });

  it("chooseCalibrator(data) moves calibrated scores little or not at all", () => {
    for (let seed = 1; seed <= 8; seed++) {
      const data = sampleScores(100, { seed });
      const moved = applyBinaryMap(chooseCalibrator(data).map, data.scores);
      const mean = moved.reduce((sum, p, i) => sum + Math.abs(p - data.scores[i]), 0) / data.rows;
      expect(mean).toBeLessThan(0.06);
    }
  });

  it("chooseCalibrator(data) is deterministic, and another seed makes other folds", () => {
    const data = sampleScores(200, { temperature: 1.5 });
    expect(chooseCalibrator(data, { seed: 3 })).toEqual(chooseCalibrator(data, { seed: 3 }));
    const loss = (seed: number) => chooseCalibrator(data, { seed }).candidates[1].logLoss;
    expect(loss(3)).not.toBe(loss(4));
  });

  it("chooseCalibrator(data) tries only what the rows allow", () => {
    const { candidates } = chooseCalibrator(sampleScores(40));
    const beta = candidates.find((candidate) => candidate.method === "beta");
    expect(beta).toMatchObject({ logLoss: null, excessLogLoss: null, chosen: false });
    expect(beta?.reason).toMatch(/^not tried: it takes 100 rows of the rarer outcome, and there are \d+$/);
  });

  it("chooseCalibrator(data) passes over what cannot be fitted", () => {
    const base = sampleScores(160);
    const data = { ...base, outcomes: Uint8Array.from(base.scores, (score) => (score > 0.5 ? 1 : 0)) };
    const { method, candidates } = chooseCalibrator(data);
    expect(method).toBe("shrunken-logit");
    expect(candidates.find((candidate) => candidate.method === "platt")?.reason).toMatch(
      /^could not be fitted: .*separate/,
    );
  });

  it("chooseCalibrator(data) has an answer for two rows, one class and constant scores", () => {
    const rows = (scores: number[], outcomes: number[]) => ({
      ...sampleScores(1),
      rows: scores.length,
      scores: Float64Array.from(scores),
      outcomes: Uint8Array.from(outcomes),
    });
    for (const data of [
      rows([0.2, 0.9], [0, 1]),
      rows([0.6, 0.7, 0.9, 0.8], [1, 1, 1, 1]),
      rows([0.8, 0.8, 0.8], [1, 0, 0]),
    ]) {
      const { map } = chooseCalibrator(data);
      for (const p of applyBinaryMap(map, data.scores)) expect(p > 0 && p < 1).toBe(true);
    }
    expect(() => chooseCalibrator(rows([0.3], [1]))).toThrow(expect.objectContaining({ code: "too-few" }));
    expect(() => chooseCalibrator(rows([], []))).toThrow(expect.objectContaining({ code: "empty" }));
  });

  it("chooseCalibrator(data, { method }) is the bare fit of that name", () => {
    const data = sampleScores(300, { temperature: 1.4 });
    const { map, share, reason, certificate } = chooseCalibrator(data, { method: "platt" });
    const fit = fitPlatt(data.scores, data.outcomes);
    expect(map).toEqual(fit.map);
    expect(certificate).toEqual(fit.certificate);
    expect({ share, reason }).toEqual({ share: 1, reason: "It was asked for by name." });
  });

  it("chooseCalibrator(data, { method }) knows every method that calibrationMethods lists", () => {
    const binary = sampleScores(200, { temperature: 1.3 });
    for (const { method } of calibrationMethods("binary"))
      expect(chooseCalibrator(binary, { method, folds: 3 }).method).toBe(method);
    const classes = sampleLogits(150, 3, 1.5);
    for (const { method } of calibrationMethods("multiclass"))
      expect(chooseCalibrator(classes, { method, folds: 3 }).method).toBe(method);
  });

  it("chooseCalibrator(data, { method }) refuses a name that does not exist, and passes the refusal of a fit on", () => {
    const data = sampleScores(50);
    expect(() => chooseCalibrator(data, { method: "sms" })).toThrow(
      expect.objectContaining({ code: "unknown-option" }),
    );
    const separable = { ...data, outcomes: Uint8Array.from(data.scores, (score) => (score > 0.5 ? 1 : 0)) };
    expect(() => chooseCalibrator(separable, { method: "platt" })).toThrow(InputError);
  });

  it("chooseCalibrator(data, { methodOptions }) hands choices to the method", () => {
    const data = sampleScores(200);
    const bins = (count: number) =>
      chooseCalibrator(data, { method: "histogram-mass", methodOptions: { bins: count } }).map;
    expect(bins(4)).not.toEqual(bins(8));
    const classes = sampleLogits(150, 3, 1.5);
    const kept = chooseCalibrator(classes, { method: "vector", methodOptions: { keepOrder: true } });
    expect(kept.map.kind).toBe("argmax-preserving");
    expect(kept.label).toBe("vector scaling (keeping the predicted class)");
  });

  it("chooseCalibrator(data) ignores rows of weight 0", () => {
    const data = sampleScores(90, { temperature: 2 });
    const doubled = {
      ...data,
      rows: 180,
      scores: Float64Array.from([...data.scores, ...data.scores]),
      outcomes: Uint8Array.from([...data.outcomes, ...data.outcomes.map((y) => 1 - y)]),
      weights: new Float64Array(180).fill(1, 0, 90),
    };
    const bare = chooseCalibrator({ ...data, weights: new Float64Array(90).fill(1) });
    expect(chooseCalibrator(doubled)).toEqual(bare);
  });

  it("chooseCalibrator(data) fits all rows of very many and chooses on a sample", () => {
    const data = sampleScores(130_000, { temperature: 1.5 });
    const { validation, map } = chooseCalibrator(data, { method: "platt", folds: 2 });
    expect(validation.heldOut).toBe(100_000);
    expect(map).toEqual(fitPlatt(data.scores, data.outcomes).map);
  });

  it("chooseCalibrator(data) finds the temperature of many classes", () => {
    const data = sampleLogits(800, 4, 2);
    const { map } = chooseCalibrator(data, { method: "temperature" });
    expect(map).toEqual(fitTemperature(data.logits, data.labels).map);
    expect(chooseCalibrator(data).method).not.toBe("identity");
  });

  it("chooseCalibrator(data) holds whole groups out, and what comes later in time", () => {
    const data = sampleScores(120, { temperature: 2 });
    const groups = { name: "user", codes: Int32Array.from(data.scores.keys(), (i) => i % 12), values: [] };
    expect(chooseCalibrator({ ...data, groups }).validation).toMatchObject({
      scheme: "grouped",
      by: "user",
      folds: 10,
    });
    const time = { name: "day", kind: "number" as const, values: Float64Array.from(data.scores.keys()) };
    const timed = chooseCalibrator({ ...data, time }, { folds: 4 });
    expect(timed.validation).toEqual({ scheme: "time", by: "day", folds: 4, heldOut: 90, seed: 0 });
  });
});
