import fc from "fast-check";
import { describe, expect, it } from "vitest";
import oracle from "../../../../fixtures/smooth/lowess.json" with { type: "json" };
import { lineValue, lowess } from "../../src/kernels/lowess.ts";

/** Pools sorted rows of equal x. */
function pool(x: readonly number[], y: readonly number[]): [Float64Array, Float64Array, Float64Array] {
  const levels = [...new Set(x)];
  const counts = levels.map((level) => x.filter((value) => value === level).length);
  const means = levels.map(
    (level, k) => y.reduce((sum, value, i) => sum + (x[i] === level ? value : 0), 0) / counts[k],
  );
  return [Float64Array.from(levels), Float64Array.from(means), Float64Array.from(counts)];
}

describe("lowess", () => {
  it("lowess(x, y, weights) is the curve of R's rules row by row, ties pooled", () => {
    for (const { name, probabilities, outcomes, fit } of oracle) {
      const [levels, means, counts] = pool(probabilities, outcomes);
      const reach = Math.floor((2 / 3) * probabilities.length + 1e-7);
      const { values } = lowess(levels, means, counts, { reach });
      levels.forEach((level, k) => {
        expect(Math.abs(values[k] - fit[probabilities.indexOf(level)]), `${name} at ${level}`).toBeLessThan(1e-12);
      });
    }
  });

  it("lowess(x, y, weights) leaves straight lines as they are", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 60 }),
        fc.double({ min: 0.2, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        (count, span, delta) => {
          const x = Float64Array.from({ length: count }, (_, i) => (i + 0.3 * Math.sin(i)) / count);
          const y = x.map((value) => 0.25 + 0.5 * value);
          const { values } = lowess(x, y, new Float64Array(count).fill(1), { span, delta });
          values.forEach((value, k) => {
            expect(value).toBeCloseTo(y[k], 12);
          });
        },
      ),
      { numRuns: 50 },
    );
  });

  it("lowess(x, y, weights) returns lines that give the curve for any y", () => {
    const x = Float64Array.from({ length: 50 }, (_, i) => i / 50);
    const y = x.map((value) => Math.sin(5 * value));
    const { values, lines } = lowess(x, y, new Float64Array(50).fill(2), { delta: 0.1 });
    expect(lines.length).toBeLessThan(20);
    expect(lines[0].at).toBe(0);
    expect(lines[lines.length - 1].at).toBe(49);
    for (const line of lines) {
      expect(lineValue(line, y)).toBe(values[line.at]);
      expect(lineValue(line, new Float64Array(50).fill(1))).toBeCloseTo(1, 12);
    }
  });

  it("lowess(x, y, weights) of one point is that point", () => {
    expect(lowess(Float64Array.of(0.4), Float64Array.of(0.7), Float64Array.of(3)).values).toEqual(Float64Array.of(0.7));
  });

  it("lowess(x, y, weights, options) refuses what it cannot smooth", () => {
    const one = Float64Array.of(1, 1);
    const x = Float64Array.of(0, 1);
    expect(() => lowess(new Float64Array(0), new Float64Array(0), new Float64Array(0))).toThrow(
      expect.objectContaining({ code: "empty" }),
    );
    expect(() => lowess(x, one, Float64Array.of(1))).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
    expect(() => lowess(Float64Array.of(1, 1), one, one)).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
    expect(() => lowess(x, one, Float64Array.of(1, 0))).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
    for (const options of [{ span: 0 }, { span: 1.1 }, { delta: -1 }])
      expect(() => lowess(x, one, one, options)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});
