import type { Cells } from "../../cells/cells.ts";
import { timeGrid } from "../../cells/grid.ts";
import { InputError } from "../../errors.ts";
import { ABOVE_ALL } from "../next-up.ts";
import type { DecisionScore } from "../policy.ts";
import { smallestOfCell } from "./smallest-of-cell.ts";

/**
 * What thresholds on a score are judged by, without rows: one entry per cell of the score, ascending. Plain JSON.
 *
 * `predictions` counts all predictions, labelled or not; every other sum is over those with an outcome. "Right" is where
 * acting is right: the prediction was correct, or, of the positive class, the row is positive.
 */
export interface DecisionCells {
  readonly on: DecisionScore;
  /** Smallest score that the cell can hold: thresholds there part the rows exactly. */
  readonly from: readonly number[];
  /** Smallest score above the cell. */
  readonly to: readonly number[];
  readonly predictions: readonly number[];
  readonly count: readonly number[];
  readonly right: readonly number[];
  /** Σw and Σw², of all labelled and of the right ones. */
  readonly weight: readonly number[];
  readonly weightRight: readonly number[];
  readonly squared: readonly number[];
  readonly squaredRight: readonly number[];
  /** Predictions without a score: never acted on. */
  readonly withoutScore: number;
}

/** Counts of predictions by cell of the grid that labelled cells are of. */
export interface CellTraffic {
  readonly cell: ArrayLike<number>;
  /** All predictions of the cell, at least as many as have an outcome. */
  readonly predictions: ArrayLike<number>;
  /** Default 0. */
  readonly withoutScore?: number;
}

/** What the probabilities of cells are of. */
export interface DecisionCellsOptions {
  /** Of binary cells the probability of the positive class; else the confidence. */
  readonly task: "binary" | "confidence";
  /** Default `confidence`. */
  readonly on?: DecisionScore;
}

/**
 * Cells as thresholds see them.
 *
 * The confidence of binary cells is max(p, 1 − p): cells on both sides of 0.5 are put together, which the symmetry of the
 * grid lets happen without error, but for a p within one unit in the last place of an edge.
 *
 * @param cells of predictions with an outcome, on `timeGrid`
 * @param traffic of all predictions; default: those with an outcome
 * @throws {InputError} `incompatible` for another grid, or the positive class of a confidence; `shape-mismatch`;
 *   `out-of-range` for counts that cannot be, or a cell with more outcomes than predictions
 */
export function decisionCells(
  cells: Cells,
  traffic: CellTraffic | undefined,
  { task, on = "confidence" }: DecisionCellsOptions,
): DecisionCells {
  const { size } = timeGrid;
  if (cells.grid.size !== size)
    throw new InputError("incompatible", `expected cells of a grid of ${size}, got ${cells.grid.size}`);
  if (on === "positive" && task !== "binary")
    throw new InputError("incompatible", "a policy on the positive class needs its probability, got confidences");
  const { withoutScore = 0 } = traffic ?? {};
  checkCount(withoutScore, "predictions without a score");
  const isFolded = task === "binary" && on === "confidence";
  const centre = (size - 1) / 2;
  const of = (cell: number): number => (isFolded && cell < centre ? size - 1 - cell : cell);
  const all = new Float64Array(size);
  const sums = {
    count: new Float64Array(size),
    right: new Float64Array(size),
    weight: new Float64Array(size),
    weightRight: new Float64Array(size),
    squared: new Float64Array(size),
    squaredRight: new Float64Array(size),
  };
  const { count, positives, weight, weightPositive, squared, squaredPositive } = cells.sums;
  for (let s = 0; s < cells.cell.length; s++) {
    const cell = of(cells.cell[s]);
    const isTurned = cell !== cells.cell[s];
    sums.count[cell] += count[s];
    sums.right[cell] += isTurned ? count[s] - positives[s] : positives[s];
    sums.weight[cell] += weight[s];
    sums.weightRight[cell] += isTurned ? weight[s] - weightPositive[s] : weightPositive[s];
    sums.squared[cell] += squared[s];
    sums.squaredRight[cell] += isTurned ? squared[s] - squaredPositive[s] : squaredPositive[s];
  }
  if (traffic) addTraffic(traffic, of, all);
  else all.set(sums.count);
  const used = Array.from(all.keys()).filter((cell) => all[cell] > 0 || sums.count[cell] > 0);
  for (const cell of used)
    if (sums.count[cell] > all[cell])
      throw new InputError(
        "out-of-range",
        `cell ${cell} has ${sums.count[cell]} outcomes of ${all[cell]} predictions`,
        cell,
      );
  const pick = (values: Float64Array): number[] => used.map((cell) => values[cell]);
  return {
    on,
    from: used.map(smallestOfCell),
    to: used.map((cell) => (cell === size - 1 ? ABOVE_ALL : smallestOfCell(cell + 1))),
    predictions: pick(all),
    count: pick(sums.count),
    right: pick(sums.right),
    weight: pick(sums.weight),
    weightRight: pick(sums.weightRight),
    squared: pick(sums.squared),
    squaredRight: pick(sums.squaredRight),
    withoutScore,
  };
}

function checkCount(value: number, what: string, index?: number): void {
  if (!(value >= 0 && value < Infinity))
    throw new InputError(
      Number.isFinite(value) ? "out-of-range" : "not-finite",
      `${what} must be a number ≥ 0, got ${value}`,
      index,
    );
}

function addTraffic({ cell, predictions }: CellTraffic, of: (cell: number) => number, all: Float64Array): void {
  if (cell.length !== predictions.length)
    throw new InputError("shape-mismatch", `${cell.length} cells but ${predictions.length} counts of predictions`);
  for (let k = 0; k < cell.length; k++) {
    if (!(Number.isInteger(cell[k]) && cell[k] >= 0 && cell[k] < timeGrid.size))
      throw new InputError("out-of-range", `cell ${cell[k]} is not in [0, ${timeGrid.size})`, k);
    checkCount(predictions[k], "predictions of a cell", k);
    all[of(cell[k])] += predictions[k];
  }
}
