import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Powers, temperatureFields } from "../../../src/kernels/row-fields.ts";
import { simdKernels } from "../../../src/kernels/simd/kernels.ts";
import { SMALLEST_BETA } from "../../../src/kernels/simd/softmax-code.ts";
import { residualRowsSimd, summaryRowsSimd, temperatureRowsSimd } from "../../../src/kernels/simd/softmax-rows.ts";
import { residualRowsPlain, summaryRowsPlain, temperatureRowsPlain } from "../../../src/kernels/softmax-rows-plain.ts";
import { createRandom } from "../../../src/random/random.ts";

const kernels = simdKernels();
if (kernels === null) throw new Error("these tests need WebAssembly with vectors");

/** Logits spread over ±scale, every seventh the same as the one before. */
function logits(rows: number, cols: number, scale: number): Float64Array {
  const random = createRandom(rows * 1000 + cols);
  const data = Float64Array.from({ length: rows * cols }, () => scale * (2 * random.uniform() - 1));
  for (let i = 7; i < data.length; i += 7) data[i] = data[i - 1];
  return data;
}

type Rows = typeof temperatureRowsPlain;

/** All fields of all rows. */
function fieldsOf(
  run: Rows,
  data: Float64Array | Float32Array,
  rows: number,
  cols: number,
  beta: number,
  powers: Powers = 5,
): Float64Array {
  const width = temperatureFields(powers);
  const all = new Float64Array(rows * width);
  run(data, rows, cols, beta, powers, (start, count, fields) => {
    all.set(fields.subarray(0, count * width), start * width);
  });
  return all;
}

/** Agreement up to the rounding of beta · distance, which is at most `size`. */
function expectClose(found: Float64Array, expected: Float64Array, cols: number, size: number): void {
  const tolerance = (8 + cols + 2 * Math.min(size, 745)) * 2 ** -53;
  found.forEach((value, i) => {
    expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(tolerance * Math.abs(expected[i]) + 1e-270);
  });
}

const withVectors: Rows = (data, rows, cols, beta, powers, read) => {
  temperatureRowsSimd(kernels!, data, rows, cols, beta, powers, read);
};

const cols = fc.integer({ min: 4, max: 33 });
const rows = fc.integer({ min: 1, max: 9 });
const betas = fc.double({ min: 1e-3, max: 3, noNaN: true });
const powers = fc.constantFrom<Powers>(2, 5);

describe("temperatureRowsSimd", () => {
  it("temperatureRowsSimd(kernels, float64, …) agrees with plain loops", () => {
    fc.assert(
      fc.property(rows, cols, betas, powers, (n, k, beta, power) => {
        for (const scale of [1, 30, 1e3, 1e50]) {
          const data = logits(n, k, scale);
          const expected = fieldsOf(temperatureRowsPlain, data, n, k, beta, power);
          expectClose(fieldsOf(withVectors, data, n, k, beta, power), expected, k, 2 * scale * beta);
        }
      }),
    );
  });

  it("temperatureRowsSimd(kernels, float32, …) agrees with plain loops", () => {
    fc.assert(
      fc.property(rows, cols, betas, powers, (n, k, beta, power) => {
        for (const scale of [1, 30, 1e3]) {
          const data = Float32Array.from(logits(n, k, scale));
          const expected = fieldsOf(temperatureRowsPlain, data, n, k, beta, power);
          expectClose(fieldsOf(withVectors, data, n, k, beta, power), expected, k, 2 * scale * beta);
        }
      }),
    );
  });

  it("temperatureRowsSimd(kernels, data, …) goes through many blocks and rows longer than a block", () => {
    for (const [n, k] of [
      [12_001, 11],
      [3, 70_001],
    ]) {
      const data = logits(n, k, 5);
      expectClose(fieldsOf(withVectors, data, n, k, 0.7), fieldsOf(temperatureRowsPlain, data, n, k, 0.7), k, 7);
    }
  });

  it("temperatureRowsSimd(kernels, data, …) counts next to no share for -Infinity and one of 1 for every largest", () => {
    const data = Float64Array.of(-Infinity, 2, 2, -1e308, 2);
    const [top, rest, ...sums] = fieldsOf(withVectors, data, 1, 5, 1);
    expect([top, rest]).toEqual([2, 2]);
    for (const sum of sums) expect(Math.abs(sum)).toBeLessThan(1e-290);
  });

  it("temperatureRowsSimd(kernels, data, …) takes the smallest beta that it may get", () => {
    const data = logits(5, 7, 1);
    const expected = fieldsOf(temperatureRowsPlain, data, 5, 7, SMALLEST_BETA, 2);
    expectClose(fieldsOf(withVectors, data, 5, 7, SMALLEST_BETA, 2), expected, 7, 1);
  });

  it("temperatureRowsSimd(kernels, data, …) finds the largest wherever it is, and leaves the data alone", () => {
    for (const Type of [Float64Array, Float32Array])
      for (let k = 4; k <= 37; k++)
        for (let at = 0; at < k; at++) {
          const data = Type.from(
            Array.from({ length: 2 * k }, (_, j) => (j % k === at ? 3 : -Math.abs((j % k) - at) / k)),
          );
          const before = data.slice();
          const expected = fieldsOf(temperatureRowsPlain, data, 2, k, 1, 2);
          expectClose(fieldsOf(withVectors, data, 2, k, 1, 2), expected, k, 4);
          expect(data).toEqual(before);
        }
  });
});

