import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { timesTransposedPlain, transposedTimesPlain } from "../../../src/kernels/dense-plain.ts";
import { simdKernels } from "../../../src/kernels/simd/kernels.ts";
import { timesTransposedSimd, transposedTimesSimd } from "../../../src/kernels/simd/products.ts";
import { createRandom } from "../../../src/random/random.ts";

const kernels = simdKernels();
if (kernels === null) throw new Error("these tests need WebAssembly with vectors");

function reals(length: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length }, () => random.uniform() * 2 - 1);
}

/** The largest difference where every term is below 1, per term. */
function largestDifference(a: Float64Array, b: Float64Array, terms: number): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest / terms;
}

function compareTimesTransposed(n: number, k: number, m: number): void {
  const a = reals(n * k, n);
  const b = reals(m * k, m + 100);
  const plain = new Float64Array(n * m).fill(9);
  const vectors = new Float64Array(n * m).fill(9);
  timesTransposedPlain(a, b, plain, n, k, m);
  timesTransposedSimd(kernels!, a, b, vectors, n, k, m);
  expect(largestDifference(plain, vectors, k)).toBeLessThan(4e-16);
}

function compareTransposedTimes(n: number, m: number, k: number): void {
  const a = reals(n * m, n);
  const b = reals(n * k, k + 100);
  const plain = new Float64Array(m * k).fill(9);
  const vectors = new Float64Array(m * k).fill(9);
  transposedTimesPlain(a, b, plain, n, m, k);
  transposedTimesSimd(kernels!, a, b, vectors, n, m, k);
  expect(largestDifference(plain, vectors, n)).toBeLessThan(4e-16);
}

const size = fc.integer({ min: 1, max: 40 });

describe("timesTransposedSimd", () => {
  it("timesTransposedSimd(kernels, a, b, out, n, k, m) agrees with plain loops at every size", () => {
    fc.assert(fc.property(size, size, size, compareTimesTransposed));
  });

  it("timesTransposedSimd(kernels, a, b, out, n, k, m) agrees where rows and columns come in several blocks", () => {
    compareTimesTransposed(1501, 33, 7);
    compareTimesTransposed(9, 5001, 430);
    compareTimesTransposed(2, 1, 5003);
  });

  it("timesTransposedSimd(kernels, a, b, out, n, k, m) reads nothing that earlier calls left behind", () => {
    const out = new Float64Array(1);
    timesTransposedSimd(
      kernels!,
      new Float64Array(900).fill(Infinity),
      reals(900, 1),
      new Float64Array(900),
      30,
      30,
      30,
    );
    timesTransposedSimd(kernels!, Float64Array.of(3), Float64Array.of(5), out, 1, 1, 1);
    expect(out[0]).toBe(15);
  });
});

describe("transposedTimesSimd", () => {
  it("transposedTimesSimd(kernels, a, b, out, n, m, k) agrees with plain loops at every size", () => {
    fc.assert(fc.property(size, size, size, compareTransposedTimes));
  });

  it("transposedTimesSimd(kernels, a, b, out, n, m, k) agrees where rows and columns come in several blocks", () => {
    compareTransposedTimes(5003, 7, 33);
    compareTransposedTimes(19, 430, 5001);
    compareTransposedTimes(1, 5003, 2);
  });

  it("transposedTimesSimd(kernels, a, b, out, n, m, k) keeps infinite entries to their own rows and columns", () => {
    const a = new Float64Array(30).fill(1);
    a[7] = Infinity;
    const out = new Float64Array(25);
    transposedTimesSimd(kernels!, a, new Float64Array(30).fill(1), out, 6, 5, 5);
    out.forEach((value, i) => {
      expect(value).toBe(Math.floor(i / 5) === 2 ? Infinity : 6);
    });
  });
});
