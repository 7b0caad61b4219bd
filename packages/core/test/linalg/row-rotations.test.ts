import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simdKernels } from "../../src/kernels/simd/kernels.ts";
import { rotationsPlain, rotationsSimd } from "../../src/linalg/row-rotations.ts";
import { createRandom } from "../../src/random/random.ts";
import { normalRows } from "./matrices.ts";

const kernels = simdKernels();
if (kernels === null) throw new Error("these tests need WebAssembly with vectors");

describe("rotationsSimd", () => {
  it("rotationsSimd(kernels, matrix, n) turns rows as plain loops do, to the last bit, at every size", () => {
    const size = fc.integer({ min: 2, max: 70 });
    fc.assert(
      fc.property(size, fc.integer({ min: 0, max: 9 }), fc.nat(), (n, sweeps, seed) => {
        const random = createRandom(seed);
        const plain = normalRows(n, n, seed).data;
        const vectors = plain.slice();
        const [slow, fast] = [rotationsPlain(plain, n), rotationsSimd(kernels!, vectors, n)];
        for (let sweep = 0; sweep < sweeps; sweep++) {
          const l = random.integer(n - 1);
          const m = l + 1 + random.integer(n - l - 1);
          const angles = Float64Array.from({ length: n }, () => 7 * random.uniform());
          for (const rows of [slow, fast]) rows.turn(l, m, angles.map(Math.cos), angles.map(Math.sin));
        }
        for (const rows of [slow, fast]) rows.finish();
        expect(vectors).toEqual(plain);
      }),
    );
  });

  it("rotationsSimd(kernels, matrix, n) turns rows as plain loops do where rotations come in several batches", () => {
    const n = 130;
    const plain = normalRows(n, n, 3).data;
    const vectors = plain.slice();
    const cosines = new Float64Array(n).fill(0.8);
    const sines = new Float64Array(n).fill(0.6);
    for (const rows of [rotationsPlain(plain, n), rotationsSimd(kernels!, vectors, n)]) {
      for (let sweep = 0; sweep < 300; sweep++) rows.turn(0, n - 1, cosines, sines);
      rows.finish();
    }
    expect(vectors).toEqual(plain);
  });
});
