import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { timesTransposed, transposedTimes } from "../../src/kernels/dense.ts";
import { timesTransposedPlain, transposedTimesPlain } from "../../src/kernels/dense-plain.ts";
import { createRandom } from "../../src/random/random.ts";

const size = fc.integer({ min: 0, max: 13 });

function reals(length: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length }, () => random.uniform() * 2 - 1);
}

/** Σ over l of f(l), and the sum of the absolute terms, which bounds what rounding may do. */
function plainSum(terms: number, term: (l: number) => number): [number, number] {
  let sum = 0;
  let size = 0;
  for (let l = 0; l < terms; l++) {
    sum += term(l);
    size += Math.abs(term(l));
  }
  return [sum, size];
}

describe("timesTransposed", () => {
  it("timesTransposed(a, b, out, n, k, m) is a·bᵀ by hand", () => {
    const out = new Float64Array(4).fill(9);
    timesTransposed(Float64Array.of(1, 2, 3, 4, 5, 6), Float64Array.of(1, 0, 1, 0, 2, 0), out, 2, 3, 2);
    expect(out).toEqual(Float64Array.of(4, 4, 10, 10));
  });

  it("timesTransposed(a, b, out, n, k, m) is 0 without columns and nothing without rows", () => {
    const out = new Float64Array(6).fill(9);
    timesTransposed(new Float64Array(0), new Float64Array(0), out, 2, 0, 3);
    expect(out).toEqual(new Float64Array(6));
    timesTransposed(new Float64Array(0), new Float64Array(3), new Float64Array(0), 0, 3, 1);
  });

  it("timesTransposed(a, b, out, n, k, m) is the sum of products at every size", () => {
    fc.assert(
      fc.property(size, size, size, fc.integer({ min: 0, max: 1000 }), (n, k, m, seed) => {
        const a = reals(n * k, seed);
        const b = reals(m * k, seed + 1);
        const out = new Float64Array(n * m).fill(9);
        timesTransposed(a, b, out, n, k, m);
        for (let i = 0; i < n; i++)
          for (let j = 0; j < m; j++) {
            const [sum, scale] = plainSum(k, (l) => a[i * k + l] * b[j * k + l]);
            expect(Math.abs(out[i * m + j] - sum)).toBeLessThanOrEqual(1e-14 * scale);
          }
      }),
    );
  });
});

describe("timesTransposed and transposedTimes", () => {
  it("timesTransposed(a, b, out, n, k, m) and transposedTimes(a, b, out, n, m, k) agree with plain loops where large", () => {
    const [n, k, m] = [203, 31, 17];
    const a = reals(n * k, 1);
    const b = reals(m * k, 2);
    const [out, plain] = [new Float64Array(n * m), new Float64Array(n * m)];
    timesTransposed(a, b, out, n, k, m);
    timesTransposedPlain(a, b, plain, n, k, m);
    out.forEach((value, i) => {
      expect(Math.abs(value - plain[i])).toBeLessThan(1e-14);
    });
    const [back, plainBack] = [new Float64Array(m * k), new Float64Array(m * k)];
    transposedTimes(out, a, back, n, m, k);
    transposedTimesPlain(out, a, plainBack, n, m, k);
    back.forEach((value, i) => {
      expect(Math.abs(value - plainBack[i])).toBeLessThan(1e-12);
    });
  });
});

describe("transposedTimes", () => {
  it("transposedTimes(a, b, out, n, m, k) is aᵀ·b by hand", () => {
    const out = new Float64Array(6).fill(9);
    transposedTimes(Float64Array.of(1, 2, 3, 4), Float64Array.of(1, 0, 2, 0, 1, 1), out, 2, 2, 3);
    expect(out).toEqual(Float64Array.of(1, 3, 5, 2, 4, 8));
  });

  it("transposedTimes(a, b, out, n, m, k) is 0 without rows", () => {
    const out = new Float64Array(6).fill(9);
    transposedTimes(new Float64Array(0), new Float64Array(0), out, 0, 2, 3);
    expect(out).toEqual(new Float64Array(6));
  });

  it("transposedTimes(a, b, out, n, m, k) is the sum of products at every size", () => {
    fc.assert(
      fc.property(size, size, size, fc.integer({ min: 0, max: 1000 }), (n, m, k, seed) => {
        const a = reals(n * m, seed);
        const b = reals(n * k, seed + 1);
        const out = new Float64Array(m * k).fill(9);
        transposedTimes(a, b, out, n, m, k);
        for (let i = 0; i < m; i++)
          for (let j = 0; j < k; j++) {
            const [sum, scale] = plainSum(n, (l) => a[l * m + i] * b[l * k + j]);
            expect(Math.abs(out[i * k + j] - sum)).toBeLessThanOrEqual(1e-14 * scale);
          }
      }),
    );
  });
});
