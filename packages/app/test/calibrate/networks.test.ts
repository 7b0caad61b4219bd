import { existsSync } from "node:fs";
import {
  applyMulticlassMap,
  type CalibrationFit,
  fitStructuredMatrix,
  fitStructuredVector,
  fitTemperature,
  type MulticlassMap,
} from "@candor/core";
import { describe, expect, it } from "vitest";
import { classData, data, figures, rowsWhere } from "./class-data.ts";

const present = existsSync(data);
if (!present) console.warn(`${data} is absent: the figures of five networks are not checked`);

it("the real predictions are there in continuous integration", () => {
  if (process.env["CI"]) expect(present).toBe(true);
});

/** Folder, network, temperature; log loss and ECE15 on odd rows, to six digits: raw, temperature, SVS, SMS. */
const table = [
  [
    "c100_probs_3models",
    "densenet-bc-100-cifar-100",
    2.1186,
    "1.212416/0.137857",
    "0.868769/0.016746",
    "0.861904/0.013198",
    "0.857836/0.013740",
  ],
  [
    "c100_probs_3models",
    "wideresnet-16-4-cifar-100",
    1.113,
    "0.954122/0.056837",
    "0.945502/0.036810",
    "0.938984/0.034657",
    "0.932912/0.035948",
  ],
  [
    "c100_probs_3models",
    "lenet-5-cifar-100",
    1.1211,
    "3.810816/0.017992",
    "3.802219/0.010890",
    "3.736309/0.025730",
    "3.722478/0.035217",
  ],
  [
    "c10_probs_4models",
    "wideresnet-16-4-cifar-10",
    2.0681,
    "0.371894/0.051501",
    "0.272318/0.009014",
    "0.242821/0.008165",
    "0.237257/0.007308",
  ],
  [
    "c10_probs_4models",
    "lenet-5-cifar-10",
    1.4066,
    "1.361428/0.110805",
    "1.305576/0.015888",
    "1.298341/0.018423",
    "1.287753/0.017371",
  ],
] as const;

describe.skipIf(!present)("fitted on even rows, tested on odd rows, to six digits", () => {
  it.each(table)("%s %s", (folder, network, temperature, raw, scaled, vector, matrix) => {
    const all = classData(folder, `probs_${network}.npy`, "labels.npy");
    const calibration = rowsWhere(all, (row) => row % 2 === 0);
    const test = rowsWhere(all, (row) => row % 2 === 1);
    const shown = (map: MulticlassMap): string => {
      const { nll, ece15 } = figures(applyMulticlassMap(map, test.logits), test.labels, 1e-12);
      return `${nll.toFixed(6)}/${ece15.toFixed(6)}`;
    };
    const fitted = (fit: CalibrationFit<MulticlassMap>): string => {
      expect(fit.certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
      return shown(fit.map);
    };
    const byTemperature = fitTemperature(calibration.logits, calibration.labels);
    expect(byTemperature.parameters["temperature"]).toBeCloseTo(temperature, 4);
    expect(shown({ kind: "identity" })).toBe(raw);
    expect(fitted(byTemperature)).toBe(scaled);
    expect(fitted(fitStructuredVector(calibration.logits, calibration.labels))).toBe(vector);
    expect(fitted(fitStructuredMatrix(calibration.logits, calibration.labels))).toBe(matrix);
  });
});
