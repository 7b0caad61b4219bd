import { InputError } from "../../errors.ts";
import type { IntervalBase } from "./interval-base.ts";

/** How far outcomes lie beyond each end of what the intervals start from, in its unit; negative inside. */
export interface SideScores {
  /** (low − y) / lowUnit. */
  readonly below: Float64Array;
  /** (y − high) / highUnit. */
  readonly above: Float64Array;
}

/**
 * The scores of both sides; Infinity for rows that are not scaled.
 *
 * @param outcomes finite, one per row of the base
 * @throws {InputError} `shape-mismatch`; `not-finite` with the row of an outcome that is no finite number, or whose score
 * is beyond the range of a double
 */
export function sideScores(base: IntervalBase, outcomes: Float64Array): SideScores {
  const rows = base.low.length;
  if (outcomes.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} forecasts but ${outcomes.length} outcomes`);
  const below = new Float64Array(rows);
  const above = new Float64Array(rows);
  const { low, high, lowUnit, highUnit, unscaled } = base;
  for (let i = 0; i < rows; i++) {
    below[i] = lowUnit === null ? low[i] - outcomes[i] : (low[i] - outcomes[i]) / lowUnit[i];
    above[i] = highUnit === null ? outcomes[i] - high[i] : (outcomes[i] - high[i]) / highUnit[i];
    if (
      !(Number.isFinite(below[i]) && Number.isFinite(above[i])) &&
      !(lowUnit?.[i] === 0 && Number.isFinite(outcomes[i]))
    )
      refuse(outcomes[i], i);
  }
  for (const row of unscaled) {
    below[row] = Infinity;
    above[row] = Infinity;
  }
  return { below, above };
}

/**
 * One score per row: the larger of the two sides, |y − point| / unit where both start from the point.
 *
 * @param outcomes finite, one per row of the base
 * @throws {InputError} as `sideScores`
 */
export function intervalScores(base: IntervalBase, outcomes: Float64Array): Float64Array {
  const { below, above } = sideScores(base, outcomes);
  for (let i = 0; i < below.length; i++) if (above[i] > below[i]) below[i] = above[i];
  return below;
}

function refuse(outcome: number, row: number): never {
  if (!Number.isFinite(outcome))
    throw new InputError("not-finite", `outcomes must be finite numbers, got ${outcome} at row ${row}`, row);
  throw new InputError(
    "not-finite",
    `the distance of outcome ${outcome} from its forecast at row ${row} is too large`,
    row,
  );
}
