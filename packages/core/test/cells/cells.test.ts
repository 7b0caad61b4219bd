import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addToCells,
  auroc,
  type Cells,
  cellErrorBound,
  cellPairs,
  cellsFromJson,
  cellsToJson,
  cellTotal,
  createCells,
  createRandom,
  expectedCalibrationError,
  fineGrid,
  type Grid,
  mergeCells,
  timeGrid,
} from "../../src/index.ts";

const pairs = fc.array(
  fc.tuple(
    fc.oneof(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 20 }).map((k) => k / 20),
      fc.double({ min: 0, max: 1e-6, noNaN: true }).map((x) => 1 - x),
    ),
    fc.integer({ min: 0, max: 1 }),
  ),
  { minLength: 1, maxLength: 80 },
);

function cellsOf(rows: readonly (readonly [number, number])[], grid: Grid = fineGrid): Cells {
  const cells = createCells(grid);
  addToCells(
    cells,
    Float64Array.from(rows, (row) => row[0]),
    Uint8Array.from(rows, (row) => row[1]),
  );
  return cells;
}

describe.each([fineGrid, timeGrid])("the $name grid of cells", ({ stretches, size, cellOf, pointOf, boundsOf }) => {
  const probability = fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.integer({ min: 1, max: 60 }).map((k) => 2 ** -k),
    fc.integer({ min: 1, max: 53 }).map((k) => 1 - 2 ** -k),
    fc.integer({ min: 0, max: 90 }).map((k) => 2 ** (-k / 4) / stretches),
    fc.integer({ min: 0, max: 90 }).map((k) => 1 - 2 ** (-k / 4) / stretches),
  );

  it("cellOf(p) increases with p, and boundsOf(cellOf(p)) contain p", () => {
    fc.assert(
      fc.property(probability, probability, (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(cellOf(low)).toBeLessThanOrEqual(cellOf(high));
        const { lower, upper } = boundsOf(cellOf(a));
        expect(a).toBeGreaterThanOrEqual(lower);
        expect(a).toBeLessThanOrEqual(upper);
      }),
      { numRuns: 1000 },
    );
  });

  it("cellOf(k / stretches) is a cell of its own, and the two neighbours of k / stretches are in others", () => {
    for (let k = 0; k <= stretches; k++) {
      const edge = k / stretches;
      expect(pointOf(cellOf(edge))).toBe(edge);
      if (k > 0) expect(cellOf(edge * (1 - 2 ** -53))).toBeLessThan(cellOf(edge));
      if (k > 0 && k < stretches) expect(cellOf(edge * (1 + 2 ** -52))).toBeGreaterThan(cellOf(edge));
    }
    expect(cellOf(1)).toBe(size - 1);
    expect(cellOf(0)).toBe(0);
  });

  it("boundsOf(cell) of all cells are the interval from 0 to 1 in order, without a gap", () => {
    let end = 0;
    for (let cell = 0; cell < size; cell++) {
      const { lower, upper } = boundsOf(cell);
      expect(lower).toBe(end);
      expect(upper).toBeGreaterThanOrEqual(lower);
      expect(upper - lower).toBeLessThanOrEqual((1 + 1e-12) / stretches);
      end = upper;
    }
    expect(end).toBe(1);
  });
});

describe("timeGrid", () => {
  it("timeGrid has 519 cells, which fit 16 bits", () => {
    expect(timeGrid.size).toBe(519);
    expect(fineGrid.size).toBe(14_719);
  });

  it("timeGrid.cellOf(k / bins) is an edge for every number of bins that divides 240", () => {
    for (let bins = 1; bins <= 240; bins++)
      for (let k = 0; 240 % bins === 0 && k <= bins; k++)
        expect(timeGrid.pointOf(timeGrid.cellOf(k / bins))).toBe(k / bins);
  });

  it("timeGrid divides the first and the last stretch by halvings", () => {
    const widths = Array.from({ length: 20 }, (_, k) => timeGrid.boundsOf(1 + k)).map((b) => b.upper - b.lower);
    for (let k = 2; k < 20; k++) expect(widths[k] / widths[k - 1]).toBeCloseTo(2, 12);
    expect(timeGrid.boundsOf(1)).toEqual({ lower: 0, upper: 2 ** -19 / 240 });
    expect(timeGrid.boundsOf(517).upper).toBe(1);
    expect(timeGrid.boundsOf(498).lower).toBe(239 / 240);
  });
});

