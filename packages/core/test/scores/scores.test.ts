import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { softmax } from "../../src/kernels/softmax.ts";
import { type Matrix, matrix, matrixFromRows } from "../../src/matrix.ts";
import { energyScore } from "../../src/scores/energy-score.ts";
import { generalisedEntropy } from "../../src/scores/generalised-entropy.ts";
import { marginScore } from "../../src/scores/margin-score.ts";
import { maximumLogit } from "../../src/scores/maximum-logit.ts";
import { maximumProbability } from "../../src/scores/maximum-probability.ts";
import { negativeEntropy } from "../../src/scores/negative-entropy.ts";
import { sigmoidConfidence } from "../../src/scores/sigmoid-confidence.ts";

const ofProbabilities = { maximumProbability, marginScore, negativeEntropy, generalisedEntropy };
const ofLogits = { maximumLogit, energyScore };
const one = (score: (m: Matrix) => Float64Array, row: number[]) => score(matrixFromRows([row]))[0];
const near = (relative: number) => (value: number, expected: number) =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(relative * Math.max(Math.abs(expected), 1e-300));
const exact = near(1e-14);

describe("scores of probabilities", () => {
  it("maximumProbability, marginScore, negativeEntropy and generalisedEntropy of .7, .2, .1 are as by hand", () => {
    const row = [0.7, 0.2, 0.1];
    exact(one(maximumProbability, row), 0.7);
    exact(one(marginScore, row), 0.5);
    exact(one(negativeEntropy, row), 0.7 * Math.log(0.7) + 0.2 * Math.log(0.2) + 0.1 * Math.log(0.1));
    exact(one(generalisedEntropy, row), -(0.21 ** 0.1 + 0.16 ** 0.1 + 0.09 ** 0.1));
  });

  it("negativeEntropy and generalisedEntropy of a certain row are 0, and not minus 0", () => {
    expect(Object.is(one(negativeEntropy, [0, 1, 0]), 0)).toBe(true);
    expect(Object.is(one(generalisedEntropy, [0, 1, 0]), 0)).toBe(true);
  });

  it("negativeEntropy(p) of equal probabilities is minus ln k", () => {
    exact(one(negativeEntropy, [0.25, 0.25, 0.25, 0.25]), -Math.log(4));
  });

  it("marginScore(p) of two tops is 0, of one class its probability", () => {
    expect(one(marginScore, [0.4, 0.4, 0.2])).toBe(0);
    expect(one(marginScore, [1])).toBe(1);
  });

  it("every score of a row of one class is that of a certain row", () => {
    expect(one(maximumProbability, [1])).toBe(1);
    expect(one(negativeEntropy, [1])).toBe(0);
    expect(one(generalisedEntropy, [1])).toBe(0);
  });

  it("generalisedEntropy(p, { top }) counts the largest only, ties once each", () => {
    const row = [0.3, 0.1, 0.3, 0.2, 0.1];
    const term = (p: number) => (p * (1 - p)) ** 0.1;
    const score = (top: number) => generalisedEntropy(matrixFromRows([row]), { top })[0];
    exact(score(1), -term(0.3));
    exact(score(2), -2 * term(0.3));
    exact(score(4), -(2 * term(0.3) + term(0.2) + term(0.1)));
    exact(score(9), -(2 * term(0.3) + term(0.2) + 2 * term(0.1)));
  });

  it("generalisedEntropy(p, { gamma: 1 }) is minus the Gini impurity", () => {
    exact(generalisedEntropy(matrixFromRows([[0.5, 0.3, 0.2]]), { gamma: 1 })[0], -(0.25 + 0.21 + 0.16));
  });

  it("scores of probabilities take a top of 1.0000001, as single precision leaves it", () => {
    expect(one(maximumProbability, [1.0000001, 0])).toBe(1);
    expect(one(marginScore, [1.0000001, 0])).toBe(1);
    expect(one(negativeEntropy, [1.0000001, 0])).toBe(0);
    expect(one(generalisedEntropy, [1.0000001, 0])).toBe(0);
  });

  for (const [name, score] of Object.entries(ofProbabilities)) {
    it(`${name}(p) refuses rows that do not sum to 1, and says their sum and place`, () => {
      const rows = matrixFromRows([
        [0.5, 0.5],
        [0.5, 0.4],
      ]);
      expect(() => score(rows)).toThrow(expect.objectContaining({ code: "not-normalised", index: 1 }));
      expect(() => score(rows)).toThrow("must sum to 1 within 0.001, got a sum of 0.9");
    });
    it(`${name}(p) refuses what is no probability`, () => {
      const refused = (row: number[]) => expect(() => one(score, row));
      refused([1.2, -0.2]).toThrow(expect.objectContaining({ code: "out-of-range", index: 0 }));
      refused([Number.NaN, 1]).toThrow(expect.objectContaining({ code: "not-finite", index: 0 }));
      refused([]).toThrow(expect.objectContaining({ code: "empty" }));
    });
    it(`${name}(p) does not depend on the order of the classes and is largest for a certain row`, () => {
      const rows = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 2, maxLength: 8 });
      fc.assert(
        fc.property(rows, (row) => {
          const p = softmax(matrixFromRows([row])).data;
          const value = one(score, [...p]);
          const reversed = one(score, [...p].reverse());
          expect(Math.abs(value - reversed)).toBeLessThanOrEqual(1e-14 * Math.max(1, Math.abs(value)));
          expect(value).toBeLessThanOrEqual(one(score, [1, ...row.slice(1).map(() => 0)]));
        }),
        { numRuns: 100 },
      );
    });
  }
});

