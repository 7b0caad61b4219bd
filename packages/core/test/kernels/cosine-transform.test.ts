import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cosineForward, cosineInverse, cosinePlan, fourierTransform } from "../../src/kernels/cosine-transform.ts";

const sizes = [2, 4, 8, 64, 256];

function values(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, j) => Math.sin(j * j + 1) + 0.1 * j);
}

describe("cosine transform", () => {
  it("cosineForward(values, plan) is the sum of its definition", () => {
    for (const size of sizes) {
      const x = values(size);
      const out = cosineForward(x, cosinePlan(size));
      for (let k = 0; k < size; k++) {
        let expected = 0;
        for (let j = 0; j < size; j++) expected += x[j] * Math.cos((Math.PI * k * (j + 0.5)) / size);
        expect(Math.abs(out[k] - expected)).toBeLessThan(1e-13 * size * size);
      }
    }
  });

  it("cosineInverse(coefficients, plan) is the cosine series at the midpoints, also for few coefficients", () => {
    for (const size of sizes)
      for (const count of [1, 2, size / 2, size]) {
        const c = values(size).subarray(0, count);
        const out = cosineInverse(c, cosinePlan(size));
        for (let j = 0; j < size; j++) {
          let expected = c[0];
          for (let k = 1; k < count; k++) expected += 2 * c[k] * Math.cos((Math.PI * k * (j + 0.5)) / size);
          expect(Math.abs(out[j] - expected)).toBeLessThan(1e-13 * size * size);
        }
      }
  });

  it("cosineInverse(cosineForward(values)) is size times the values", () => {
    const plan = cosinePlan(128);
    fc.assert(
      fc.property(fc.float64Array({ minLength: 128, maxLength: 128, min: -1, max: 1, noNaN: true }), (x) => {
        const back = cosineInverse(cosineForward(x, plan), plan);
        for (let j = 0; j < 128; j++) expect(Math.abs(back[j] / 128 - x[j])).toBeLessThan(1e-14);
      }),
    );
  });

  it("cosineForward(values, plan) leaves the values as they were and may write over them when told to", () => {
    const x = values(64);
    const copy = x.slice();
    const plan = cosinePlan(64);
    const out = cosineForward(x, plan);
    expect(x).toEqual(copy);
    expect(cosineForward(x, plan, x)).toEqual(out);
  });

  it("fourierTransform(re, im, plan) is the discrete Fourier transform", () => {
    const size = 16;
    const re = values(size);
    const im = values(size).reverse();
    const [a, b] = [re.slice(), im.slice()];
    fourierTransform(a, b, cosinePlan(size));
    for (let k = 0; k < size; k++) {
      let x = 0;
      let y = 0;
      for (let j = 0; j < size; j++) {
        const angle = (-2 * Math.PI * j * k) / size;
        x += re[j] * Math.cos(angle) - im[j] * Math.sin(angle);
        y += re[j] * Math.sin(angle) + im[j] * Math.cos(angle);
      }
      expect(Math.abs(a[k] - x)).toBeLessThan(1e-12);
      expect(Math.abs(b[k] - y)).toBeLessThan(1e-12);
    }
  });

  it("cosinePlan(size) refuses a size that is not a power of two", () => {
    for (const size of [0, 1, 3, 100, 2 ** 25, Number.NaN])
      expect(() => cosinePlan(size)).toThrow(expect.objectContaining({ code: "out-of-range" }));
    expect(() => cosineInverse(new Float64Array(5), cosinePlan(4))).toThrow(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
  });
});