describe.each([fineGrid, timeGrid])("cells of the $name grid", (grid) => {
  const divisors = [5, 10, 15, 20, 120].filter((bins) => grid.stretches % bins === 0);

  it("cellPairs(cells) gives the exact ECE for any number of bins that divides the grid, on both sides of an edge", () => {
    fc.assert(
      fc.property(
        pairs,
        fc.constantFrom(...divisors),
        fc.constantFrom("right-closed", "left-closed"),
        fc.constantFrom("l1", "l2", "max"),
        (rows, bins, edgeRule, norm) => {
          const scores = Float64Array.from(rows, (row) => row[0]);
          const outcomes = Uint8Array.from(rows, (row) => row[1]);
          const exact = expectedCalibrationError(scores, outcomes, { bins, edgeRule, norm });
          const cells = cellsOf(rows, grid);
          const merged = cellPairs(cells);
          const near = expectedCalibrationError(merged.probabilities, merged.outcomes, {
            ...merged,
            bins,
            edgeRule,
            norm,
          });
          expect(Math.abs(near.value - exact.value)).toBeLessThan(1e-12);
          expect(near.n).toBe(exact.n);
          expect(cellErrorBound(cells, bins).ece).toBe(0);
        },
      ),
    );
  });

  it("cellErrorBound(cells) holds for bins that do not divide the grid and for the AUROC", () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(7, 11, 13), (rows, bins) => {
        const scores = Float64Array.from(rows, (row) => row[0]);
        const outcomes = Uint8Array.from(rows, (row) => row[1]);
        const cells = cellsOf(rows, grid);
        const merged = cellPairs(cells);
        const bound = cellErrorBound(cells, bins);
        const exact = expectedCalibrationError(scores, outcomes, { bins }).value;
        const approximate = expectedCalibrationError(merged.probabilities, merged.outcomes, { ...merged, bins }).value;
        expect(Math.abs(exact - approximate)).toBeLessThanOrEqual(bound.ece + 1e-12);
        if (outcomes.includes(0) && outcomes.includes(1)) {
          const area = auroc(scores, outcomes).value;
          const near = auroc(merged.probabilities, merged.outcomes, { ...merged }).value;
          expect(Math.abs(area - near)).toBeLessThanOrEqual(bound.auroc + 1e-12);
        }
      }),
    );
  });

  it("cellsFromJson(cellsToJson(cells)) is the same, of the same grid", () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const json = cellsToJson(cellsOf(rows, grid));
        const back = cellsFromJson(JSON.parse(JSON.stringify(json)));
        expect(back.grid).toBe(grid);
        expect(cellsToJson(back)).toEqual(json);
      }),
    );
  });
});

