import { describe, expect, it } from "vitest";
import { fitShrunkenTemperature } from "../../../src/calibration/multiclass/shrunken-temperature.ts";
import { fitTemperature } from "../../../src/calibration/multiclass/temperature.ts";
import { temperatureMoments } from "../../../src/kernels/temperature-moments.ts";
import { matrixFromRows } from "../../../src/matrix.ts";
import { sampleClasses } from "./sample-classes.ts";

describe("fitShrunkenTemperature(logits, labels)", () => {
  it("agrees with temperature scaling to within the information that the prior adds", () => {
    const { logits, labels } = sampleClasses({ rows: 20_000, classes: 4, sharpness: 2.5, seed: 1 });
    const plain = Number(fitTemperature(logits, labels).parameters["temperature"]);
    const shrunken = Number(fitShrunkenTemperature(logits, labels).parameters["temperature"]);
    expect(plain).toBeGreaterThan(2.3);
    expect(Math.abs(shrunken - plain)).toBeLessThan(1e-3);
    expect(shrunken).toBeLessThan(plain);
  });

  it("is at the minimum of log loss + (ln T)² / (2n)", () => {
    const { logits, labels } = sampleClasses({ rows: 40, classes: 3, sharpness: 3, seed: 2 });
    const { certificate, parameters } = fitShrunkenTemperature(logits, labels);
    const objective = (theta: number): number =>
      temperatureMoments(logits.data, 40, 3, labels, Math.exp(-theta)).loss + theta ** 2 / 80;
    const theta = Math.log(Number(parameters["temperature"]));
    expect(certificate?.objective).toBeCloseTo(objective(theta), 14);
    for (const step of [-1e-3, 1e-3]) expect(objective(theta + step)).toBeGreaterThan(objective(theta));
    expect(certificate?.gradientNorm).toBeLessThan(1e-10);
  });

  it("has an answer where temperature scaling has none: every row right, every row wrong, equal logits, one row", () => {
    const right = matrixFromRows([
      [9, 0],
      [0, 9],
    ]);
    expect(Number(fitShrunkenTemperature(right, Int32Array.of(0, 1)).parameters["temperature"])).toBeLessThan(1);
    expect(Number(fitShrunkenTemperature(right, Int32Array.of(1, 0)).parameters["temperature"])).toBeGreaterThan(5);
    const flat = matrixFromRows([[1, 1, 1]]);
    expect(fitShrunkenTemperature(flat, Int32Array.of(2)).parameters["temperature"]).toBe(1);
  });

  it("counts only ratios of weights, and nothing of rows of weight 0", () => {
    const { logits, labels } = sampleClasses({ rows: 60, classes: 3, sharpness: 2, seed: 3 });
    const weights = new Float64Array(60).fill(7);
    const all = fitShrunkenTemperature(logits, labels);
    const scaled = fitShrunkenTemperature(logits, labels, { weights });
    expect(scaled.parameters["temperature"]).toBeCloseTo(Number(all.parameters["temperature"]), 12);
    weights.fill(0, 30);
    const half = fitShrunkenTemperature({ data: logits.data.slice(0, 90), rows: 30, cols: 3 }, labels.slice(0, 30));
    const masked = fitShrunkenTemperature(logits, labels, { weights });
    expect(masked.parameters["temperature"]).toBeCloseTo(Number(half.parameters["temperature"]), 12);
    expect(masked.complexity).toBeCloseTo(half.complexity, 12);
  });

  it("survives logits of a million", () => {
    const logits = matrixFromRows([
      [1e6, 0],
      [0, 1e6],
      [1e6, 0],
    ]);
    const { parameters, certificate } = fitShrunkenTemperature(logits, Int32Array.of(0, 1, 1));
    expect(Number(parameters["temperature"])).toBeGreaterThan(1e3);
    expect(certificate?.gradientNorm).toBeLessThan(1e-10);
  });
});
