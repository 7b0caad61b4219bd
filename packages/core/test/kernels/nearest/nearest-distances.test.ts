import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../../fixtures/linalg/linalg.json" with { type: "json" };
import { filterKernel } from "../../../src/kernels/nearest/filter-kernel.ts";
import { frameOf } from "../../../src/kernels/nearest/frame.ts";
import { nearestDistances } from "../../../src/kernels/nearest/nearest-distances.ts";
import { nearestFiltered } from "../../../src/kernels/nearest/nearest-filtered.ts";
import { nearestPlain } from "../../../src/kernels/nearest/nearest-plain.ts";
import { type Matrix, matrix, matrixFromRows } from "../../../src/matrix.ts";
import { createRandom } from "../../../src/random/random.ts";

/** Rows whose values and lengths differ by up to ten to the `spread`, some repeated. */
function rows(count: number, cols: number, seed: number, spread: number, shift: number): Matrix {
  const random = createRandom(seed);
  const data = new Float64Array(count * cols);
  for (let i = 0; i < count; i++) {
    const size = 10 ** (spread * (2 * random.uniform() - 1));
    const repeated = i > 0 && random.uniform() < 0.1 ? random.integer(i) : -1;
    for (let l = 0; l < cols; l++)
      data[i * cols + l] = repeated < 0 ? shift + size * random.normal() : data[repeated * cols + l];
  }
  return matrix(data, count, cols);
}

const kernel = filterKernel();
if (kernel === null) throw new Error("these tests need WebAssembly with vectors");

/** Compares what refuses rows on integers, and `nearestDistances`, with plain loops, to the last bit. */
function compare(queries: Matrix, bank: Matrix, k: number): void {
  const distances = new Float64Array(queries.rows * k);
  const indices = new Int32Array(queries.rows * k);
  nearestPlain(queries, bank, k, distances, indices);
  const nearest = nearestDistances(queries, bank, k);
  expect(nearest.indices).toEqual(indices);
  expect(nearest.distances).toEqual(matrix(distances, queries.rows, k));
  const frame = frameOf(bank, queries);
  if (frame === null) return;
  const ours = new Float64Array(queries.rows * k);
  const rowsOfBank = new Int32Array(queries.rows * k);
  nearestFiltered(kernel!, queries, bank, frame, k, ours, rowsOfBank);
  expect(rowsOfBank).toEqual(indices);
  expect(ours).toEqual(distances);
}