describe("cells", () => {
  it("cellPairs(cells) keeps a score one ulp below 1 apart from 1", () => {
    const almost = 1 - 2 ** -53;
    const { probabilities } = cellPairs(
      cellsOf([
        [almost, 0],
        [1, 1],
        [1, 0],
      ]),
    );
    expect([...probabilities]).toEqual([almost, 1, 1]);
    expect([...cellPairs(cellsOf([[Number.MIN_VALUE, 1]])).probabilities]).toEqual([Number.MIN_VALUE]);
  });

  it("mergeCells is commutative, associative, and exact in counts", () => {
    fc.assert(
      fc.property(pairs, pairs, pairs, (x, y, z) => {
        const [a, b, c] = [cellsOf(x), cellsOf(y), cellsOf(z)];
        expect(cellsToJson(mergeCells(a, b))).toEqual(cellsToJson(mergeCells(b, a)));
        const left = cellsToJson(mergeCells(mergeCells(a, b), c));
        const right = cellsToJson(mergeCells(a, mergeCells(b, c)));
        const whole = cellsToJson(cellsOf([...x, ...y, ...z]));
        expect(left.cell).toEqual(whole.cell);
        for (const moment of ["count", "positives", "weight", "weightPositive", "squared"] as const) {
          expect(left.sums[moment]).toEqual(whole.sums[moment]);
          expect(right.sums[moment]).toEqual(whole.sums[moment]);
        }
        for (let k = 0; k < left.sums.p.length; k++) expect(left.sums.p[k]).toBeCloseTo(whole.sums.p[k], 12);
      }),
    );
  });

  it("addToCells sums the Brier score and the log loss without error of the grid", () => {
    const random = createRandom(5);
    const n = 20_000;
    const scores = Float64Array.from({ length: n }, () => random.uniform());
    const outcomes = Uint8Array.from(scores, (p) => (random.uniform() < p ? 1 : 0));
    const cells = createCells();
    addToCells(cells, scores, outcomes);
    let brier = 0;
    let loss = 0;
    for (let i = 0; i < n; i++) {
      brier += (scores[i] - outcomes[i]) ** 2;
      loss -= Math.log(outcomes[i] === 1 ? scores[i] : 1 - scores[i]);
    }
    const fromCells = cellTotal(cells, "pp") - 2 * cellTotal(cells, "pPositive") + cellTotal(cells, "weightPositive");
    expect(Math.abs(fromCells / brier - 1)).toBeLessThan(1e-12);
    expect(Math.abs(cellTotal(cells, "loss") / loss - 1)).toBeLessThan(1e-12);
    expect(cells.cell.length).toBeLessThan(fineGrid.size);
  });

  it("intervals from cells are those from rows", () => {
    const random = createRandom(6);
    const scores = Float64Array.from({ length: 5000 }, () => random.uniform());
    const outcomes = Uint8Array.from(scores, (p) => (random.uniform() < p * p ? 1 : 0));
    const weights = Float64Array.from(scores, () => 0.5 + random.uniform());
    const cells = createCells();
    addToCells(cells, scores, outcomes, weights);
    const merged = cellPairs(cells);
    const exact = expectedCalibrationError(scores, outcomes, { weights });
    const near = expectedCalibrationError(merged.probabilities, merged.outcomes, { ...merged });
    expect(Math.abs(near.value - exact.value)).toBeLessThan(1e-12);
    expect(near.effectiveN).toBeCloseTo(exact.effectiveN, 6);
    expect(Math.abs(near.lower - exact.lower)).toBeLessThan(1e-5);
    expect(Math.abs(near.upper - exact.upper)).toBeLessThan(1e-5);
  });

  it("addToCells names the row of a bad value", () => {
    const refused = (code: string, index?: number) =>
      expect.objectContaining(index === undefined ? { code } : { code, index });
    const add = (p: number[], y: number[], w?: number[]) => () =>
      addToCells(createCells(), Float64Array.from(p), Uint8Array.from(y), w && Float64Array.from(w));
    expect(add([0.5, 2], [0, 1])).toThrow(refused("out-of-range", 1));
    expect(add([0.5, Number.NaN], [0, 1])).toThrow(refused("not-finite", 1));
    expect(add([0.5, 0.6], [0, 2])).toThrow(refused("out-of-range", 1));
    expect(add([0.5, 0.6], [0, 1], [1, -1])).toThrow(refused("out-of-range", 1));
    expect(add([0.5, 0.6], [0, 1], [Number.NaN, 1])).toThrow(refused("not-finite", 0));
    expect(add([0.5], [0, 1])).toThrow(refused("shape-mismatch"));
    expect(add([0.5], [0], [1, 1])).toThrow(refused("shape-mismatch"));
  });

  it("cellsFromJson refuses what no pairs could have given", () => {
    const json = cellsToJson(
      cellsOf([
        [0.5, 1],
        [0.7, 0],
      ]),
    );
    expect(() => cellsFromJson({ ...json, grid: 10 })).toThrow(/expected candor.cells\/1/);
    expect(() => cellsFromJson({ ...json, cell: [1, 2.5] })).toThrow(expect.objectContaining({ index: 1 }));
    expect(() => cellsFromJson({ ...json, cell: [1] })).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
    const withSums = (count: number[]) => ({ ...json, sums: { ...json.sums, count } });
    expect(() => cellsFromJson(withSums([1, -1]))).toThrow(expect.objectContaining({ code: "out-of-range", index: 1 }));
    expect(() => cellsFromJson(withSums([Number.NaN, 1]))).toThrow(
      expect.objectContaining({ code: "not-finite", index: 0 }),
    );
    const { loss: _, ...others } = json.sums;
    // @ts-expect-error a document written by hand may lack a moment
    expect(() => cellsFromJson({ ...json, sums: others })).toThrow("2 cells but no sums of loss");
  });

  it("cellErrorBound(cells, bins) sees every edge inside a cell, also of bins finer than the grid", () => {
    const cells = cellsOf([[2.7 / fineGrid.stretches, 1]]);
    expect(cellErrorBound(cells, fineGrid.stretches).ece).toBe(0);
    expect(cellErrorBound(cells, 2 * fineGrid.stretches).ece).toBe(2);
    expect(cellErrorBound(cellsOf([[2 / fineGrid.stretches, 1]]), 2 * fineGrid.stretches).ece).toBe(0);
    expect(cellErrorBound(createCells())).toEqual({ ece: 0, auroc: 0, probability: 0 });
  });

  it("cellPairs(cells) of rows that weigh nothing are rows that weigh nothing", () => {
    const cells = createCells();
    addToCells(cells, Float64Array.of(0.123, 0.5), Uint8Array.of(1, 0), Float64Array.of(0, 2));
    const { probabilities, weights, merged } = cellPairs(cells);
    expect([...weights]).toEqual([0, 2]);
    expect([...merged.counts]).toEqual([1, 1]);
    expect(fineGrid.cellOf(probabilities[0])).toBe(fineGrid.cellOf(0.123));
  });

  it("mergeCells refuses cells of two grids", () => {
    expect(() => mergeCells(createCells(), createCells(timeGrid))).toThrow(
      expect.objectContaining({ code: "incompatible", message: expect.stringContaining("14719") }),
    );
  });

  it("mergeCells and addToCells give one table, few cells or thousands of them", () => {
    const random = createRandom(8);
    const many = (n: number): Cells => {
      const scores = Float64Array.from({ length: n }, () => random.uniform());
      const cells = createCells();
      addToCells(cells, scores, new Uint8Array(n));
      return cells;
    };
    const [a, b] = [many(3000), many(10)];
    const merged = mergeCells(a, b);
    expect(cellTotal(merged, "count")).toBe(3010);
    expect(cellsToJson(merged).cell).toEqual([...new Set([...a.cell, ...b.cell])].sort((x, y) => x - y));
    expect(cellTotal(a, "count")).toBe(3000);
  });
});
