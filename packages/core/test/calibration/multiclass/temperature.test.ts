import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyMulticlassMap, fitTemperature, logLossFromLogits, matrixFromRows } from "../../../src/index.ts";
import { L12, Z12 } from "../../master-case.ts";
import { cases } from "./oracle.ts";

describe("fitTemperature", () => {
  it("fitTemperature(logits, labels) finds the optimum of the master case to 1e-14", () => {
    const fit = fitTemperature(Z12, L12);
    expect(fit.map).toEqual({ kind: "linear", scale: expect.any(Number), bias: null, prepare: null });
    expect(1 / Number(fit.parameters["temperature"])).toBeCloseTo(1.514854379264559, 13);
    expect(fit.certificate?.objective).toBeCloseTo(0.6278872560474958, 14);
    expect(fit.certificate?.gradientNorm).toBeLessThan(1e-13);
    expect(fit).toMatchObject({ method: "temperature", complexity: 1, n: 12, effectiveN: 12, notes: [] });
  });

  it.each(cases)("fitTemperature(logits, labels, { weights }) agrees with Newton steps on $name", (sample) => {
    const { parameters } = fitTemperature(sample.logits, sample.labels, { weights: sample.weights });
    expect(parameters["temperature"]).toBeCloseTo(sample.ensemble.temperature, 12);
  });

  it.each([1e-300, 1e-6, 1e6, 1e300])("fitTemperature(logits, labels) follows the unit of the logits, %g", (unit) => {
    const logits = { ...Z12, data: Z12.data.map((value) => value * unit) };
    const { parameters, certificate } = fitTemperature(logits, L12);
    expect(Number(parameters["temperature"]) / unit).toBeCloseTo(1 / 1.514854379264559, 12);
    expect(certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
  });

  it("fitTemperature(logits, labels) starts from a part of many rows and ends at the optimum of all", () => {
    const copies = 2500;
    const data = new Float64Array(Z12.data.length * copies);
    for (let i = 0; i < copies; i++) data.set(Z12.data, i * Z12.data.length);
    const labels = Int32Array.from({ length: 12 * copies }, (_, i) => L12[i % 12]);
    const fit = fitTemperature({ data, rows: 12 * copies, cols: 3 }, labels);
    expect(1 / Number(fit.parameters["temperature"])).toBeCloseTo(1.514854379264559, 12);
  });

  it("fitTemperature(logits, labels) reads single precision as the numbers that it stands for", () => {
    const [rows, cols] = [9001, 7];
    const data = Float32Array.from({ length: rows * cols }, (_, i) => 3 * Math.sin(i * i));
    const labels = Int32Array.from({ length: rows }, (_, i) => {
      const row = data.subarray(i * cols, (i + 1) * cols);
      return i % 3 === 0 ? i % cols : row.indexOf(Math.max(...row));
    });
    const weights = Float64Array.from({ length: rows }, (_, i) => i % 4);
    const single = fitTemperature({ data, rows, cols }, labels, { weights });
    const double = fitTemperature({ data: Float64Array.from(data), rows, cols }, labels, { weights });
    expect(single.parameters["temperature"]).toBeCloseTo(Number(double.parameters["temperature"]), 12);
    expect(single.certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
    data[40] = Number.NaN;
    expect(() => fitTemperature({ data, rows, cols }, labels)).toThrow(
      expect.objectContaining({ code: "not-finite", index: 5 }),
    );
  });

  it("fitTemperature(logits, labels, { weights }) counts weight 2 as two rows and weight 0 as none", () => {
    const doubled = matrixFromRows([
      ...Array.from({ length: 11 }, (_, i) => [...Z12.data.subarray(3 * i, 3 * i + 3)]),
      [2, 0.5, -1],
    ]);
    const expected = fitTemperature(doubled, Int32Array.of(...L12.subarray(0, 11), 0));
    const weights = Float64Array.of(2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0);
    const fit = fitTemperature(Z12, L12, { weights });
    expect(fit.parameters["temperature"]).toBeCloseTo(Number(expected.parameters["temperature"]), 12);
    const scaled = fitTemperature(Z12, L12, { weights: weights.map((weight) => weight * 1e-9) });
    expect(scaled.parameters["temperature"]).toBeCloseTo(Number(expected.parameters["temperature"]), 12);
  });

  it("fitTemperature(logits, labels) refuses data without a finite optimum", () => {
    const refusal = (rows: number[][], labels: number[]) => () =>
      fitTemperature(matrixFromRows(rows), Int32Array.from(labels));
    expect(
      refusal(
        [
          [1, 0],
          [0, 1],
        ],
        [0, 1],
      ),
    ).toThrow(
      expect.objectContaining({ code: "incompatible", message: expect.stringMatching(/largest logit in every row/) }),
    );
    expect(
      refusal(
        [
          [1, 0],
          [0, 2],
        ],
        [1, 0],
      ),
    ).toThrow(expect.objectContaining({ code: "incompatible", message: expect.stringMatching(/do not favour/) }));
    expect(
      refusal(
        [
          [1, 0],
          [0, 1],
        ],
        [0, 0],
      ),
    ).toThrow(expect.objectContaining({ code: "incompatible" }));
    expect(
      refusal(
        [
          [1, 1],
          [2, 2],
        ],
        [0, 1],
      ),
    ).toThrow(expect.objectContaining({ code: "incompatible", message: expect.stringMatching(/all equal/) }));
  });

  it("fitTemperature(logits, labels) has an answer for two rows of which one is right", () => {
    const fit = fitTemperature(
      matrixFromRows([
        [3, 0],
        [1, 0],
      ]),
      Int32Array.of(0, 1),
    );
    const beta = 1 / Number(fit.parameters["temperature"]);
    expect(3 / (1 + Math.exp(3 * beta))).toBeCloseTo(1 / (1 + Math.exp(-beta)), 12);
  });

  it("fitTemperature(logits, labels) names the row of what it cannot read", () => {
    expect(() =>
      fitTemperature(
        matrixFromRows([
          [0, 1],
          [Number.NEGATIVE_INFINITY, 0],
        ]),
        Int32Array.of(0, 1),
      ),
    ).toThrow(expect.objectContaining({ code: "not-finite", index: 1 }));
    expect(() =>
      fitTemperature(
        matrixFromRows([
          [0, 1],
          [1, 0],
        ]),
        Int32Array.of(0, 2),
      ),
    ).toThrow(expect.objectContaining({ code: "out-of-range", index: 1 }));
    expect(() => fitTemperature(Z12, Int32Array.of(0))).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
    expect(() => fitTemperature({ data: new Float64Array(0), rows: 0, cols: 3 }, new Int32Array(0))).toThrow(
      expect.objectContaining({ code: "empty" }),
    );
    expect(() => fitTemperature({ data: new Float64Array(2), rows: 2, cols: 1 }, new Int32Array(2))).toThrow(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
  });

  it("fitTemperature(logits, labels) is at least as good as any other temperature, or refuses", () => {
    const row = fc.tuple(
      fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 3, maxLength: 3 }),
      fc.integer({ min: 0, max: 2 }),
    );
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 30 }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (rows, other) => {
          const logits = matrixFromRows(rows.map(([z]) => z.map((value) => value / 7)));
          const labels = Int32Array.from(rows, ([, label]) => label);
          let fit: ReturnType<typeof fitTemperature>;
          try {
            fit = fitTemperature(logits, labels);
          } catch (error) {
            expect(error).toMatchObject({ code: "incompatible" });
            return;
          }
          const loss = logLossFromLogits({ ...logits, data: logits.data.map((z) => z / other) }, labels).value;
          expect(fit.certificate?.objective).toBeLessThanOrEqual(loss + 1e-12);
          expect(fit.certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
          expect(applyMulticlassMap(fit.map, logits).data.every((p) => p >= 0 && p <= 1)).toBe(true);
        },
      ),
    );
  });
});
