import { sharesOfSeveral } from "./member-shares.ts";
import type { MemberOptions, Members } from "./members.ts";
import { predictiveMean } from "./predictive-mean.ts";

/** Uncertainty of every row, split by cause: `total = aleatoric + epistemic` up to rounding (1e-12). */
export interface UncertaintyParts {
  /** Of the mean prediction. */
  readonly total: Float64Array;
  /** Noise that every member expects: more members do not take it away. */
  readonly aleatoric: Float64Array;
  /** What members do not agree about: lack of knowledge. */
  readonly epistemic: Float64Array;
}

/** A number ≥ 0 for the probability of one class, by one member and by the mean of all. */
export type ClassTerm = (p: number, average: number) => number;

/** The members with weight beside the mean of all. */
export interface ComparedMembers {
  readonly shares: Float64Array;
  readonly mean: Float64Array;
  /** Sums a term over the classes of every row of every member. */
  visit(term: ClassTerm, take: TakeSum): void;
}

/** @param share of the member, in (0, 1] */
type TakeSum = (row: number, sum: number, share: number) => void;

/**
 * Compares members with their mean.
 *
 * @param what what needs several members, for the complaint
 * @throws {InputError} `too-few` for fewer than 2 members with weight; `shape-mismatch`, `not-finite`, `out-of-range` for the
 *   member weights
 */
export function compareMembers(members: Members, what: string, options: MemberOptions): ComparedMembers {
  const shares = sharesOfSeveral(members.members, what, options);
  const { data, classes } = members;
  const mean = predictiveMean(members, options).data;
  return {
    shares,
    mean,
    visit(term, take) {
      shares.forEach((share, m) => {
        const values = data.subarray(m * mean.length, (m + 1) * mean.length);
        if (share > 0) visitRows(values, mean, classes, term, (row, sum) => take(row, sum, share));
      });
    },
  };
}

/** Sums a term over the classes of every row. What rounding takes below 0 is 0. */
function visitRows(
  values: Float64Array,
  mean: Float64Array,
  classes: number,
  term: ClassTerm,
  take: (row: number, sum: number) => void,
): void {
  for (let i = 0, k = 0; k < values.length; i++) {
    let sum = 0;
    for (const end = k + classes; k < end; k++) sum += term(values[k], mean[k]);
    take(i, Math.max(0, sum));
  }
}

/**
 * Splits uncertainty by a spread of single predictions and a distance of members from the mean. Each part is computed by
 * itself, so that the identity is a check.
 *
 * @param spread uncertainty of a prediction, per class
 * @param distance what a member's differing from the mean adds, per class
 * @throws {InputError} as `compareMembers`
 */
export function splitUncertainty(
  members: Members,
  options: MemberOptions,
  spread: (p: number) => number,
  distance: ClassTerm,
): UncertaintyParts {
  const { mean, visit } = compareMembers(members, "the split of uncertainty", options);
  const total = new Float64Array(members.rows);
  const aleatoric = new Float64Array(members.rows);
  const epistemic = new Float64Array(members.rows);
  visitRows(mean, mean, members.classes, spread, (row, sum) => {
    total[row] = sum;
  });
  visit(spread, (row, sum, share) => {
    aleatoric[row] += share * sum;
  });
  visit(distance, (row, sum, share) => {
    epistemic[row] += share * sum;
  });
  return { total, aleatoric, epistemic };
}
