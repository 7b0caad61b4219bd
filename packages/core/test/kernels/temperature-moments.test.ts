import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temperatureMoments, temperatureSeries } from "../../src/kernels/temperature-moments.ts";

describe("temperatureMoments", () => {
  it("temperatureMoments(data, rows, cols, labels, beta) at beta 0 has the loss ln K and plain moments", () => {
    const { loss, gradient, curvature } = temperatureMoments(Float64Array.of(1, 2, 6), 1, 3, Int32Array.of(0), 0);
    expect(loss).toBeCloseTo(Math.log(3), 15);
    expect(gradient).toBeCloseTo(2, 15);
    expect(curvature).toBeCloseTo(14 / 3, 14);
  });

  it("temperatureMoments(data, rows, cols, labels, beta) is the logistic loss for two classes", () => {
    const beta = 0.7;
    const { loss, gradient, curvature } = temperatureMoments(Float64Array.of(0, 3), 1, 2, Int32Array.of(0), beta);
    const p = 1 / (1 + Math.exp(-3 * beta));
    expect(loss).toBeCloseTo(-Math.log1p(-p), 13);
    expect(gradient).toBeCloseTo(3 * p, 14);
    expect(curvature).toBeCloseTo(9 * p * (1 - p), 14);
  });

  it("temperatureMoments(data, rows, cols, labels, beta) keeps a loss far below 1", () => {
    const { loss, gradient } = temperatureMoments(Float64Array.of(0, 60), 1, 2, Int32Array.of(1), 1);
    expect(loss / Math.exp(-60)).toBeCloseTo(1, 14);
    expect(gradient / (-60 * Math.exp(-60))).toBeCloseTo(1, 14);
  });

  it("temperatureMoments(data, rows, cols, labels, beta) survives logits of ±1e3 and 1e300", () => {
    const { loss, gradient, curvature } = temperatureMoments(
      Float64Array.of(-1e3, 1e3, 0, 1e300, 0, 0),
      2,
      3,
      Int32Array.of(0, 0),
      1,
    );
    expect([loss, gradient, curvature]).toEqual([1000, 1000, 0]);
  });

  it("temperatureMoments(data, rows, cols, labels, beta) handles one class, no rows and no weight", () => {
    const zero = { loss: 0, gradient: 0, curvature: 0 };
    expect(temperatureMoments(Float64Array.of(5, 7), 2, 1, Int32Array.of(0, 0), 2)).toEqual(zero);
    expect(temperatureMoments(new Float64Array(0), 0, 3, new Int32Array(0), 2)).toEqual(zero);
    expect(temperatureMoments(Float64Array.of(5, 7), 1, 2, Int32Array.of(0), 2, Float64Array.of(0))).toEqual(zero);
  });

  it("temperatureMoments(data, rows, cols, labels, beta, weights) counts weight 2 as the row twice", () => {
    const data = Float64Array.of(1, 2, 0, 3, -1, 0.5);
    const twice = Float64Array.of(1, 2, 0, 1, 2, 0);
    const { loss, gradient, curvature } = temperatureMoments(
      data,
      2,
      3,
      Int32Array.of(1, 0),
      0.8,
      Float64Array.of(2, 0),
    );
    const other = temperatureMoments(twice, 2, 3, Int32Array.of(1, 1), 0.8);
    expect(loss).toBeCloseTo(other.loss, 14);
    expect(gradient).toBeCloseTo(other.gradient, 14);
    expect(curvature).toBeCloseTo(other.curvature, 14);
  });

  it("temperatureMoments(data, rows, cols, labels, beta) has the derivatives that differences show", () => {
    const rows = 3;
    const cols = 4;
    const logits = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 12, maxLength: 12 });
    const labels = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: rows, maxLength: rows });
    fc.assert(
      fc.property(logits, labels, fc.double({ min: -2, max: 2, noNaN: true }), (values, classes, beta) => {
        const at = (b: number) =>
          temperatureMoments(Float64Array.from(values), rows, cols, Int32Array.from(classes), b);
        const h = 1e-4;
        const { gradient, curvature } = at(beta);
        expect(Math.abs((at(beta + h).loss - at(beta - h).loss) / (2 * h) - gradient)).toBeLessThan(1e-5);
        expect(Math.abs((at(beta + h).gradient - at(beta - h).gradient) / (2 * h) - curvature)).toBeLessThan(1e-4);
      }),
    );
  });

  it("temperatureMoments(float32, …) reads the same numbers as from float64", () => {
    const single = Float32Array.of(0.1, 0.7, -2.3, 1.9, 0.4, 0.3);
    const double = Float64Array.from(single);
    const labels = Int32Array.of(2, 0);
    const a = temperatureMoments(single, 2, 3, labels, 1.3);
    const b = temperatureMoments(double, 2, 3, labels, 1.3);
    expect(a.loss / b.loss).toBeCloseTo(1, 14);
    expect(a.gradient / b.gradient).toBeCloseTo(1, 13);
    expect(a.curvature / b.curvature).toBeCloseTo(1, 13);
  });

  it("temperatureMoments(data, rows, cols, labels, beta, weights) is the same in parts as at once", () => {
    const [rows, cols] = [4001, 7];
    const data = Float64Array.from({ length: rows * cols }, (_, i) => 4 * Math.sin(i));
    const labels = Int32Array.from({ length: rows }, (_, i) => i % cols);
    const weights = Float64Array.from({ length: rows }, (_, i) => i % 3);
    const all = temperatureMoments(data, rows, cols, labels, 0.9, weights);
    const sums = [0, 0, 0];
    let total = 0;
    for (let i = 0; i < rows; i++) {
      const row = data.subarray(i * cols, (i + 1) * cols);
      const { loss, gradient, curvature } = temperatureMoments(row, 1, cols, labels.subarray(i, i + 1), 0.9);
      [loss, gradient, curvature].forEach((value, j) => {
        sums[j] += weights[i] * value;
      });
      total += weights[i];
    }
    expect(all.loss / (sums[0] / total)).toBeCloseTo(1, 13);
    expect(all.gradient / (sums[1] / total)).toBeCloseTo(1, 11);
    expect(all.curvature / (sums[2] / total)).toBeCloseTo(1, 13);
  });
});

