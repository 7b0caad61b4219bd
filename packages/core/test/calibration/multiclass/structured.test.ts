import { describe, expect, it } from "vitest";
import { applyMulticlassMap, fitStructuredMatrix, fitStructuredVector, matrixFromRows } from "../../../src/index.ts";
import { L12, Z12 } from "../../master-case.ts";
import { cases, farthest } from "./oracle.ts";

const W12 = [
  [0.061391157193, 0.046697422233, 0.099190767423],
  [-0.096994079279, 0.116008901438, -0.086593418277],
  [0.066298500473, -0.104701872924, -0.025194697756],
];

function scales(map: ReturnType<typeof fitStructuredMatrix>["map"]): number[] {
  return typeof map.scale === "number" ? [map.scale] : map.scale.flat();
}

describe("fitStructuredMatrix", () => {
  it("fitStructuredMatrix(logits, labels) finds the reference optimum of the master case to 1e-9", () => {
    const fit = fitStructuredMatrix(Z12, L12);
    expect(fit.certificate?.objective).toBeCloseTo(0.586412019007469, 13);
    const expected = W12.flatMap((row, k) => row.map((value, j) => value + (j === k ? 1 : 0)));
    expect(farthest(scales(fit.map), expected)).toBeLessThan(1e-9);
    expect(farthest(fit.map.bias ?? [], [-0.085833039345, 0.067787516898, 0.018045522446])).toBeLessThan(1e-9);
    const row = applyMulticlassMap(fit.map, Z12).data.subarray(0, 3);
    expect(farthest(row, [0.74389611073, 0.18560298381, 0.070500905459])).toBeLessThan(1e-9);
    expect(fit.certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
    expect(1 / Number(fit.parameters["temperature"])).toBeCloseTo(1.514854379264559, 12);
  });

  it.each(cases)(
    "fitStructuredMatrix(logits, labels, { scale, weights }) agrees with Newton steps on $name",
    (sample) => {
      const { logits, labels, weights, structuredMatrix: expected } = sample;
      const { map, certificate } = fitStructuredMatrix(logits, labels, { scale: 0.3, weights });
      expect(farthest(scales(map), expected.scale)).toBeLessThan(1e-8);
      expect(farthest(map.bias ?? [], expected.bias)).toBeLessThan(1e-8);
      expect(certificate?.objective).toBeCloseTo(expected.objective, 13);
    },
  );

  it("fitStructuredMatrix(logits, labels, { start }) arrives at the same optimum, sooner", () => {
    const { logits, labels } = cases[0];
    const cold = fitStructuredMatrix(logits, labels, { scale: 0.1 });
    const warm = fitStructuredMatrix(logits, labels, { scale: 0.1, start: cold.map });
    expect(warm.certificate?.iterations).toBeLessThanOrEqual(1);
    const near = fitStructuredMatrix(logits, labels, { scale: 0.12, start: cold.map });
    const far = fitStructuredMatrix(logits, labels, { scale: 0.12 });
    expect(farthest(scales(near.map), scales(far.map))).toBeLessThan(1e-8);
    expect(() => fitStructuredMatrix(logits, labels, { start: fitStructuredVector(logits, labels).map })).toThrow(
      expect.objectContaining({ code: "incompatible" }),
    );
  });

  it("fitStructuredMatrix(logits, labels, { tolerance }) stops earlier where that suffices", () => {
    const { logits, labels } = cases[1];
    const rough = fitStructuredMatrix(logits, labels, { tolerance: 1e-5 });
    const exact = fitStructuredMatrix(logits, labels);
    expect(rough.certificate?.gradientNorm).toBeLessThanOrEqual(1e-5);
    expect(rough.certificate?.iterations).toBeLessThan(exact.certificate?.iterations ?? 0);
    expect(rough.certificate?.objective).toBeCloseTo(exact.certificate?.objective ?? 0, 8);
  });

  it("fitStructuredMatrix(logits, labels, { scale }) leaves only the temperature where the penalty is huge", () => {
    const { map, complexity } = fitStructuredMatrix(Z12, L12, { scale: 1e9 });
    expect(farthest(scales(map), [1, 0, 0, 0, 1, 0, 0, 0, 1])).toBeLessThan(1e-8);
    expect(complexity).toBeCloseTo(1, 6);
  });

  it.each([1e-2, 1e-4, 1e-6])(
    "fitStructuredMatrix(logits, labels, { scale: %g }) converges however weak the penalty",
    (scale) => {
      for (const { logits, labels } of cases)
        expect(fitStructuredMatrix(logits, labels, { scale }).certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
      const right = fitStructuredMatrix(
        cases[0].logits,
        Int32Array.from({ length: 80 }, (_, i) => {
          const row = cases[0].logits.data.subarray(3 * i, 3 * i + 3);
          return row.indexOf(Math.max(...row));
        }),
        { scale },
      );
      expect(right.certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
    },
  );

  it("fitStructuredMatrix(logits, labels) answers where temperature has no optimum, and says so", () => {
    const right = fitStructuredMatrix(
      matrixFromRows([
        [2, 0, 0],
        [0, 2, 0],
        [0, 0, 2],
      ]),
      Int32Array.of(0, 1, 2),
    );
    expect(right.parameters["temperature"]).toBe(1);
    expect(right.notes[0]).toMatch(/temperature is 1/);
    const oneClass = fitStructuredMatrix(
      matrixFromRows([
        [1, 0],
        [0, 1],
      ]),
      Int32Array.of(0, 0),
    );
    const q = applyMulticlassMap(oneClass.map, matrixFromRows([[0, 0]])).data;
    expect(q[0]).toBeGreaterThan(0.5);
    expect(q[1]).toBeGreaterThan(0);
    const constant = fitStructuredMatrix(
      matrixFromRows([
        [1, 1],
        [1, 1],
      ]),
      Int32Array.of(0, 1),
    );
    expect(farthest(applyMulticlassMap(constant.map, matrixFromRows([[1, 1]])).data, [0.5, 0.5])).toBeLessThan(1e-10);
    expect(fitStructuredMatrix(matrixFromRows([[1, 0, 3]]), Int32Array.of(0)).n).toBe(1);
  });

  it("fitStructuredMatrix(logits, labels) does not mind a class without rows", () => {
    const labels = L12.map((label) => Math.min(label, 1));
    const { map } = fitStructuredMatrix(Z12, labels);
    const q = applyMulticlassMap(map, Z12).data;
    expect(q.every((p) => p > 0 && p < 1)).toBe(true);
  });

  it("fitStructuredMatrix(logits, labels, options) refuses what it does not know", () => {
    expect(() => fitStructuredMatrix(Z12, L12, { scale: 0 })).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
    expect(() => fitStructuredMatrix(Z12, L12, { tolerance: 0 })).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
    expect(() =>
      fitStructuredMatrix({ ...Z12, data: Z12.data.map((z, i) => (i === 4 ? Number.NEGATIVE_INFINITY : z)) }, L12),
    ).toThrow(expect.objectContaining({ code: "not-finite", index: 1 }));
  });
});

describe("fitStructuredVector", () => {
  it("fitStructuredVector(logits, labels) finds the reference optimum of the master case to 1e-10", () => {
    const { map, certificate } = fitStructuredVector(Z12, L12);
    expect(certificate?.objective).toBeCloseTo(0.6236860669344428, 14);
    expect(farthest(scales(map), [1.108166524448, 1.055179321814, 0.955373262981])).toBeLessThan(1e-10);
    expect(farthest(map.bias ?? [], [-0.155951750301, 0.137006957493, 0.018944792808])).toBeLessThan(1e-10);
    const row = applyMulticlassMap(map, Z12).data.subarray(0, 3);
    expect(farthest(row, [0.823889894367, 0.129342046024, 0.046768059609])).toBeLessThan(1e-10);
  });

  it.each(cases)(
    "fitStructuredVector(logits, labels, { scale, weights }) agrees with Newton steps on $name",
    (sample) => {
      const { logits, labels, weights, structuredVector: expected } = sample;
      const { map } = fitStructuredVector(logits, labels, { scale: 0.3, weights });
      expect(farthest(scales(map), expected.scale)).toBeLessThan(1e-11);
      expect(farthest(map.bias ?? [], expected.bias)).toBeLessThan(1e-11);
    },
  );
});
