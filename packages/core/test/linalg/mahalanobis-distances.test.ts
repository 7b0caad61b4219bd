import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/linalg/linalg.json" with { type: "json" };
import { cholesky } from "../../src/linalg/cholesky.ts";
import { mahalanobisDistances } from "../../src/linalg/mahalanobis-distances.ts";
import { mahalanobisPlain } from "../../src/linalg/mahalanobis-plain.ts";
import { shrunkenCovariance } from "../../src/linalg/shrunken-covariance.ts";
import { type Matrix, matrix, matrixFromRows } from "../../src/matrix.ts";
import { normalRows } from "./matrices.ts";

function factorOf(rows: Matrix): Float64Array {
  const mean = matrix(new Float64Array(rows.cols), 1, rows.cols);
  return cholesky(shrunkenCovariance(rows, mean, new Int32Array(rows.rows)).covariance, rows.cols);
}

/** The largest relative difference from one triangular system per row and mean. */
function differenceFromPlain(rows: Matrix, means: Matrix, factor: Float64Array): number {
  const plain = new Float64Array(rows.rows * means.rows);
  mahalanobisPlain(rows, means, factor, plain);
  let largest = 0;
  mahalanobisDistances(rows, means, factor).data.forEach((value, i) => {
    largest = Math.max(largest, Math.abs(value - plain[i]) / plain[i]);
  });
  return largest;
}

describe("mahalanobisDistances", () => {
  it("mahalanobisDistances(rows, means, factor) is the squared Euclidean distance for the unit matrix", () => {
    const rows = matrixFromRows([
      [3, 4],
      [0, 0],
    ]);
    const means = matrixFromRows([
      [0, 0],
      [3, 0],
      [3, 4],
    ]);
    expect(mahalanobisDistances(rows, means, Float64Array.of(1, 0, 0, 1))).toEqual(
      matrix(Float64Array.of(25, 16, 0, 0, 9, 25), 2, 3),
    );
    expect(mahalanobisDistances(rows, means, Float64Array.of(2, 99, 0, 4)).data[0]).toBe(2.25 + 1);
  });

  it("mahalanobisDistances(rows, means, factor) agrees with NumPy's inverse to 1e-10", () => {
    for (const fit of table.covariances) {
      const queries = matrix(Float64Array.from(fit.queries), 3, fit.cols);
      const means = matrix(Float64Array.from(fit.means), fit.groups, fit.cols);
      const factor = cholesky(Float64Array.from(fit.covariance), fit.cols);
      mahalanobisDistances(queries, means, factor).data.forEach((value, i) => {
        expect(Math.abs(value / fit.distances[i] - 1)).toBeLessThan(1e-10);
      });
    }
  });

  it("mahalanobisDistances(rows, means, factor) agrees with plain loops where it uses vectors", () => {
    const shape = fc.record({
      rows: fc.integer({ min: 1, max: 90 }),
      cols: fc.integer({ min: 1, max: 50 }),
      means: fc.integer({ min: 1, max: 20 }),
      seed: fc.nat(),
      shift: fc.constantFrom(0, 1000),
    });
    fc.assert(
      fc.property(shape, ({ rows, cols, means, seed, shift }) => {
        const factor = factorOf(normalRows(cols + 5, cols, seed));
        const queries = normalRows(rows, cols, seed + 1, 1, shift);
        expect(differenceFromPlain(queries, normalRows(means, cols, seed + 2, 1, shift), factor)).toBeLessThan(1e-12);
      }),
    );
  });

  it("mahalanobisDistances(rows, means, factor) agrees with plain loops for several blocks of rows and of means", () => {
    const factor = factorOf(normalRows(200, 37, 1));
    expect(differenceFromPlain(normalRows(1500, 37, 2), normalRows(3, 37, 3), factor)).toBeLessThan(1e-12);
    expect(differenceFromPlain(normalRows(9, 37, 2), normalRows(600, 37, 3), factor)).toBeLessThan(1e-12);
    const wide = new Float64Array(600 * 600);
    for (let i = 0; i < 600; i++) wide[i * 601] = 1 + i / 600;
    expect(differenceFromPlain(normalRows(40, 600, 4), normalRows(40, 600, 5), wide)).toBeLessThan(1e-12);
  });

  it("mahalanobisDistances(rows, means, factor) is exact for rows at their mean, and near it", () => {
    const [count, cols] = [300, 24];
    const means = normalRows(2, cols, 7, 1, 100);
    const rows = matrix(
      Float64Array.from({ length: count * cols }, (_, at) => {
        const value = means.data[(Math.floor(at / cols) % 2) * cols + (at % cols)];
        return at % cols === 0 ? value + 2 ** -20 : value;
      }),
      count,
      cols,
    );
    const unit = new Float64Array(cols * cols);
    for (let i = 0; i < cols; i++) unit[i * (cols + 1)] = 1;
    const { data } = mahalanobisDistances(rows, means, unit);
    for (let i = 0; i < count; i++) {
      expect(Math.abs(data[2 * i + (i % 2)] / 2 ** -40 - 1)).toBeLessThan(1e-7);
      expect(data[2 * i]).toBeGreaterThanOrEqual(0);
    }
    expect(mahalanobisDistances(means, means, unit).data[0]).toBe(0);
  });

  it("mahalanobisDistances(rows, means, factor) names what it cannot measure", () => {
    const rows = matrixFromRows([[1, 2]]);
    const unit = Float64Array.of(1, 0, 0, 1);
    const refused = (some: Matrix, means: Matrix, factor: Float64Array, error: object): void => {
      expect(() => mahalanobisDistances(some, means, factor)).toThrow(expect.objectContaining(error));
    };
    refused(rows, matrixFromRows([[1, 2, 3]]), unit, { code: "shape-mismatch" });
    refused(rows, matrix(new Float64Array(0), 0, 2), unit, { code: "empty" });
    refused(rows, rows, Float64Array.of(1), {
      code: "shape-mismatch",
      message: "a factor for 2 columns needs 4 values, got 1",
    });
    refused(rows, rows, Float64Array.of(1, 0, 0, 0), { code: "incompatible", index: 1 });
    refused(rows, rows, Float64Array.of(1, 0, Number.NaN, 1), { code: "not-finite", index: 1 });
    refused(matrixFromRows([[1, Number.NaN]]), rows, unit, { code: "not-finite", index: 0 });
    refused(matrixFromRows([[1, 1e200]]), rows, unit, { code: "out-of-range", index: 0 });
    expect(mahalanobisDistances(matrix(new Float64Array(0), 0, 2), rows, unit).data).toEqual(new Float64Array(0));
  });
});