describe("temperatureSeries", () => {
  it("temperatureSeries(data, rows, cols, labels, beta) has the cumulants of two equally likely logits", () => {
    const { higher } = temperatureSeries(Float64Array.of(1, -1), 1, 2, Int32Array.of(0), 0);
    expect(higher[0]).toBeCloseTo(0, 15);
    expect(higher[1]).toBeCloseTo(-2, 14);
    expect(higher[2]).toBeCloseTo(0, 14);
  });

  it("temperatureSeries(data, 0, …) and rows without weight have zeros", () => {
    const zero = { loss: 0, gradient: 0, curvature: 0, higher: [0, 0, 0] };
    expect(temperatureSeries(new Float64Array(0), 0, 3, new Int32Array(0), 2)).toEqual(zero);
    expect(temperatureSeries(Float64Array.of(5, 7), 1, 2, Int32Array.of(0), 2, Float64Array.of(0))).toEqual(zero);
  });

  it.each([
    ["plain loops", 40],
    ["vectors", 4000],
  ])("temperatureSeries(data, rows, cols, labels, beta, weights) continues temperatureMoments, by %s", (_, rows) => {
    const cols = 9;
    const data = Float32Array.from({ length: rows * cols }, (_, i) => 2 * Math.sin(i * i));
    const labels = Int32Array.from({ length: rows }, (_, i) => (i * i) % cols);
    const weights = Float64Array.from({ length: rows }, (_, i) => i % 3);
    const at = (beta: number) => temperatureSeries(data, rows, cols, labels, beta, weights);
    const { higher, ...moments } = at(0.8);
    const two = temperatureMoments(data, rows, cols, labels, 0.8, weights);
    expect(moments.loss / two.loss).toBeCloseTo(1, 14);
    expect(moments.gradient / two.gradient).toBeCloseTo(1, 12);
    expect(moments.curvature / two.curvature).toBeCloseTo(1, 13);
    const h = 1e-4;
    const [up, down] = [at(0.8 + h), at(0.8 - h)];
    const slopes = [
      [up.curvature, down.curvature],
      [up.higher[0], down.higher[0]],
      [up.higher[1], down.higher[1]],
    ].map(([a, b]) => (a - b) / (2 * h));
    slopes.forEach((slope, k) => {
      expect(Math.abs(slope - higher[k])).toBeLessThan(1e-6);
    });
  });
});
