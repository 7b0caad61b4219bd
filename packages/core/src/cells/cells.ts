import { InputError } from "../errors.ts";
import type { MergedRows } from "../estimate.ts";
import { fineGrid, type Grid, timeGrid } from "./grid.ts";

/** What a cell adds up. The names are those of the JSON form. */
export const cellMoments = [
  "count",
  "positives",
  "weight",
  "weightPositive",
  "squared",
  "squaredPositive",
  "p",
  "pPositive",
  "pp",
  "loss",
] as const;

/** One of the sums of a cell. */
export type CellMoment = (typeof cellMoments)[number];

/**
 * Mergeable sufficient statistics of pairs of a probability and a 0/1 outcome.
 *
 * Per cell of the grid: rows and positives (`count`, `positives`), Σw and Σwy, Σw² and Σw²y, Σwp and Σwpy, Σwp², and the
 * summed log loss. Memory is bounded by the grid whatever the number of rows.
 */
export interface Cells {
  readonly grid: Grid;
  /** Cell numbers in use, in order of first use. */
  readonly cell: number[];
  readonly sums: Readonly<Record<CellMoment, number[]>>;
  /** Position in `cell` of every cell of the grid, −1 where unused; built when many cells are in use. */
  dense: Int32Array | undefined;
  readonly sparse: Map<number, number>;
}

/**
 * Empty cells.
 *
 * @param grid what the cells are of; default `fineGrid`
 */
export function createCells(grid: Grid = fineGrid): Cells {
  const sums = Object.fromEntries(cellMoments.map((moment) => [moment, []])) as unknown as Record<CellMoment, number[]>;
  return { grid, cell: [], sums, dense: undefined, sparse: new Map() };
}

/** Cells in use above which a table replaces the map. */
const DENSE_ABOVE = 512;

function slotOf(cells: Cells, cell: number): number {
  const known = cells.dense ? cells.dense[cell] : (cells.sparse.get(cell) ?? -1);
  if (known >= 0) return known;
  const slot = cells.cell.length;
  cells.cell.push(cell);
  for (const moment of cellMoments) cells.sums[moment].push(0);
  if (cells.dense) cells.dense[cell] = slot;
  else cells.sparse.set(cell, slot);
  if (!cells.dense && slot >= DENSE_ABOVE) {
    cells.dense = new Int32Array(cells.grid.size).fill(-1);
    for (let s = 0; s < cells.cell.length; s++) cells.dense[cells.cell[s]] = s;
    cells.sparse.clear();
  }
  return slot;
}

/** Log loss of one pair, its probability first moved into [1e-15, 1 − 1e-15]. */
function clippedLoss(p: number, y: number): number {
  const inside = Math.min(1 - 1e-15, Math.max(1e-15, p));
  return y === 1 ? -Math.log(inside) : -Math.log1p(-inside);
}

/**
 * Adds pairs to cells, in place.
 *
 * @param probabilities values in [0, 1]
 * @param outcomes 0 or 1
 * @param weights one per pair, ≥ 0
 * @throws {InputError} `shape-mismatch`, `out-of-range`, `not-finite` with the index of the first bad pair; the pairs
 *   before it are then already counted
 */
export function addToCells(
  cells: Cells,
  probabilities: Float64Array,
  outcomes: Uint8Array,
  weights?: Float64Array,
): void {
  const n = probabilities.length;
  if (outcomes.length !== n || (weights && weights.length !== n))
    throw new InputError("shape-mismatch", `${n} probabilities need as many outcomes and weights`);
  const {
    count,
    positives,
    weight,
    weightPositive,
    squared,
    squaredPositive,
    p: sumP,
    pPositive,
    pp,
    loss,
  } = cells.sums;
  const { cellOf } = cells.grid;
  for (let i = 0; i < n; i++) {
    const p = probabilities[i];
    const y = outcomes[i];
    const w = weights ? weights[i] : 1;
    if (!(p >= 0 && p <= 1)) {
      const code = Number.isFinite(p) ? "out-of-range" : "not-finite";
      throw new InputError(code, `probability ${p} at row ${i} is not in [0, 1]`, i);
    }
    if (y > 1) throw new InputError("out-of-range", `outcome ${y} at row ${i} is not 0 or 1`, i);
    if (!(w >= 0 && w < Infinity)) {
      const code = Number.isFinite(w) ? "out-of-range" : "not-finite";
      throw new InputError(code, `weight ${w} at row ${i} is not a finite number ≥ 0`, i);
    }
    const slot = slotOf(cells, cellOf(p));
    count[slot]++;
    weight[slot] += w;
    squared[slot] += w * w;
    sumP[slot] += w * p;
    pp[slot] += w * p * p;
    loss[slot] += w * clippedLoss(p, y);
    if (y === 1) {
      positives[slot]++;
      weightPositive[slot] += w;
      squaredPositive[slot] += w * w;
      pPositive[slot] += w * p;
    }
  }
}

/**
 * The cells of both sets of pairs together; neither argument changes.
 *
 * @returns associative and commutative; exact in counts, exact up to rounding in sums
 * @throws {InputError} `incompatible` for cells of two grids
 */
export function mergeCells(a: Cells, b: Cells): Cells {
  if (a.grid.size !== b.grid.size)
    throw new InputError(
      "incompatible",
      `cells of a grid of ${a.grid.size} cannot be merged with those of ${b.grid.size}`,
    );
  const merged = createCells(a.grid);
  for (const part of [a, b])
    for (let s = 0; s < part.cell.length; s++) {
      const slot = slotOf(merged, part.cell[s]);
      for (const moment of cellMoments) merged.sums[moment][slot] += part.sums[moment][s];
    }
  return merged;
}