describe("scores of logits", () => {
  it("maximumLogit and energyScore of 1, 2, 3 are 3 and ln(e + e² + e³)", () => {
    expect(one(maximumLogit, [1, 2, 3])).toBe(3);
    exact(one(energyScore, [1, 2, 3]), Math.log(Math.E + Math.E ** 2 + Math.E ** 3));
  });

  it("energyScore(z, T) is T times the log-sum-exp of z/T", () => {
    exact(energyScore(matrixFromRows([[1, 2]]), 2)[0], 2 * Math.log(Math.exp(0.5) + Math.E));
  });

  it("energyScore(z) of k equal logits lies ln k above them", () => {
    exact(one(energyScore, [5, 5, 5, 5]), 5 + Math.log(4));
  });

  it("energyScore(z) and maximumLogit(z) survive logits of 1e300", () => {
    expect(one(energyScore, [1e300, -1e300])).toBe(1e300);
    expect(one(energyScore, [-1e300, -1e300])).toBe(-1e300);
    expect(one(maximumLogit, [1e300, -1e300])).toBe(1e300);
    expect(energyScore(matrixFromRows([[1e308, -1e308]]), 1e-3)[0]).toBe(1e308);
  });

  it("energyScore(z) of one class is its logit", () => {
    expect(one(energyScore, [-7])).toBe(-7);
  });

  it("energyScore(z, T) refuses a temperature that is not above 0", () => {
    for (const temperature of [0, -1, Number.NaN, Infinity])
      expect(() => energyScore(matrixFromRows([[1, 2]]), temperature)).toThrow("must be a finite number > 0");
  });

  for (const [name, score] of Object.entries(ofLogits)) {
    it(`${name}(z) refuses infinite logits and names the row and the class`, () => {
      const rows = matrixFromRows([
        [0, 1],
        [2, -Infinity],
      ]);
      expect(() => score(rows)).toThrow(expect.objectContaining({ code: "not-finite", index: 1 }));
      expect(() => score(rows)).toThrow("the logit of class 1 at row 1 must be a finite number, got -Infinity");
    });
    it(`${name}(z) rises by c where every logit does, which the largest probability does not see`, () => {
      const row = [0.5, 2.25, -1];
      const raised = row.map((z) => z + 8);
      exact(one(score, raised), one(score, row) + 8);
      exact(
        one(maximumProbability, [...softmax(matrixFromRows([raised])).data]),
        softmax(matrixFromRows([row])).data[1],
      );
    });
    it(`${name}(z) refuses a matrix whose size is not rows times columns`, () => {
      expect(() => score({ data: new Float64Array(3), rows: 2, cols: 2 })).toThrow("needs 4 values, got 3");
      expect(() => score(matrix(new Float64Array(0), 0, 2))).toThrow("at least one logit is needed");
    });
  }
});

describe("sigmoidConfidence", () => {
  it("sigmoidConfidence(z) is the probability of the chosen class on both sides", () => {
    const scores = sigmoidConfidence(Float64Array.of(0, 2, -2, 800, -800));
    exact(scores[0], 0.5);
    exact(scores[1], 1 / (1 + Math.exp(-2)));
    expect(scores[2]).toBe(scores[1]);
    expect(scores[3]).toBe(1);
    expect(scores[4]).toBe(1);
  });
  it("sigmoidConfidence(z) refuses no rows and infinite logits", () => {
    expect(() => sigmoidConfidence(new Float64Array(0))).toThrow("at least one logit is needed");
    expect(() => sigmoidConfidence(Float64Array.of(1, -Infinity))).toThrow(
      expect.objectContaining({ code: "not-finite", index: 1 }),
    );
  });
});
