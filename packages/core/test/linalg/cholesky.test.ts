import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cholesky, choleskyInverse, choleskySolve } from "../../src/linalg/cholesky.ts";
import { createRandom } from "../../src/random/random.ts";

function positiveDefinite(n: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const b = Float64Array.from({ length: n * n }, () => random.normal());
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) a[i * n + j] += b[i * n + k] * b[j * n + k];
      if (i === j) a[i * n + j] += 1;
    }
  return a;
}

describe("cholesky", () => {
  it("cholesky(a, n) is the textbook factor", () => {
    const a = Float64Array.of(4, 12, -16, 12, 37, -43, -16, -43, 98);
    expect(cholesky(a, 3)).toEqual(Float64Array.of(2, 0, 0, 6, 1, 0, -8, 5, 3));
  });

  it("cholesky(a, n) gives a back as L times its transpose", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(), (n, seed) => {
        const a = positiveDefinite(n, seed);
        const l = cholesky(a, n);
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) {
            let value = 0;
            for (let k = 0; k < n; k++) value += l[i * n + k] * l[j * n + k];
            expect(Math.abs(value - a[i * n + j])).toBeLessThan(1e-12 * a[i * n + i] + 1e-12 * a[j * n + j]);
          }
      }),
    );
  });

  it("cholesky(a, n) names the pivot that is not positive", () => {
    expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow(
      expect.objectContaining({ code: "incompatible", index: 1 }),
    );
    expect(() => cholesky(Float64Array.of(Number.NaN), 1)).toThrow(expect.objectContaining({ code: "incompatible" }));
    expect(() => cholesky(Float64Array.of(1, 2), 2)).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
  });
});

describe("choleskySolve", () => {
  it("choleskySolve(l, b, n) solves the system and leaves b alone", () => {
    const b = Float64Array.of(1, 2, 3);
    const x = choleskySolve(cholesky(Float64Array.of(4, 12, -16, 12, 37, -43, -16, -43, 98), 3), b, 3);
    expect(b).toEqual(Float64Array.of(1, 2, 3));
    [28.58333333333333, -7.666666666666667, 1.333333333333333].forEach((value, i) => {
      expect(Math.abs(x[i] / value - 1)).toBeLessThan(1e-13);
    });
    expect(() => choleskySolve(Float64Array.of(1), b, 1)).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
  });
});

describe("choleskyInverse", () => {
  it("choleskyInverse(l, n) is symmetric and undoes a", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.nat(), (n, seed) => {
        const a = positiveDefinite(n, seed);
        const inverse = choleskyInverse(cholesky(a, n), n);
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) {
            expect(inverse[i * n + j]).toBe(inverse[j * n + i]);
            let value = 0;
            for (let k = 0; k < n; k++) value += a[i * n + k] * inverse[k * n + j];
            expect(value).toBeCloseTo(i === j ? 1 : 0, 10);
          }
      }),
    );
  });
});
