import { describe, expect, it } from "vitest";
import {
  applyMulticlassMap,
  fitEnsembleTemperature,
  fitTemperature,
  logLossMulticlass,
  matrixFromRows,
} from "../../../src/index.ts";
import { L12, Z12 } from "../../master-case.ts";
import { cases } from "./oracle.ts";

describe("fitEnsembleTemperature", () => {
  it.each(cases)(
    "fitEnsembleTemperature(logits, labels, { weights }) agrees with expectation maximisation on $name",
    (sample) => {
      const { logits, labels, weights, ensemble: expected } = sample;
      const { parameters, certificate } = fitEnsembleTemperature(logits, labels, { weights });
      expect(parameters["temperature"]).toBeCloseTo(expected.temperature, 12);
      expect(certificate?.objective).toBeLessThanOrEqual(expected.objective + 1e-13);
      expect(certificate?.objective).toBeCloseTo(expected.objective, 7);
      expect(certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
    },
  );

  it("fitEnsembleTemperature(logits, labels) gives all three parts weight where each of them helps", () => {
    const { logits, labels, ensemble } = cases[0];
    const { map, parameters } = fitEnsembleTemperature(logits, labels);
    ensemble.weights.forEach((weight, j) => {
      expect(map.parts[j].weight).toBeCloseTo(weight, 8);
    });
    expect(map.parts.map((part) => part.map.kind)).toEqual(["linear", "identity", "uniform"]);
    expect(parameters["weights"]).toEqual(map.parts.map((part) => part.weight));
  });

  it("fitEnsembleTemperature(logits, labels) is never worse than temperature scaling where it was fitted", () => {
    const { map, certificate } = fitEnsembleTemperature(Z12, L12);
    const loss = logLossMulticlass(applyMulticlassMap(map, Z12), L12).value;
    expect(loss).toBeCloseTo(certificate?.objective ?? 0, 13);
    expect(loss).toBeLessThanOrEqual((fitTemperature(Z12, L12).certificate?.objective ?? 0) + 1e-14);
  });

  it("fitEnsembleTemperature(logits, labels) gives an unused part exactly no weight", () => {
    const { map } = fitEnsembleTemperature(cases[3].logits, cases[3].labels, { weights: cases[3].weights });
    expect(map.parts.map((part) => part.weight)).toEqual([1, 0, 0]);
  });

  it("fitEnsembleTemperature(logits, labels) refuses what temperature scaling refuses", () => {
    expect(() =>
      fitEnsembleTemperature(
        matrixFromRows([
          [1, 0],
          [0, 1],
        ]),
        Int32Array.of(0, 1),
      ),
    ).toThrow(expect.objectContaining({ code: "incompatible" }));
  });

  it("fitEnsembleTemperature(logits, labels) survives a true class of probability 0", () => {
    const logits = matrixFromRows([
      [900, 0],
      [900, 0],
      [0, 900],
      [0, 900],
      [0, 900],
    ]);
    const { map } = fitEnsembleTemperature(logits, Int32Array.of(0, 0, 1, 1, 0));
    const { data } = applyMulticlassMap(map, logits);
    expect(data[0]).toBeCloseTo(0.8, 10);
    expect(data[9]).toBeCloseTo(0.8, 10);
  });
});