describe("summaryRowsSimd", () => {
  it("summaryRowsSimd(kernels, data, …) agrees with plain loops, float64 and float32", () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 33 }), (n, k) => {
        for (const data of [logits(n, k, 9), Float32Array.from(logits(n, k, 9))]) {
          const [plain, vectors] = [new Float64Array(3 * n), new Float64Array(3 * n)];
          summaryRowsPlain(data, n, k, (start, count, fields) => {
            plain.set(fields.subarray(0, 3 * count), 3 * start);
          });
          summaryRowsSimd(kernels!, data, n, k, (start, count, fields) => {
            vectors.set(fields.subarray(0, 3 * count), 3 * start);
          });
          for (let i = 0; i < 3 * n; i++)
            if (i % 3 < 2) expect(vectors[i]).toBe(plain[i]);
            else expect(Math.abs(vectors[i] - plain[i])).toBeLessThan(9 * k * 2 ** -50);
        }
      }),
    );
  });

  it("summaryRowsSimd(kernels, data, …) has a sum that is not finite wherever an entry is not", () => {
    for (const bad of [Number.NaN, Infinity, -Infinity])
      for (let at = 0; at < 7; at++) {
        const data = new Float64Array(7).fill(1);
        data[at] = bad;
        summaryRowsSimd(kernels!, data, 1, 7, (_, __, fields) => {
          expect(Number.isFinite(fields[2])).toBe(false);
        });
      }
  });
});

describe("residualRowsSimd", () => {
  it("residualRowsSimd(kernels, scores, …) agrees with plain loops", () => {
    fc.assert(
      fc.property(rows, cols, fc.constantFrom(1, 30, 1e3), (n, k, scale) => {
        const random = createRandom(n + k);
        const weights = Float64Array.from({ length: n }, (_, i) => (i === 1 ? 0 : random.uniform()));
        const labels = Int32Array.from({ length: n }, () => Math.floor(random.uniform() * k));
        const plain = logits(n, k, scale);
        const vectors = plain.slice();
        const losses = [new Float64Array(n), new Float64Array(n)];
        residualRowsPlain(plain, n, k, labels, weights, (start, count, found) => {
          losses[0].set(found.subarray(0, count), start);
        });
        residualRowsSimd(kernels!, vectors, n, k, labels, weights, (start, count, found) => {
          losses[1].set(found.subarray(0, count), start);
        });
        expectClose(losses[1], losses[0], k, 2 * scale);
        vectors.forEach((value, i) => {
          expect(Math.abs(value - plain[i])).toBeLessThan(1e-15);
        });
      }),
    );
  });

  it("residualRowsSimd(kernels, scores, …) goes through many blocks", () => {
    const n = 6007;
    const k = 13;
    const labels = Int32Array.from({ length: n }, (_, i) => i % k);
    const plain = logits(n, k, 4);
    const vectors = plain.slice();
    const nothing = () => {};
    residualRowsPlain(plain, n, k, labels, undefined, nothing);
    residualRowsSimd(kernels!, vectors, n, k, labels, undefined, nothing);
    let largest = 0;
    for (let i = 0; i < plain.length; i++) largest = Math.max(largest, Math.abs(plain[i] - vectors[i]));
    expect(largest).toBeLessThan(1e-15);
  });
});
