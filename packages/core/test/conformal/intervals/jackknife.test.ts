import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cvMinmax, cvPlus, jackknifeMinmax, jackknifePlus } from "../../../src/conformal/intervals/jackknife.ts";
import { matrix, matrixFromRows } from "../../../src/matrix.ts";

const of = (...values: number[]) => Float64Array.from(values);
const input = (code: string, index?: number) => expect.objectContaining({ name: "InputError", code, index });

describe("jackknifePlus", () => {
  it("jackknifePlus(residuals, predictions, level) takes order statistics of both ends apart", () => {
    const residuals = of(1, 2, 3, 4);
    const predictions = matrixFromRows([[10], [11], [9], [10]]);
    const { lower, upper, ...rest } = jackknifePlus(residuals, predictions, 0.6);
    expect(rest).toEqual({ lowerRank: 2, upperRank: 3, guarantee: 0.2 });
    expect(lower).toEqual(of(6));
    expect(upper).toEqual(of(13));
  });

  it("jackknifePlus(...) is the whole line where n < level / (1 − level), and finite from there", () => {
    const fit = (n: number) => jackknifePlus(new Float64Array(n).fill(1), matrix(new Float64Array(n), n, 1), 0.9);
    expect(fit(8)).toMatchObject({ lower: of(-Infinity), upper: of(Infinity), lowerRank: 0, upperRank: 9 });
    expect(fit(9)).toMatchObject({ lower: of(-1), upper: of(1), lowerRank: 1, upperRank: 9, guarantee: 0.8 });
  });

  it("jackknifePlus(...) promises nothing at a level of a half or less", () => {
    expect(jackknifePlus(of(1, 2), matrixFromRows([[0], [0]]), 0.5).guarantee).toBe(0);
  });

  it("jackknifePlus(...) lies inside jackknifeMinmax(...)", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 99 }),
        fc.infiniteStream(fc.double({ min: -100, max: 100, noNaN: true })),
        (n, percent, numbers) => {
          const draw = () => numbers.next().value ?? 0;
          const residuals = Float64Array.from({ length: n }, () => Math.abs(draw()));
          const predictions = matrix(Float64Array.from({ length: 3 * n }, draw), n, 3);
          const level = percent / 100;
          const plus = jackknifePlus(residuals, predictions, level);
          const minmax = jackknifeMinmax(residuals, predictions, level);
          for (let j = 0; j < 3; j++) {
            expect(minmax.lower[j]).toBeLessThanOrEqual(plus.lower[j]);
            expect(minmax.upper[j]).toBeGreaterThanOrEqual(plus.upper[j]);
          }
          expect(minmax.guarantee).toBe(level);
        },
      ),
    );
  });

  it("jackknifePlus(...) refuses what does not fit together", () => {
    const one = matrixFromRows([[0]]);
    expect(() => jackknifePlus(of(), one, 0.9)).toThrow(input("empty"));
    expect(() => jackknifePlus(of(1, 2), one, 0.9)).toThrow(
      "there are 2 residuals but 1 rows of predictions of the models that left one row out",
    );
    expect(() => jackknifePlus(of(-1), one, 0.9)).toThrow(input("out-of-range", 0));
    expect(() => jackknifePlus(of(1), matrixFromRows([[Number.NaN]]), 0.9)).toThrow(input("not-finite", 0));
    expect(() => jackknifePlus(of(1), one, 1)).toThrow("level must be in (0, 1)");
    expect(() => jackknifePlus(of(1), one, Number.NaN)).toThrow(input("out-of-range"));
  });
});

describe("cvPlus", () => {
  it("cvPlus(...) with a fold per row is jackknifePlus(...), and cvMinmax(...) is jackknifeMinmax(...)", () => {
    const residuals = of(1, 2, 3, 4, 2);
    const predictions = matrixFromRows([
      [10, 0],
      [11, 1],
      [9, -1],
      [10, 2],
      [12, 0],
    ]);
    const folds = Int32Array.of(0, 1, 2, 3, 4);
    expect(cvPlus(residuals, predictions, folds, 0.6)).toEqual(jackknifePlus(residuals, predictions, 0.6));
    expect(cvMinmax(residuals, predictions, folds, 0.6)).toEqual(jackknifeMinmax(residuals, predictions, 0.6));
  });

  it("cvPlus(...) promises less than jackknifePlus(...), and nothing for folds that differ in size", () => {
    const residuals = new Float64Array(20).fill(1);
    const predictions = matrix(new Float64Array(5), 5, 1);
    const even = Int32Array.from(residuals, (_, i) => i % 5);
    const uneven = Int32Array.from(residuals, (_, i) => Math.min(4, i));
    expect(cvPlus(residuals, predictions, even, 0.9).guarantee).toBeCloseTo(0.8 - 0.125, 14);
    expect(cvMinmax(residuals, predictions, even, 0.9).guarantee).toBeCloseTo((0.9 * 21) / 24, 14);
    expect(cvPlus(residuals, predictions, uneven, 0.9).guarantee).toBe(0);
    expect(cvMinmax(residuals, predictions, uneven, 0.9).guarantee).toBe(0);
  });

  it("cvPlus(...) refuses folds without a model", () => {
    const predictions = matrixFromRows([[0], [0]]);
    expect(() => cvPlus(of(1, 1), predictions, Int32Array.of(0, 2), 0.5)).toThrow("fold 2 at row 1 is not in [0, 2)");
    expect(() => cvPlus(of(1, 1), predictions, Int32Array.of(0), 0.5)).toThrow("2 residuals but 1 folds");
  });
});
