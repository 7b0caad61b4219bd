import { describe, expect, it } from "vitest";
import { applyMulticlassMap } from "../../../src/calibration/apply-multiclass.ts";
import type { MulticlassCalibrationData } from "../../../src/calibration/calibration-data.ts";
import { assignFolds, foldScheme } from "../../../src/calibration/choose/folds.ts";
import { multiclassTask } from "../../../src/calibration/choose/multiclass-task.ts";
import { rowLogLoss } from "../../../src/calibration/choose/row-evidence.ts";
import { crossFitStructuredBlend, fitStructuredBlend } from "../../../src/calibration/choose/structured-blend.ts";
import { fitTemperature } from "../../../src/calibration/multiclass/temperature.ts";
import { sampleClasses } from "../multiclass/sample-classes.ts";

const classes = 4;
const bias = [1.5, 0, 0, -1];

/** Logits of a model that is too sure and favours the first class. */
function distorted(rows: number, seed: number): MulticlassCalibrationData {
  const { logits, labels } = sampleClasses({ rows, classes, sharpness: 2, seed });
  for (let i = 0; i < logits.data.length; i++) logits.data[i] += bias[i % classes];
  return { rows, scoreKind: "logits", clip: null, logits, labels, segments: [], classNames: ["a", "b", "c", "d"] };
}

function planOf(data: MulticlassCalibrationData, folds: number) {
  return { scheme: foldScheme(data), folds, fold: assignFolds(data, { folds, seed: 5 }) };
}

function logLossOf(probabilities: Float64Array, labels: Int32Array): number {
  return labels.reduce((sum, label, i) => sum - Math.log(probabilities[i * classes + label]), 0) / labels.length;
}

describe("crossFitStructuredBlend(task, plan)", () => {
  const data = distorted(3000, 21);
  const fresh = distorted(30_000, 22);
  const plan = planOf(data, 5);
  const { outer, inner, maps, fit } = crossFitStructuredBlend(multiclassTask(data), plan);
  const after = logLossOf(applyMulticlassMap(fit.map, fresh.logits).data, fresh.labels);

  it("repairs on new rows what one temperature cannot", () => {
    const temperature = fitTemperature(data.logits, data.labels).map;
    const before = logLossOf(applyMulticlassMap(temperature, fresh.logits).data, fresh.labels);
    const truth = sampleClasses({ rows: 30_000, classes, sharpness: 2, seed: 22 });
    const best = logLossOf(
      applyMulticlassMap({ kind: "linear", scale: 0.5, bias: null, prepare: null }, truth.logits).data,
      truth.labels,
    );
    expect(before - best).toBeGreaterThan(0.02);
    expect(after - best).toBeLessThan(0.004);
  });

  it("estimates the log loss on new rows: within 3 standard errors", () => {
    const losses = Float64Array.from(outer.truth, rowLogLoss);
    const mean = losses.reduce((a, b) => a + b) / losses.length;
    const error = Math.sqrt(losses.reduce((sum, x) => sum + (x - mean) ** 2, 0)) / losses.length;
    expect(Math.abs(mean - after)).toBeLessThan(3 * error);
  });

  it("predicts every row outside an outer fold for that fold's choice, and none inside", () => {
    inner.forEach((evidence, j) => {
      plan.fold.forEach((fold, i) => {
        expect(Number.isNaN(evidence.truth[i])).toBe(fold === j);
      });
    });
    expect(maps.every((map) => map !== null)).toBe(true);
  });

  it("ends at the map that fitStructuredBlend gives, with a gradient of at most 1e-10", () => {
    const alone = fitStructuredBlend(multiclassTask(data), plan);
    expect(alone.map).toEqual(fit.map);
    expect(fit.certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
  });

  it("holds out later rows only, in order of time", () => {
    const timed = {
      ...data,
      time: { name: "t", kind: "number" as const, values: Float64Array.from({ length: 3000 }, (_, i) => i) },
    };
    const byTime = crossFitStructuredBlend(multiclassTask(timed), planOf(timed, 4));
    expect(byTime.outer.truth.findIndex((p) => !Number.isNaN(p))).toBe(750);
    expect(byTime.maps[0]).toBeNull();
    expect(byTime.maps[1]).toMatchObject({ kind: "linear", bias: null });
  });

  it("has an answer for 12 rows of which one class has none", () => {
    const few = distorted(12, 23);
    few.labels.forEach((label, i) => {
      if (label === 3) few.labels[i] = 2;
    });
    const { map } = fitStructuredBlend(multiclassTask(few), planOf(few, 3));
    const out = applyMulticlassMap(map, few.logits).data;
    expect(out.every((p) => p > 0 && p < 1)).toBe(true);
  });

  it("does not look better held out than the truth where one temperature is the truth: 200 classes of 10 rows", () => {
    const many = 200;
    const { logits, labels } = sampleClasses({ rows: 2000, classes: many, sharpness: 1.7, seed: 31 });
    const rows = { rows: 2000, scoreKind: "logits" as const, clip: null, logits, labels, segments: [], classNames: [] };
    const { outer: held } = crossFitStructuredBlend(multiclassTask(rows), planOf(rows, 5));
    const truth = applyMulticlassMap({ kind: "linear", scale: 1 / 1.7, bias: null, prepare: null }, logits).data;
    const differences = Float64Array.from(
      labels,
      (label, i) => rowLogLoss(held.truth[i]) - rowLogLoss(truth[i * many + label]),
    );
    const mean = differences.reduce((a, b) => a + b) / 2000;
    const error = Math.sqrt(differences.reduce((sum, x) => sum + (x - mean) ** 2, 0)) / 2000;
    expect(mean).toBeGreaterThan(-2 * error);
  });
});
