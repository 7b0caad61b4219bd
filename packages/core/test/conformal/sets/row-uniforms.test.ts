import { expect, it } from "vitest";
import { philox, rowUniforms } from "../../../src/conformal/sets/row-uniforms.ts";

it("philox(words, key) has the known answers of Random123", () => {
  const cases = [
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ];
  for (const [counter, [key0, key1], expected] of cases) {
    const words = Uint32Array.from(counter);
    philox(words, key0, key1);
    expect(Array.from(words)).toEqual(expected);
  }
});

it("rowUniforms(seed, purpose, firstRow, rows) does not depend on where a stream is cut", () => {
  const whole = rowUniforms(2 ** 40 + 3, "prediction", 2 ** 32 - 5, 10);
  const parts = [0, 1, 4, 9].map((from, i, all) =>
    rowUniforms(2 ** 40 + 3, "prediction", 2 ** 32 - 5 + from, (all[i + 1] ?? 10) - from),
  );
  expect(parts.flatMap((part) => Array.from(part))).toEqual(Array.from(whole));
});

it("rowUniforms(seed, purpose, 0, n) fills [0, 1) evenly and differs between purposes and seeds", () => {
  const n = 100_000;
  const u = rowUniforms(1, "calibration", 0, n);
  const other = rowUniforms(1, "prediction", 0, n);
  const third = rowUniforms(2, "calibration", 0, n);
  const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / n;
  // Five standard errors: 0.2887 / √n each, 1/12/√n for products.
  expect(Math.abs(mean(u) - 0.5)).toBeLessThan(5 * 0.000913);
  for (const v of [other, third])
    expect(Math.abs(mean(u.map((a, i) => (a - 0.5) * (v[i] - 0.5))))).toBeLessThan((5 * 0.0834) / Math.sqrt(n));
  expect(u.every((value) => value >= 0 && value < 1)).toBe(true);
});

it("rowUniforms(seed, …) refuses a seed that is no integer", () => {
  expect(() => rowUniforms(-1, "calibration", 0, 1)).toThrow("seed must be an integer in [0, 2^53), got -1");
  expect(() => rowUniforms(0, "calibration", 0.5, 1)).toThrow("firstRow must be an integer in [0, 2^53), got 0.5");
});
