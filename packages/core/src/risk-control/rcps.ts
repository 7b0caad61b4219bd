import { checkFailure } from "./bounds/check.ts";
import type { LossCurve } from "./loss-curve.ts";
import { missingRows } from "./missing-rows.ts";
import { type RiskBound, riskPValue, riskUpper } from "./risk-bound.ts";
import { checkTarget, type RiskControl } from "./risk-control.ts";

/** Choices of `riskControllingRule`. */
export interface RiskControllingOptions {
  /** Largest acceptable mean loss, in (0, bound). */
  readonly target: number;
  /** Probability in (0, 1) that the rule breaks the target, at most. */
  readonly failure: number;
  /** Default `hoeffding-bentkus`. */
  readonly method?: RiskBound;
}

/**
 * The least conservative rule whose upper bound, and that of all more conservative rules, is at most `target`: with
 * probability 1 - `failure` over calibration sets its mean loss is at most `target` (risk-controlling prediction sets).
 *
 * @param curve losses of independent rows; the mean loss must not fall from a rule to a less conservative one
 * @throws {InputError} `out-of-range`, `incompatible`
 *
 * Source: Bates, Angelopoulos, Lei, Malik and Jordan (2021), JACM 68(6), theorem 1. Because rules are tested one after
 * the other and the first failure ends it, this is also fixed-sequence testing, so a mean loss that falls in places
 * does no harm.
 */
export function riskControllingRule(curve: LossCurve, options: RiskControllingOptions): RiskControl {
  const { target, failure, method = "hoeffding-bentkus" } = options;
  checkTarget(target, curve.bound);
  checkFailure(failure);
  let rule = -1;
  while (rule + 1 < curve.rules && riskPValue(curve, rule + 1, target, failure, method) <= failure) rule++;
  const attained = rule >= 0;
  const chosen = Math.max(0, rule);
  return {
    rule: chosen,
    attained,
    calibrationRisk: curve.total(chosen) / curve.n,
    upperBound: riskUpper(curve, chosen, failure, method),
    n: curve.n,
    missingRows: attained ? 0 : missingRows(curve, chosen, target, failure, method),
  };
}