describe("nearestDistances", () => {
  it("nearestDistances(queries, bank, k) gives squared distances, ascending, of equal ones the first row first", () => {
    const bank = matrixFromRows([
      [3, 4],
      [0, 0],
      [-3, 4],
      [0, 0],
    ]);
    const { distances, indices } = nearestDistances(matrixFromRows([[0, 0]]), bank, 4);
    expect(distances).toEqual(matrix(Float64Array.of(0, 0, 25, 25), 1, 4));
    expect(indices).toEqual(Int32Array.of(1, 3, 0, 2));
  });

  it("nearestDistances(queries, bank, k) agrees with scikit-learn's brute force to 1e-14", () => {
    for (const { queries, bank, cols, k, q, b, index, distances } of table.neighbours) {
      const rowsOf = (values: number[], count: number): Matrix => matrix(Float64Array.from(values), count, cols);
      const nearest = nearestDistances(rowsOf(q, queries), rowsOf(b, bank), k);
      expect(nearest.indices).toEqual(Int32Array.from(index));
      nearest.distances.data.forEach((value, i) => {
        expect(Math.abs(value / distances[i] - 1)).toBeLessThan(1e-14);
      });
    }
  });

  it("nearestDistances(queries, bank, k) is empty without queries", () => {
    const { distances, indices } = nearestDistances(matrix(new Float64Array(0), 0, 2), matrixFromRows([[1, 2]]), 1);
    expect(distances).toEqual(matrix(new Float64Array(0), 0, 1));
    expect(indices).toEqual(new Int32Array(0));
  });

  it("nearestDistances(queries, bank, k) equals plain loops to the last bit where it refuses rows on integers", () => {
    const shape = fc.record({
      queries: fc.integer({ min: 1, max: 41 }),
      cols: fc.integer({ min: 1, max: 70 }),
      k: fc.integer({ min: 1, max: 90 }),
      seed: fc.nat(),
      spread: fc.constantFrom(0, 0, 1, 4, 12),
      shift: fc.constantFrom(0, 5, 1e6, -1e12),
    });
    fc.assert(
      fc.property(shape, ({ queries, cols, k, seed, spread, shift }) => {
        const bank = Math.max(k, Math.ceil(300_000 / (queries * cols)) % 3000);
        compare(rows(queries, cols, seed, spread, shift), rows(bank, cols, seed + 1, spread, shift), k);
      }),
      { numRuns: 80 },
    );
  });

  it("nearestDistances(queries, bank, k) equals plain loops for many rows, wide rows, ties and far queries", () => {
    compare(rows(5, 3, 1, 0, 0), rows(70_000, 3, 2, 0, 0), 7);
    compare(rows(3500, 2, 21, 0, 0), rows(4200, 2, 22, 0, 0), 2);
    compare(rows(33, 20, 23, 0, 0), rows(4000, 20, 24, 1, 0), 700);
    compare(rows(3, 4099, 3, 0, 1), rows(300, 4099, 4, 0, 1), 10);
    compare(rows(40, 24, 5, 0, 1e7), rows(2000, 24, 6, 0, 0), 3);
    compare(rows(40, 24, 7, 0, 0), rows(2000, 24, 8, 18, 0), 30);
    const integers = rows(2000, 20, 9, 0, 0);
    const ties = matrix(integers.data.map(Math.round), 2000, 20);
    compare(ties, ties, 25);
  });

  it("nearestDistances(queries, bank, k) keeps a last row that is nearer by a billionth, in clusters of any width", () => {
    const rowsOfBank = 80;
    for (let seed = 0; seed < 2000; seed++) {
      const random = createRandom(seed);
      const cols = 1 + random.integer(6);
      const size = 10 ** (-5 * random.uniform());
      const query = rows(1, cols, seed + 1, 0, 0);
      const bank = rows(rowsOfBank, cols, seed + 2, 0, 0);
      for (const [row, distance] of [
        [0, size],
        [rowsOfBank - 1, size * (1 - 1e-9)],
      ]) {
        const direction = Float64Array.from({ length: cols }, () => random.normal());
        const length = Math.hypot(...direction);
        direction.forEach((value, l) => {
          bank.data[row * cols + l] = query.data[l] + (distance * value) / length;
        });
      }
      const frame = frameOf(bank, query);
      const index = new Int32Array(1);
      nearestFiltered(kernel!, query, bank, frame!, 1, new Float64Array(1), index);
      expect([seed, index]).toEqual([seed, nearestDistances(query, bank, 1).indices]);
    }
  });

  it("nearestDistances(queries, bank, k) finds near-duplicates far from 0 without cancellation", () => {
    const [count, cols] = [600, 16];
    const bank = rows(count, cols, 11, 0, 1000);
    const queries = matrix(
      bank.data.map((value, i) => value + (i % cols === 0 ? 2 ** -30 : 0)),
      count,
      cols,
    );
    const { distances, indices } = nearestDistances(queries, bank, 1);
    for (let i = 0; i < count; i++) {
      expect(distances.data[i]).toBe(2 ** -60);
      expect(bank.data[indices[i] * cols]).toBe(bank.data[i * cols]);
    }
  });

  it("nearestDistances(queries, bank, k) works for tiny, huge and equal values", () => {
    for (const size of [1e-160, 1e-90, 1e90, 1e140]) {
      const unit = rows(300, 40, 12, 0, 0);
      const scaled = matrix(
        unit.data.map((value) => value * size),
        300,
        40,
      );
      compare(scaled, scaled, 4);
    }
    const equal = matrix(new Float64Array(1e5).fill(0.1), 1000, 100);
    compare(matrix(new Float64Array(2000).fill(0.1), 20, 100), equal, 5);
  });

  it("nearestDistances(queries, bank, k) names what cannot be compared", () => {
    const bank = matrixFromRows([
      [1, 2],
      [3, 4],
    ]);
    const refused = (queries: Matrix, other: Matrix, k: number, error: object): void => {
      expect(() => nearestDistances(queries, other, k)).toThrow(expect.objectContaining(error));
    };
    refused(bank, matrix(new Float64Array(0), 0, 2), 1, { code: "empty", message: "the bank has no rows" });
    refused(matrixFromRows([[1, 2, 3]]), bank, 1, {
      code: "shape-mismatch",
      message: "queries: expected 2 columns as in the bank, got 3",
    });
    refused(bank, bank, 3, {
      code: "too-few",
      message: "3 nearest neighbours need a bank of at least 3 rows, got 2",
    });
    refused(bank, bank, 0, { code: "out-of-range", message: "k must be an integer ≥ 1, got 0" });
    refused(bank, bank, 1.5, { code: "out-of-range" });
    refused(
      bank,
      matrixFromRows([
        [1, 2],
        [3, Number.NaN],
      ]),
      1,
      {
        code: "not-finite",
        message: "bank: row 1, column 1 is NaN, not a finite number",
        index: 1,
      },
    );
    refused(matrixFromRows([[Infinity, 2]]), bank, 1, { code: "not-finite", index: 0 });
    refused(matrixFromRows([[1e200, 2]]), bank, 1, { code: "out-of-range", index: 0 });
    refused(matrix(new Float64Array(0), 1, 0), matrix(new Float64Array(0), 1, 0), 1, { code: "empty" });
  });
});
