import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFrame } from "../../../src/kernels/simd/assemble.ts";
import { exponentialCode } from "../../../src/kernels/simd/exponential-code.ts";
import { f64x2, i32, v128 } from "../../../src/kernels/simd/instructions.ts";
import { runnable } from "./run-module.ts";

const frame = createFrame();
const factor = frame.parameter("f64");
const exponential = exponentialCode(frame);
const scaled = f64x2.multiply(v128.load(0, i32.constant(0)), f64x2.splat(factor.get));
const { run, memory } = runnable({
  name: "powers",
  frame,
  body: [...exponential.prepare, ...v128.store(16, i32.constant(0), exponential.apply(scaled))],
});
const doubles = new Float64Array(memory, 0, 4);

function powers(a: number, b: number, times = 1): [number, number] {
  doubles[0] = a;
  doubles[1] = b;
  run(times);
  return [doubles[2], doubles[3]];
}

describe("exponentialCode", () => {
  it("exponentialCode(frame) gives whole powers of two exactly", () => {
    for (let n = -1022; n <= 1022; n++) expect(powers(n, -n)).toEqual([2 ** n, 2 ** -n]);
  });

  it("exponentialCode(frame) is 2^x within one unit of the last place plus that of the peer", () => {
    fc.assert(
      fc.property(fc.double({ min: -1022, max: 1023, noNaN: true }), (x) => {
        const [first, second] = powers(x, x / 16);
        expect(Math.abs(first / 2 ** x - 1)).toBeLessThan(4.5e-16);
        expect(Math.abs(second / 2 ** (x / 16) - 1)).toBeLessThan(4.5e-16);
      }),
      { numRuns: 5000 },
    );
  });

  it("exponentialCode(frame) is exp(x) where x is scaled, within the rounding of the scaled x", () => {
    for (let x = -708; x <= 709; x += 0.0937) {
      const [value] = powers(x, 0, Math.LOG2E);
      expect(Math.abs(value / Math.exp(x) - 1)).toBeLessThan((4 + 2 * Math.abs(x)) * 2 ** -53);
    }
  });

  it("exponentialCode(frame) does not trap beyond its range", () => {
    expect(() => powers(-Infinity, Number.NaN)).not.toThrow();
    expect(() => powers(1e308, Infinity)).not.toThrow();
  });
});
