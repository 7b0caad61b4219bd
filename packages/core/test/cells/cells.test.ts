import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundsOf, CELL_COUNT, cellOf, GRID, pointOf } from "../../src/cells/grid.ts";
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
  mergeCells,
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

function cellsOf(rows: readonly (readonly [number, number])[]): Cells {
  const cells = createCells();
  addToCells(
    cells,
    Float64Array.from(rows, (row) => row[0]),
    Uint8Array.from(rows, (row) => row[1]),
  );
  return cells;
}

describe("the grid of cells", () => {
  it("cellOf(p) increases with p and stays inside the bounds of the cell", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(cellOf(low)).toBeLessThanOrEqual(cellOf(high));
        const { lower, upper } = boundsOf(cellOf(a));
        expect(a).toBeGreaterThanOrEqual(lower * (1 - 1e-12));
        expect(a).toBeLessThanOrEqual(upper * (1 + 1e-12));
      }),
    );
  });

  it("cellOf(k / 7200) is a cell of its own", () => {
    for (let k = 0; k <= GRID; k++) expect(pointOf(cellOf(k / GRID))).toBe(k / GRID);
    const used = new Set(Array.from({ length: GRID + 1 }, (_, k) => cellOf(k / GRID)));
    expect(used.size).toBe(GRID + 1);
    expect(Math.max(...used)).toBe(CELL_COUNT - 1);
  });
});

describe("cells", () => {
  it("cellPairs(cells) gives the exact ECE for any number of bins that divides 7200, on both sides of an edge", () => {
    fc.assert(
      fc.property(
        pairs,
        fc.constantFrom(5, 10, 15, 20, 25, 100),
        fc.constantFrom("right-closed", "left-closed"),
        fc.constantFrom("l1", "l2", "max"),
        (rows, bins, edgeRule, norm) => {
          const scores = Float64Array.from(rows, (row) => row[0]);
          const outcomes = Uint8Array.from(rows, (row) => row[1]);
          const exact = expectedCalibrationError(scores, outcomes, { bins, edgeRule, norm });
          const cells = cellsOf(rows);
          const merged = cellPairs(cells);
          const { value, n } = expectedCalibrationError(merged.probabilities, merged.outcomes, {
            ...merged,
            bins,
            edgeRule,
            norm,
          });
          expect(Math.abs(value - exact.value)).toBeLessThan(1e-12);
          expect(n).toBe(exact.n);
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
        const cells = cellsOf(rows);
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

  it("cellsFromJson(cellsToJson(cells)) is the same", () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const json = cellsToJson(cellsOf(rows));
        expect(cellsToJson(cellsFromJson(JSON.parse(JSON.stringify(json))))).toEqual(json);
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
    expect(cells.cell.length).toBeLessThan(CELL_COUNT);
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

  it("addToCells names the row of a bad value; cellsFromJson refuses another grid", () => {
    expect(() => addToCells(createCells(), Float64Array.of(0.5, 2), Uint8Array.of(0, 1))).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
    const json = { ...cellsToJson(cellsOf([[0.5, 1]])), grid: 10 };
    expect(() => cellsFromJson(json)).toThrow(/expected candor.cells\/1/);
  });
});
