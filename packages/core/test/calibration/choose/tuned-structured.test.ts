import { describe, expect, it } from "vitest";
import { applyMulticlassMap } from "../../../src/calibration/apply-multiclass.ts";
import type { MulticlassCalibrationData } from "../../../src/calibration/calibration-data.ts";
import { multiclassTask } from "../../../src/calibration/choose/multiclass-task.ts";
import { planFolds } from "../../../src/calibration/choose/plan-folds.ts";
import { fitTunedStructured } from "../../../src/calibration/choose/tuned-structured.ts";
import { fitStructuredMatrix, fitStructuredVector } from "../../../src/calibration/multiclass/structured.ts";
import { sampleClasses } from "../multiclass/sample-classes.ts";

/** Logits that are too sure; every class is confused with the next one as far as `mixing` says. */
function confused(rows: number, mixing: number, seed: number): MulticlassCalibrationData {
  const classes = 4;
  const { logits, labels } = sampleClasses({ rows, classes, sharpness: 2, seed });
  const data = logits.data.map((z, i) => {
    const k = i % classes;
    return z + mixing * logits.data[i - k + ((k + 1) % classes)];
  });
  const classNames = ["a", "b", "c", "d"];
  return { rows, scoreKind: "logits", clip: null, logits: { ...logits, data }, labels, segments: [], classNames };
}

describe("fitTunedStructured(task, plan, { shape })", () => {
  it("takes a weak penalty where classes are confused and rows are many, a strong one where there is nothing to learn", () => {
    const rich = confused(4000, 0.6, 1);
    const weak = fitTunedStructured(multiclassTask(rich), planFolds(rich, { seed: 0 }), { shape: "matrix" });
    const poor = confused(100, 0, 2);
    const strong = fitTunedStructured(multiclassTask(poor), planFolds(poor, { seed: 0 }), { shape: "matrix" });
    expect(Number(weak.parameters["penaltyScale"])).toBeLessThan(1);
    expect(Number(strong.parameters["penaltyScale"])).toBeGreaterThan(1);
  });

  it.each([
    ["matrix", fitStructuredMatrix],
    ["vector", fitStructuredVector],
  ] as const)("is the %s fit at the scale that it names", (shape, fitOne) => {
    const data = confused(600, 0.3, 3);
    const tuned = fitTunedStructured(multiclassTask(data), planFolds(data, { seed: 0 }), { shape });
    const plain = fitOne(data.logits, data.labels, { scale: Number(tuned.parameters["penaltyScale"]) });
    const [a, b] = [tuned.map, plain.map].map((map) => applyMulticlassMap(map, data.logits).data);
    a.forEach((p, i) => {
      expect(Math.abs(p - b[i])).toBeLessThan(1e-7);
    });
    expect(tuned.certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
  });

  it("ends with a temperature near 1 where held-out outputs of the fit are right", () => {
    const data = confused(4000, 0.3, 4);
    const plan = planFolds(data, { seed: 0 });
    const tuned = fitTunedStructured(multiclassTask(data), plan, { shape: "matrix", temperature: true });
    expect(tuned.map).toMatchObject({ kind: "chain", maps: [{ kind: "linear" }, { kind: "linear", bias: null }] });
    expect(Math.abs(Math.log(Number(tuned.parameters["outputTemperature"])))).toBeLessThan(0.06);
  });
});
