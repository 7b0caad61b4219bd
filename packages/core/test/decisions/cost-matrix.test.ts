import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  binaryCostRegions,
  type CostMatrix,
  decide,
  leastCostActions,
  matrixFromRows,
  topLabel,
} from "../../src/index.ts";

function matrixOf(costs: number[][], part: Partial<CostMatrix> = {}): CostMatrix {
  return { classNames: costs.map((_, k) => `c${k}`), costs, review: null, abstain: null, ...part };
}

describe("binaryCostRegions", () => {
  it("binaryCostRegions(matrix) starts the positive class at Elkan's threshold", () => {
    const regions = binaryCostRegions(
      matrixOf([
        [1, 6],
        [10, 2],
      ]),
    );
    expect(regions.map(({ choice }) => choice)).toEqual(["negative", "positive"]);
    expect(regions[1].from).toBeCloseTo(5 / 13, 15);
  });

  it("binaryCostRegions(matrix) is one half at equal costs, and Chow's reject rule with a cost of review", () => {
    const equal = [
      [0, 1],
      [1, 0],
    ];
    expect(binaryCostRegions(matrixOf(equal))[0].to).toBe(0.5);
    const [low, middle, high] = binaryCostRegions(matrixOf(equal, { review: 0.1 }));
    expect([low.to, middle.choice, middle.treatAs]).toEqual([0.1, "review", null]);
    expect(high.from).toBeCloseTo(0.9, 15);
    expect(high.treatAs).toBe("c1");
  });

  it("binaryCostRegions(matrix) leaves out what never costs least", () => {
    const always = binaryCostRegions(
      matrixOf([
        [0, 1],
        [0, 1],
      ]),
    );
    expect(always).toEqual([{ from: 0, to: 1, choice: "negative", treatAs: "c0" }]);
  });

  it("binaryCostRegions(matrix) and leastCostActions(matrix, rows) agree with trying everything", () => {
    const amount = fc.integer({ min: 0, max: 12 });
    const given = fc.record({
      costs: fc.tuple(fc.tuple(amount, amount), fc.tuple(amount, amount)),
      review: fc.option(amount),
      abstain: fc.option(amount),
    });
    fc.assert(
      fc.property(given, ({ costs, review, abstain }) => {
        const matrix = matrixOf(
          costs.map((row) => [...row]),
          { review, abstain },
        );
        const regions = binaryCostRegions(matrix);
        expect(regions[0].from).toBe(0);
        expect(regions[regions.length - 1].to).toBe(1);
        const grid = Array.from({ length: 211 }, (_, k) => (k + 0.37) / 212);
        const actions = leastCostActions(matrix, matrixFromRows(grid.map((p) => [1 - p, p])));
        grid.forEach((p, k) => {
          const ways = [
            (1 - p) * costs[0][0] + p * costs[1][0],
            (1 - p) * costs[0][1] + p * costs[1][1],
            review ?? Infinity,
            abstain ?? Infinity,
          ];
          const least = Math.min(...ways);
          const region = regions.find(({ from, to }) => p >= from && p < to);
          const place = ["negative", "positive", "review", "abstain"].indexOf(region?.choice ?? "");
          expect(ways[place]).toBeLessThanOrEqual(least + 1e-9);
          expect(ways[actions[k]]).toBeLessThanOrEqual(least + 1e-9);
        });
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it("binaryCostRegions(matrix) needs two classes", () => {
    expect(() =>
      binaryCostRegions(
        matrixOf([
          [0, 1, 1],
          [1, 0, 1],
          [1, 1, 0],
        ]),
      ),
    ).toThrow("regions along one probability need 2 classes, got 3");
  });
});

describe("leastCostActions", () => {
  const zeroOne = matrixOf([
    [0, 1, 1],
    [1, 0, 1],
    [1, 1, 0],
  ]);
  const rows = matrixFromRows([
    [0.7, 0.2, 0.1],
    [0.1, 0.5, 0.4],
    [0.3, 0.3, 0.4],
  ]);

  it("leastCostActions(matrix, rows) is the likeliest class at equal costs", () => {
    expect(leastCostActions(zeroOne, rows)).toEqual(topLabel(rows).predicted);
  });

  it("leastCostActions(matrix, rows) is Chow's rule with a cost of abstaining: below 1 − cost nobody acts", () => {
    expect([...leastCostActions({ ...zeroOne, abstain: 0.4 }, rows)]).toEqual([0, 4, 4]);
    expect([...leastCostActions({ ...zeroOne, review: 0.55, abstain: 0.55 }, rows)]).toEqual([0, 1, 3]);
  });

  it("leastCostActions(matrix, rows) avoids an expensive mistake", () => {
    const dear = matrixOf([
      [0, 1, 1],
      [1, 0, 1],
      [50, 50, 0],
    ]);
    expect([...leastCostActions(dear, rows)]).toEqual([2, 2, 2]);
  });

  it("leastCostActions(matrix, rows) gives equal costs to review, and of classes to the likelier", () => {
    expect([...leastCostActions({ ...zeroOne, review: 0.3 }, rows)]).toEqual([3, 3, 3]);
    const blind = matrixOf([
      [1, 1],
      [1, 1],
    ]);
    expect([...leastCostActions(blind, matrixFromRows([[0.2, 0.8]]))]).toEqual([1]);
  });

  it("leastCostActions(matrix, rows) names the class and row of bad input", () => {
    expect(() => leastCostActions(zeroOne, matrixFromRows([[0.5, 0.5]]))).toThrow(
      "the cost matrix has 3 classes, the rows have 2 probabilities",
    );
    expect(() => leastCostActions(zeroOne, matrixFromRows([[0.5, 0.6, Number.NaN]]))).toThrow(
      "expected a probability in [0, 1], got NaN at row 0, class 2",
    );
    expect(() => leastCostActions(matrixOf([[0, 1], [1]]), rows)).toThrow(
      "the costs of class c1 need 2 numbers, got 1",
    );
    expect(() => leastCostActions({ ...zeroOne, classNames: ["a", "a", "b"] }, rows)).toThrow("each class once");
  });

  it("decide(rule, rows) gives the class that a row is treated as", () => {
    const rule = { kind: "least-cost", matrix: { ...zeroOne, review: 0.45 } } as const;
    const { codes, classes } = decide(rule, { rows: 3, probabilities: rows });
    expect([...codes]).toEqual([0, 1, 1]);
    expect([...(classes ?? [])]).toEqual([0, -1, -1]);
  });
});
