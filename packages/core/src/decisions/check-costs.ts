import { InputError } from "../errors.ts";
import type { Capacity, CostMatrix, Costs } from "./policy.ts";

/** Costs up to this can be squared and added up over any number of rows. */
const LARGEST = 1e100;

function checkCost(value: number, name: string): void {
  if (!(value >= 0 && value <= LARGEST))
    throw new InputError(
      Number.isFinite(value) ? "out-of-range" : "not-finite",
      `${name} must be a number in [0, ${LARGEST}], got ${value}`,
    );
}

/**
 * Lets costs pass that thresholds can be made of.
 *
 * @throws {InputError} `not-finite`, `out-of-range` naming the cost; `incompatible` where nothing but acting is offered
 */
export function checkCosts({ error, review, abstain, missed, reviewError }: Costs): void {
  checkCost(error, "the cost of an error");
  if (review !== null) checkCost(review, "the cost of a review");
  if (abstain !== null) checkCost(abstain, "the cost of abstaining");
  checkCost(missed, "the cost of a missed right prediction");
  if (!(reviewError >= 0 && reviewError <= 1))
    throw new InputError("out-of-range", `the share of reviews that end wrong must be in [0, 1], got ${reviewError}`);
  if (review === null && abstain === null)
    throw new InputError(
      "incompatible",
      "costs need a choice beside acting: give the cost of a review or of abstaining",
    );
  if (abstain === null && missed > 0)
    throw new InputError("incompatible", "a cost of missed rows needs a cost of abstaining: give that as well, or 0");
}

/**
 * Lets a cost matrix pass that decisions can be made of.
 *
 * @throws {InputError} `too-few`, `shape-mismatch`, `not-finite`, `out-of-range`, `incompatible` with the place in the matrix
 */
export function checkCostMatrix({ classNames, costs, review, abstain }: CostMatrix): void {
  const classes = classNames.length;
  if (classes < 2) throw new InputError("too-few", `a cost matrix needs at least two classes, got ${classes}`);
  if (new Set(classNames).size !== classes)
    throw new InputError("incompatible", `a cost matrix needs each class once, got ${classNames.join(", ")}`);
  if (costs.length !== classes)
    throw new InputError("shape-mismatch", `${classes} classes need ${classes} rows of costs, got ${costs.length}`);
  costs.forEach((row, i) => {
    if (row.length !== classes)
      throw new InputError(
        "shape-mismatch",
        `the costs of class ${classNames[i]} need ${classes} numbers, got ${row.length}`,
        i,
      );
    row.forEach((cost, j) => {
      if (!(Math.abs(cost) <= LARGEST))
        throw new InputError(
          Number.isFinite(cost) ? "out-of-range" : "not-finite",
          `the cost of treating ${classNames[i]} as ${classNames[j]} must be a number of size up to ${LARGEST}, got ${cost}`,
          i,
        );
    });
  });
  if (review !== null) checkCost(review, "the cost of a review");
  if (abstain !== null) checkCost(abstain, "the cost of abstaining");
}

/**
 * Lets a capacity pass, as the share of rows that can be reviewed.
 *
 * @returns reviews / volume, at most 1
 * @throws {InputError} `out-of-range`
 */
export function capacityShare({ reviews, volume, period }: Capacity): number {
  if (!(reviews >= 0 && reviews < Infinity))
    throw new InputError("out-of-range", `reviews per ${period} must be a number ≥ 0, got ${reviews}`);
  if (!(volume > 0 && volume < Infinity))
    throw new InputError("out-of-range", `predictions per ${period} must be a number > 0, got ${volume}`);
  return Math.min(1, reviews / volume);
}
