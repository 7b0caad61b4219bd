import { InputError } from "../errors.ts";

/** Which rule keeps the risk within a target, and on what evidence. */
export interface RiskControl {
  /** The least conservative rule that qualifies; the most conservative one, 0, where none does. */
  readonly rule: number;
  /** False where no rule qualifies: nothing is promised of `rule` then. */
  readonly attained: boolean;
  /** Mean loss of the calibration rows under the rule. */
  readonly calibrationRisk: number;
  /** What was compared with the target: above the risk in expectation, or with the probability asked for. */
  readonly upperBound: number;
  /** Calibration rows. */
  readonly n: number;
  /**
   * Further rows after which a rule can be expected to qualify, if the mean loss of the best candidate stays what it
   * is: 0 where `attained`, null where no number of rows would do.
   */
  readonly missingRows: number | null;
}

/** @throws {InputError} `out-of-range` unless in (0, bound) */
export function checkTarget(target: number, bound: number): void {
  if (!(target > 0 && target < bound))
    throw new InputError("out-of-range", `target must be in (0, ${bound}), got ${target}`);
}
