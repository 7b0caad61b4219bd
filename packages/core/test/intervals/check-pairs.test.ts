import { describe, expect, it } from "vitest";
import { checkClassProbabilities, checkPairs } from "../../src/intervals/check-pairs.ts";
import { matrix, matrixFromRows } from "../../src/matrix.ts";

const reals = (...values: number[]): Float64Array => Float64Array.from(values);
const bits = (...values: number[]): Uint8Array => Uint8Array.from(values);
const refused = (code: string, index?: number) =>
  expect.objectContaining(index === undefined ? { code } : { code, index });

describe("checkPairs", () => {
  it("checkPairs(probabilities, outcomes) accepts 0, 1 and what lies between", () => {
    expect(checkPairs(reals(0, 0.5, 1, -0), bits(0, 1, 1, 0))).toBeUndefined();
  });

  it("checkPairs(probabilities, outcomes) names the row and the value that is wrong", () => {
    expect(() => checkPairs(reals(0.5, 1.5), bits(0, 1))).toThrow(refused("out-of-range", 1));
    expect(() => checkPairs(reals(-1e-300), bits(0))).toThrow(refused("out-of-range", 0));
    expect(() => checkPairs(reals(Number.NaN), bits(0))).toThrow(refused("not-finite", 0));
    expect(() => checkPairs(reals(Infinity), bits(0))).toThrow(refused("not-finite", 0));
    expect(() => checkPairs(reals(0.5), bits(2))).toThrow(/outcome 2 at row 0 is not 0 or 1/);
    expect(() => checkPairs(reals(2), bits(1), "confidence")).toThrow("confidence 2 at row 0 is not in [0, 1]");
  });

  it("checkPairs(probabilities, outcomes) refuses no rows and unequal lengths", () => {
    expect(() => checkPairs(reals(), bits())).toThrow(refused("empty"));
    expect(() => checkPairs(reals(0.5), bits(0, 1))).toThrow(refused("shape-mismatch"));
  });
});

describe("checkClassProbabilities", () => {
  const rows = matrixFromRows([
    [0.2, 0.8],
    [1, 0],
  ]);

  it("checkClassProbabilities(probabilities, labels) accepts rows that do not sum to 1", () => {
    expect(checkClassProbabilities(rows, Int32Array.of(0, 1))).toBeUndefined();
    expect(checkClassProbabilities(matrixFromRows([[0.9, 0.9]]), Int32Array.of(0))).toBeUndefined();
  });

  it("checkClassProbabilities(probabilities, labels) names the row and class that is wrong", () => {
    expect(() => checkClassProbabilities(rows, Int32Array.of(0, 2))).toThrow(refused("out-of-range", 1));
    expect(() => checkClassProbabilities(rows, Int32Array.of(-1, 0))).toThrow(refused("out-of-range", 0));
    const bad = matrixFromRows([
      [0.2, 0.8],
      [0.5, 1.2],
    ]);
    expect(() => checkClassProbabilities(bad, Int32Array.of(0, 0))).toThrow(
      "probability 1.2 at row 1, class 1 is not in [0, 1]",
    );
    expect(() => checkClassProbabilities(matrixFromRows([[Number.NaN, 1]]), Int32Array.of(0))).toThrow(
      refused("not-finite", 0),
    );
  });

  it("checkClassProbabilities(probabilities, labels) refuses no rows, no classes and unequal lengths", () => {
    expect(() => checkClassProbabilities(matrix(reals(), 0, 3), Int32Array.of())).toThrow(refused("empty"));
    expect(() => checkClassProbabilities(matrix(reals(), 2, 0), Int32Array.of(0, 0))).toThrow(refused("out-of-range"));
    expect(() => checkClassProbabilities(rows, Int32Array.of(0))).toThrow(refused("shape-mismatch"));
  });
});
