import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/linalg/linalg.json" with { type: "json" };
import { symmetricEigen } from "../../src/linalg/symmetric-eigen.ts";
import { createRandom } from "../../src/random/random.ts";

/** Largest |A·V - V·Λ| and |Vᵀ·V - I|, of every `step`-th column. */
function residuals(a: Float64Array, n: number, step = 1): [number, number] {
  const { values, vectors } = symmetricEigen(a, n);
  let residual = 0;
  let skew = 0;
  for (let j = 0; j < n; j += step)
    for (let i = 0; i < n; i++) {
      let product = -vectors[i * n + j] * values[j];
      let inner = i === j ? -1 : 0;
      for (let k = 0; k < n; k++) {
        product += a[i * n + k] * vectors[k * n + j];
        inner += vectors[k * n + i] * vectors[k * n + j];
      }
      residual = Math.max(residual, Math.abs(product));
      skew = Math.max(skew, Math.abs(inner));
    }
  for (let j = 1; j < n; j++) expect(values[j]).toBeLessThanOrEqual(values[j - 1]);
  return [residual, skew];
}

function symmetric(n: number, entry: (i: number, j: number) => number): Float64Array {
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      a[i * n + j] = entry(i, j);
      a[j * n + i] = a[i * n + j];
    }
  return a;
}

/** B·D·Bᵀ for random B: of rank as many as there are weights. */
function fromWeights(n: number, weights: readonly number[], seed: number): Float64Array {
  const random = createRandom(seed);
  const b = weights.map(() => Float64Array.from({ length: n }, () => random.normal()));
  return symmetric(n, (i, j) => weights.reduce((sum, weight, k) => sum + weight * b[k][i] * b[k][j], 0));
}

describe("symmetricEigen", () => {
  it("symmetricEigen(a, n) gives the largest value first, its vector in the first column, largest component positive", () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, -1, -1, 2), 2);
    expect(Math.abs(values[0] - 3)).toBeLessThan(1e-15);
    expect(Math.abs(values[1] - 1)).toBeLessThan(1e-15);
    [Math.SQRT1_2, Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT1_2].forEach((value, i) => {
      expect(Math.abs(vectors[i] - value)).toBeLessThan(1e-15);
    });
  });

  it("symmetricEigen(a, n) leaves a diagonal matrix exact, in order, and reads the lower triangle only", () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(1, 9, 9, 0, 7, 9, 0, 0, -2), 3);
    expect(values).toEqual(Float64Array.of(7, 1, -2));
    expect(vectors).toEqual(Float64Array.of(0, 1, 0, 1, 0, 0, 0, 0, 1));
    expect(symmetricEigen(Float64Array.of(-4), 1)).toEqual({
      values: Float64Array.of(-4),
      vectors: Float64Array.of(1),
    });
    expect(symmetricEigen(new Float64Array(4), 2).values).toEqual(new Float64Array(2));
  });

  it("symmetricEigen(a, n) agrees with LAPACK to 1e-14 of the largest value", () => {
    for (const { n, a, values } of table.eigen) {
      const ours = symmetricEigen(Float64Array.from(a), n).values;
      const size = Math.max(...values.map(Math.abs));
      values.forEach((value, i) => {
        expect(Math.abs(ours[i] - value)).toBeLessThan(1e-14 * size);
      });
    }
  });

  it("symmetricEigen(a, n) solves A·V = V·Λ with orthogonal V, whatever the rank and the size of the values", () => {
    const shape = fc.record({
      n: fc.integer({ min: 1, max: 24 }),
      weights: fc.array(fc.constantFrom(1, 1, -1, 1e-9, 1e3, 0), { minLength: 0, maxLength: 24 }),
      seed: fc.nat(),
      size: fc.constantFrom(1, 1e-150, 1e150, 1e-290),
    });
    fc.assert(
      fc.property(shape, ({ n, weights, seed, size }) => {
        const a = fromWeights(n, weights, seed).map((value) => value * size);
        const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        const [residual, skew] = residuals(a, n);
        expect(residual).toBeLessThanOrEqual(1e-15 * n * n * largest);
        expect(skew).toBeLessThan(1e-15 * n + 2e-15);
      }),
    );
  });

  it("symmetricEigen(a, n) finds the multiple values of a projection, and the null space of what lacks rank", () => {
    const n = 30;
    const { vectors } = symmetricEigen(
      fromWeights(
        n,
        Array.from({ length: n }, (_, k) => k + 1),
        3,
      ),
      n,
    );
    const projection = symmetric(n, (i, j) => {
      let sum = 0;
      for (let k = 0; k < 12; k++) sum += vectors[i * n + k] * vectors[j * n + k];
      return sum;
    });
    const [residual, skew] = residuals(projection, n);
    expect(residual).toBeLessThan(1e-14);
    expect(skew).toBeLessThan(1e-14);
    symmetricEigen(projection, n).values.forEach((value, j) => {
      expect(Math.abs(value - (j < 12 ? 1 : 0))).toBeLessThan(1e-14);
    });
  });

  it("symmetricEigen(a, n) solves graded, tridiagonal and larger matrices", () => {
    for (const [n, entry] of [
      [20, (i: number, j: number) => 10 ** -(i + j)],
      [20, (i: number, j: number) => 10 ** (i + j - 38)],
      [40, (i: number, j: number) => (i === j ? 2 : i - j === 1 ? -1 : 0)],
      [21, (i: number, j: number) => (i === j ? Math.abs(10 - i) : i - j === 1 ? 1 : 0)],
    ] as const) {
      const [residual, skew] = residuals(symmetric(n, entry), n);
      expect(residual).toBeLessThan(2e-14);
      expect(skew).toBeLessThan(2e-14);
    }
    const random = createRandom(5);
    const a = symmetric(160, () => random.normal());
    const [residual, skew] = residuals(a, 160, 7);
    expect(residual).toBeLessThan(2e-13);
    expect(skew).toBeLessThan(5e-14);
    expect(symmetricEigen(a, 160)).toEqual(symmetricEigen(a, 160));
  });

  it("symmetricEigen(a, n) names what has no eigenvalues", () => {
    expect(() => symmetricEigen(new Float64Array(5), 2)).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
    expect(() => symmetricEigen(new Float64Array(0), 0)).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
    expect(() => symmetricEigen(Float64Array.of(1, 0, Number.NaN, 1), 2)).toThrow(
      expect.objectContaining({
        code: "not-finite",
        index: 1,
        message: "row 1, column 0 of the matrix is NaN",
      }),
    );
    expect(() => symmetricEigen(new Float64Array(4).fill(1.5e308), 2)).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
  });
});