/** Sum of one moment over all cells. */
export function cellTotal(cells: Cells, moment: CellMoment): number {
  return cells.sums[moment].reduce((sum, value) => sum + value, 0);
}

/** Rows that stand for the cells: what every metric of this package accepts, with its `merged` option. */
export interface CellPairs {
  readonly probabilities: Float64Array;
  readonly outcomes: Uint8Array;
  readonly weights: Float64Array;
  readonly merged: MergedRows;
}

/**
 * One row per cell and outcome, at the mean probability of the cell, in ascending order.
 *
 * Binned errors whose bins divide the stretches of the grid come out exactly; see `cellErrorBound` for the others.
 */
export function cellPairs(cells: Cells): CellPairs {
  const order = cells.cell.map((_, s) => s).sort((a, b) => cells.cell[a] - cells.cell[b]);
  const rows: { p: number; y: 0 | 1; weight: number; count: number; squared: number }[] = [];
  const { count, positives, weight, weightPositive, squared, squaredPositive, p } = cells.sums;
  for (const s of order) {
    const mean = meanOf(cells.grid, cells.cell[s], weight[s] > 0 ? p[s] / weight[s] : 0);
    const negatives = count[s] - positives[s];
    if (negatives > 0)
      rows.push({
        p: mean,
        y: 0,
        weight: weight[s] - weightPositive[s],
        count: negatives,
        squared: squared[s] - squaredPositive[s],
      });
    if (positives[s] > 0)
      rows.push({ p: mean, y: 1, weight: weightPositive[s], count: positives[s], squared: squaredPositive[s] });
  }
  return {
    probabilities: Float64Array.from(rows, (row) => row.p),
    outcomes: Uint8Array.from(rows, (row) => row.y),
    weights: Float64Array.from(rows, (row) => Math.max(0, row.weight)),
    merged: {
      counts: Float64Array.from(rows, (row) => row.count),
      squaredWeights: Float64Array.from(rows, (row) => Math.max(0, row.squared)),
    },
  };
}

/** A mean that rounding may have moved onto the end of its cell or beyond, put back inside. */
function meanOf({ pointOf, boundsOf }: Grid, cell: number, mean: number): number {
  const point = pointOf(cell);
  if (point !== undefined) return point;
  const { lower, upper } = boundsOf(cell);
  const above = lower > 0 ? lower * (1 + Number.EPSILON) : Number.MIN_VALUE;
  return Math.min(Math.max(mean, above), upper * (1 - Number.EPSILON / 2));
}

/** The JSON form of cells: parallel arrays in ascending order of the cell. */
export interface CellsJson {
  readonly schema: "candor.cells/1";
  /** Number of cells of the grid: 14 719 for `fineGrid`, 519 for `timeGrid`. */
  readonly grid: number;
  readonly cell: readonly number[];
  readonly sums: Readonly<Record<CellMoment, readonly number[]>>;
}

/** Cells as plain JSON. */
export function cellsToJson(cells: Cells): CellsJson {
  const order = cells.cell.map((_, s) => s).sort((a, b) => cells.cell[a] - cells.cell[b]);
  const pick = (values: readonly number[]): number[] => order.map((s) => values[s]);
  const sums = Object.fromEntries(cellMoments.map((m) => [m, pick(cells.sums[m])])) as Record<CellMoment, number[]>;
  return { schema: "candor.cells/1", grid: cells.grid.size, cell: pick(cells.cell), sums };
}

/**
 * Cells from their JSON form.
 *
 * @throws {InputError} `incompatible` for another schema or grid, `shape-mismatch`; `out-of-range` or `not-finite` with the
 *   position of the first cell or sum that no pairs could have given
 */
export function cellsFromJson(json: CellsJson): Cells {
  const grid = [fineGrid, timeGrid].find(({ size }) => size === json.grid);
  if (json.schema !== "candor.cells/1" || grid === undefined)
    throw new InputError(
      "incompatible",
      `expected candor.cells/1 on ${fineGrid.size} or ${timeGrid.size} cells, got ${json.schema} on ${json.grid}`,
    );
  for (const moment of cellMoments) checkSums(json, moment);
  const cells = createCells(grid);
  json.cell.forEach((cell, k) => {
    if (!(Number.isInteger(cell) && cell >= 0 && cell < grid.size))
      throw new InputError("out-of-range", `cell ${cell} is not in [0, ${grid.size})`, k);
    const slot = slotOf(cells, cell);
    for (const moment of cellMoments) cells.sums[moment][slot] += json.sums[moment][k];
  });
  return cells;
}

function checkSums({ cell, sums }: CellsJson, moment: CellMoment): void {
  const values: readonly number[] | undefined = sums[moment];
  if (values === undefined || values.length !== cell.length)
    throw new InputError("shape-mismatch", `${cell.length} cells but ${values?.length ?? "no"} sums of ${moment}`);
  values.forEach((value, k) => {
    if (Number.isFinite(value) && value >= 0) return;
    const code = Number.isFinite(value) ? "out-of-range" : "not-finite";
    throw new InputError(code, `${moment} ${value} of cell ${cell[k]} is not a finite number ≥ 0`, k);
  });
}
