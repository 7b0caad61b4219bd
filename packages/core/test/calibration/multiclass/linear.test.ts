import { describe, expect, it } from "vitest";
import {
  applyMulticlassMap,
  type CalibrationFit,
  fitDirichlet,
  fitMatrixScaling,
  fitVectorScaling,
  type LinearMap,
  logLossMulticlass,
  matrixFromRows,
} from "../../../src/index.ts";
import { L12, Z12 } from "../../master-case.ts";
import { cases, type ExpectedLinear, farthest } from "./oracle.ts";

function agree(fit: CalibrationFit<LinearMap>, expected: ExpectedLinear, tolerance: number): void {
  const { scale, bias } = fit.map;
  expect(farthest(typeof scale === "number" ? [scale] : scale.flat(), expected.scale)).toBeLessThan(tolerance);
  expect(farthest(bias ?? [], expected.bias)).toBeLessThan(tolerance);
  expect(fit.certificate?.objective).toBeCloseTo(expected.objective, 13);
  expect(fit.certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
}

const separated = matrixFromRows([
  [2, 0, 0],
  [0, 2, 0],
  [0, 0, 2],
  [3, 1, 0],
]);
const separatedLabels = Int32Array.of(0, 1, 2, 0);

describe("fitVectorScaling", () => {
  it.each(cases)(
    "fitVectorScaling(logits, labels, { weights }) agrees with Newton steps to 1e-10 on $name",
    (sample) => {
      const fit = fitVectorScaling(sample.logits, sample.labels, { weights: sample.weights });
      agree(fit, sample.vector, 1e-10);
      expect(fit.parameters["bias"]).toEqual(fit.map.bias);
      expect(fit.complexity).toBe(2 * sample.logits.cols - 1);
    },
  );

  it("fitVectorScaling(logits, labels) refuses data without a finite optimum", () => {
    const refuse =
      (labels: Int32Array, logits = Z12) =>
      () =>
        fitVectorScaling(logits, labels);
    expect(refuse(separatedLabels, separated)).toThrow(
      expect.objectContaining({ code: "incompatible", message: expect.stringMatching(/separate the classes/) }),
    );
    expect(refuse(L12.map((label) => Math.min(label, 1)))).toThrow(
      expect.objectContaining({ code: "incompatible", message: expect.stringMatching(/none of class 2/) }),
    );
    expect(refuse(new Int32Array(12))).toThrow(expect.objectContaining({ code: "one-class" }));
    expect(
      refuse(
        Int32Array.of(0, 1),
        matrixFromRows([
          [1, 2],
          [1, 2],
        ]),
      ),
    ).toThrow(expect.objectContaining({ code: "incompatible", message: expect.stringMatching(/same logits/) }));
    expect(
      refuse(
        Int32Array.of(0, 1),
        matrixFromRows([
          [1, 2],
          [2, 1],
        ]),
      ),
    ).toThrow(expect.objectContaining({ code: "incompatible" }));
  });

  it("fitVectorScaling(logits, labels) refuses where only one class is separated from the others", () => {
    const { logits, labels } = cases[0];
    const data = logits.data.slice();
    for (let i = 0; i < logits.rows; i++) data[3 * i + 2] = labels[i] === 2 ? 5 + (i % 3) : -5 - (i % 3);
    expect(() => fitVectorScaling({ ...logits, data }, labels)).toThrow(
      expect.objectContaining({ code: "incompatible" }),
    );
  });

  it("fitVectorScaling(logits, labels) keeps the scale of a class whose logit never changes", () => {
    const data = Z12.data.map((value, i) => (i % 3 === 1 ? 0.7 : value));
    const { map, notes, complexity } = fitVectorScaling({ ...Z12, data }, L12);
    expect(typeof map.scale === "number" ? undefined : map.scale[1]).toBe(1);
    expect(notes).toHaveLength(1);
    expect(complexity).toBe(4);
  });
});

describe("fitMatrixScaling", () => {
  it.each(cases)(
    "fitMatrixScaling(logits, labels, { weights }) agrees with Newton steps to 1e-7 on $name",
    (sample) => {
      agree(fitMatrixScaling(sample.logits, sample.labels, { weights: sample.weights }), sample.matrix, 1e-7);
    },
  );

  it.each(cases)("fitMatrixScaling(logits, labels, { l2 }) agrees with Newton steps to 1e-8 on $name", (sample) => {
    const { weights, logits, labels } = sample;
    agree(fitMatrixScaling(logits, labels, { l2: 0.01, weights }), sample.matrixRidge, 1e-8);
  });

  it("fitMatrixScaling(logits, labels) refuses data without a finite optimum, which a penalty gives it", () => {
    expect(() => fitMatrixScaling(separated, separatedLabels)).toThrow(
      expect.objectContaining({ code: "incompatible", message: expect.stringMatching(/separate the classes/) }),
    );
    const { map } = fitMatrixScaling(separated, separatedLabels, { l2: 1e-3 });
    expect(logLossMulticlass(applyMulticlassMap(map, separated), separatedLabels).value).toBeLessThan(0.1);
    expect(() => fitMatrixScaling(Z12, L12, { l2: -1 })).toThrow(expect.objectContaining({ code: "out-of-range" }));
    expect(() => fitMatrixScaling(Z12, new Int32Array(12))).toThrow(expect.objectContaining({ code: "one-class" }));
    expect(fitMatrixScaling(Z12, new Int32Array(12), { l2: 0.1 }).certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
  });
});

describe("fitDirichlet", () => {
  it.each(cases)("fitDirichlet(logits, labels, { penalty }) agrees with Newton steps to 1e-8 on $name", (sample) => {
    const { weights, logits, labels } = sample;
    agree(fitDirichlet(logits, labels, { penalty: "l2", lambda: 0.01, weights }), sample.dirichletL2, 1e-8);
    agree(
      fitDirichlet(logits, labels, { penalty: "odir", lambda: 0.02, mu: 0.05, weights }),
      sample.dirichletOdir,
      1e-8,
    );
  });

  it("fitDirichlet(logits, labels) does not depend on shifts of rows of logits", () => {
    const shifted = { ...Z12, data: Z12.data.map((value, i) => value + Math.floor(i / 3)) };
    const a = fitDirichlet(Z12, L12).map;
    const b = fitDirichlet(shifted, L12).map;
    expect(farthest(applyMulticlassMap(b, shifted).data, applyMulticlassMap(a, Z12).data)).toBeLessThan(1e-8);
  });

  it("fitDirichlet(logits, labels, options) refuses what it does not know or cannot fit", () => {
    expect(() => fitDirichlet(separated, separatedLabels, { lambda: 1 })).toThrow(
      expect.objectContaining({ code: "incompatible" }),
    );
    expect(fitDirichlet(separated, separatedLabels, { penalty: "l2" }).certificate?.gradientNorm).toBeLessThanOrEqual(
      1e-10,
    );
    expect(() => fitDirichlet(Z12, L12, { lambda: 0 })).toThrow(expect.objectContaining({ code: "out-of-range" }));
    expect(() => fitDirichlet(Z12, L12, { mu: -1 })).toThrow(expect.objectContaining({ code: "out-of-range" }));
    expect(() => fitDirichlet(Z12, new Int32Array(12), { mu: 0 })).toThrow(
      expect.objectContaining({ code: "one-class" }),
    );
  });
});
