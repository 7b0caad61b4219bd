import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/linalg/linalg.json" with { type: "json" };
import { cholesky } from "../../src/linalg/cholesky.ts";
import { type ShrunkenCovariance, shrunkenCovariance } from "../../src/linalg/shrunken-covariance.ts";
import { type Matrix, matrix, matrixFromRows } from "../../src/matrix.ts";
import { groupMeans, largestDifference, normalRows } from "./matrices.ts";

function ofOneGroup(rows: Matrix, shrinkage: number | "ledoit-wolf" = "ledoit-wolf"): ShrunkenCovariance {
  const groupOf = new Int32Array(rows.rows);
  return shrunkenCovariance(rows, groupMeans(rows, groupOf, 1), groupOf, { shrinkage });
}

const square = matrixFromRows([
  [1, 0],
  [-1, 0],
  [0, 2],
  [0, -2],
]);

describe("shrunkenCovariance", () => {
  it("shrunkenCovariance(rows, means, meanOf) divides by the rows and moves a share towards equal variances", () => {
    expect(ofOneGroup(square, 0)).toEqual({ covariance: Float64Array.of(0.5, 0, 0, 2), shrinkage: 0, rank: 2 });
    expect(ofOneGroup(square, 0.5).covariance).toEqual(Float64Array.of(0.875, 0, 0, 1.625));
    expect(ofOneGroup(square, 1).covariance).toEqual(Float64Array.of(1.25, 0, 0, 1.25));
  });

  it("shrunkenCovariance(rows, means, meanOf) pools the rows of all groups about their own means", () => {
    const rows = matrixFromRows([
      [1, 100],
      [-1, 100],
      [50, 2],
      [50, -2],
    ]);
    const means = matrixFromRows([
      [0, 100],
      [50, 0],
    ]);
    const { covariance } = shrunkenCovariance(rows, means, Int32Array.of(0, 0, 1, 1), { shrinkage: 0 });
    expect(covariance).toEqual(Float64Array.of(0.5, 0, 0, 2));
  });

  it("shrunkenCovariance(rows, means, meanOf) agrees with scikit-learn's LedoitWolf to 1e-10, and on the rank", () => {
    for (const fit of table.covariances) {
      const rows = matrix(Float64Array.from(fit.x), fit.rows, fit.cols);
      const means = matrix(Float64Array.from(fit.means), fit.groups, fit.cols);
      const ours = shrunkenCovariance(rows, means, Int32Array.from(fit.group));
      expect(Math.abs(ours.shrinkage / fit.shrinkage - 1)).toBeLessThan(1e-10);
      const size = Math.max(...fit.covariance.map(Math.abs));
      expect(largestDifference(ours.covariance, fit.covariance)).toBeLessThan(1e-10 * size);
      expect(ours.rank).toBe(fit.rank);
      expect(ours.note !== undefined).toBe(fit.rank < fit.cols);
    }
  });

  it("shrunkenCovariance(rows, means, meanOf) can always be factorised, and scales with the rows", () => {
    const shape = fc.record({
      rows: fc.integer({ min: 2, max: 30 }),
      cols: fc.integer({ min: 1, max: 20 }),
      repeated: fc.integer({ min: 0, max: 5 }),
      seed: fc.nat(),
      size: fc.constantFrom(1, 1e-6, 1e6),
      shift: fc.constantFrom(0, 0.1, 1e3),
      shrinkage: fc.constantFrom("ledoit-wolf" as const, 0, 1e-9, 0.3, 1),
    });
    fc.assert(
      fc.property(shape, ({ rows, cols, repeated, seed, size, shift, shrinkage }) => {
        const some = normalRows(rows, cols, seed, size, shift);
        const width = cols + repeated;
        const data = Float64Array.from({ length: rows * width }, (_, at) => {
          const j = at % width;
          return j < cols
            ? some.data[Math.floor(at / width) * cols + j]
            : j % 2 === 0
              ? 0.1
              : some.data[Math.floor(at / width) * cols];
        });
        const { covariance, rank, shrinkage: used, note } = ofOneGroup(matrix(data, rows, width), shrinkage);
        cholesky(covariance, width);
        expect(rank).toBe(Math.min(rows - 1, cols));
        expect(note !== undefined).toBe(rank < width);
        if (rank < width) expect(used).toBeGreaterThanOrEqual(1e-6);
        else if (shrinkage !== "ledoit-wolf") expect(used).toBe(shrinkage);
        const doubled = ofOneGroup(
          matrix(
            data.map((value) => 4 * value),
            rows,
            width,
          ),
          shrinkage,
        );
        expect(doubled.covariance).toEqual(covariance.map((value) => 16 * value));
      }),
    );
  });

  it("shrunkenCovariance(rows, means, meanOf) says what it did about a singular covariance", () => {
    const wide = normalRows(6, 9, 4);
    expect(ofOneGroup(wide).note).toMatch(
      /^The 6 rows vary in 5 of 9 directions, so their covariance is singular; it was shrunk by 0\.\d+ towards equal variances\.$/,
    );
    expect(ofOneGroup(wide, 0)).toMatchObject({
      shrinkage: 1e-6,
      rank: 5,
      note:
        "The 6 rows vary in 5 of 9 directions, so their covariance is singular; " +
        "it was shrunk by the least share that can be inverted, 0.000001, instead of 0.",
    });
    const opposite = ofOneGroup(
      matrixFromRows([
        [1, 1],
        [-1, -1],
      ]),
    );
    expect(opposite).toMatchObject({ shrinkage: 1e-6, rank: 1 });
  });

  it("shrunkenCovariance(rows, means, meanOf) works on values whose fourth powers leave the range of a double", () => {
    for (const size of [1e-140, 1e120]) {
      const { covariance, shrinkage } = ofOneGroup(normalRows(30, 4, 2, size));
      const plain = ofOneGroup(normalRows(30, 4, 2));
      expect(Math.abs(shrinkage / plain.shrinkage - 1)).toBeLessThan(1e-13);
      expect(Math.abs(covariance[0] / size / size / plain.covariance[0] - 1)).toBeLessThan(1e-13);
    }
  });

  it("shrunkenCovariance(rows, means, meanOf) refuses what has no spread, and names what does not fit", () => {
    const constant = matrix(new Float64Array(30).fill(0.1), 10, 3);
    expect(() => ofOneGroup(constant)).toThrow(
      expect.objectContaining({
        code: "incompatible",
        message: "all 3 columns are constant: there is no spread to measure distances by",
      }),
    );
    const two = matrixFromRows([[1], [5]]);
    expect(() => shrunkenCovariance(two, two, Int32Array.of(0, 1))).toThrow(
      expect.objectContaining({
        code: "incompatible",
        message: expect.stringContaining("constant within their groups"),
      }),
    );
    const refused = (rows: Matrix, means: Matrix, groups: number[], error: object, shrinkage = 0): void => {
      expect(() => shrunkenCovariance(rows, means, Int32Array.from(groups), { shrinkage })).toThrow(
        expect.objectContaining(error),
      );
    };
    const mean = matrixFromRows([[0, 0]]);
    refused(matrix(new Float64Array(0), 0, 2), mean, [], { code: "empty" });
    refused(square, matrixFromRows([[0]]), [0, 0, 0, 0], {
      code: "shape-mismatch",
      message: "rows: expected 1 columns as in means, got 2",
    });
    refused(square, mean, [0, 0], { code: "shape-mismatch", message: "there are 4 rows but groups for 2" });
    refused(square, mean, [0, 0, 1, 0], { code: "out-of-range", index: 2 });
    refused(square, mean, [0, 0, 0, 0], { code: "out-of-range" }, 1.5);
    refused(square, mean, [0, 0, 0, 0], { code: "out-of-range" }, Number.NaN);
    refused(square, matrixFromRows([[0, Infinity]]), [0, 0, 0, 0], { code: "not-finite", index: 0 });
  });
});
