import { InputError } from "../../errors.ts";
import type { CheckedSample } from "../../intervals/sample.ts";
import { type TieGroups, tieGroups } from "../ranking/tie-groups.ts";

/**
 * How right each prediction was: 0 or 1 in a `Uint8Array`, or a grade in [0, 1] in a `Float64Array`. The loss of a row is
 * one minus it.
 */
export type Correctness = Uint8Array | Float64Array;

/**
 * Checks pairs of a confidence and a correctness.
 *
 * @param confidence n finite reals; higher means surer
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range` with the index of the first bad row
 */
export function checkSelective(confidence: Float64Array, correct: Correctness): void {
  const n = confidence.length;
  if (n === 0) throw new InputError("empty", "at least one row is needed, got none");
  if (correct.length !== n)
    throw new InputError("shape-mismatch", `there are ${n} rows of confidence but ${correct.length} of correctness`);
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(confidence[i]))
      throw new InputError("not-finite", `confidence ${confidence[i]} at row ${i} is not a finite number`, i);
    if (!(correct[i] >= 0 && correct[i] <= 1)) {
      const code = Number.isNaN(correct[i]) ? "not-finite" : "out-of-range";
      throw new InputError(code, `correctness ${correct[i]} at row ${i} is not in [0, 1]`, i);
    }
  }
}

/** Rows grouped by confidence, from the surest down; `hits` are losses. */
export function lossGroups(
  confidence: Float64Array,
  correct: Correctness,
  sample: CheckedSample,
  order?: Uint32Array,
): TieGroups {
  return tieGroups(confidence, correct, sample, order, true);
}

/** The same rows in the best possible order: grouped by correctness. */
export function optimalGroups(correct: Correctness, sample: CheckedSample): TieGroups {
  if (correct instanceof Float64Array) return lossGroups(correct, correct, sample);
  const { rows, weights, squaredWeights } = sample;
  const mass = [0, 0];
  const squares = [0, 0];
  for (let i = 0; i < rows; i++) {
    const loss = 1 - correct[i];
    const w = weights ? weights[i] : 1;
    mass[loss] += w;
    squares[loss] += squaredWeights ? squaredWeights[i] : w * w;
  }
  const present = [0, 1].filter((loss) => mass[loss] > 0);
  const ofLoss = (sums: number[]) => Float64Array.from(present, (loss) => loss * sums[loss]);
  return {
    count: present.length,
    rows: Uint32Array.from(present, (loss) => correct.indexOf(1 - loss)),
    mass: Float64Array.from(present, (loss) => mass[loss]),
    hits: ofLoss(mass),
    squares: Float64Array.from(present, (loss) => squares[loss]),
    squaredHits: ofLoss(squares),
    squaredHits2: ofLoss(squares),
    totalMass: mass[0] + mass[1],
    totalHits: mass[1],
  };
}
