import { InputError } from "../errors.ts";
import type { LossCurve } from "./loss-curve.ts";
import { checkTarget, type RiskControl } from "./risk-control.ts";

/** Choices of `conformalRiskControl`. */
export interface ConformalRiskControlOptions {
  /** Largest acceptable expected loss of a new row, in (0, bound). */
  readonly target: number;
}

/**
 * The least conservative rule whose expected loss on a new row is at most `target`: n/(n + 1)·mean + B/(n + 1) ≤
 * target. The promise is about the average over calibration sets, not about the one at hand; `riskControllingRule` is
 * for that.
 *
 * @param curve losses of exchangeable rows; each row's loss must not fall from a rule to a less conservative one
 * @throws {InputError} `out-of-range` for the target; `incompatible` with the number of the rule where the mean loss
 *   falls
 *
 * Source: Angelopoulos, Bates, Fisch, Lei and Schuster (2024), ICLR, "Conformal risk control", theorem 1.
 * Accuracy: a rule within (n + 1)·2⁻⁵⁰·B of the limit on the total counts as at the limit, because that is how far
 * rounding moves sums of losses and decimals such as 0.29; the promise is kept to 2⁻⁵⁰·B.
 */
export function conformalRiskControl(curve: LossCurve, options: ConformalRiskControlOptions): RiskControl {
  const { target } = options;
  const { n, rules, bound } = curve;
  checkTarget(target, bound);
  const slack = (n + 1) * bound * 2 ** -50;
  const limit = target * (n + 1) - bound + slack;
  let rule = -1;
  let before = 0;
  for (let next = 0; next < rules; next++) {
    const total = curve.total(next);
    if (total < before - slack)
      throw new InputError(
        "incompatible",
        `losses must not fall as rules become less conservative, but the mean loss falls at rule ${next}`,
        next,
      );
    before = total;
    if (total > limit) break;
    rule = next;
  }
  const attained = rule >= 0;
  const risk = curve.total(Math.max(0, rule)) / n;
  return {
    rule: Math.max(0, rule),
    attained,
    calibrationRisk: risk,
    upperBound: (risk * n + bound) / (n + 1),
    n,
    missingRows: attained ? 0 : missing(risk, target, bound, n),
  };
}

/** Rows beyond n at which n·risk + B reaches target·(n + 1). */
function missing(risk: number, target: number, bound: number, n: number): number | null {
  if (!(risk < target)) return null;
  const needed = (bound - target) / (target - risk);
  return Number.isFinite(needed) ? Math.max(1, Math.ceil(needed * (1 - 1e-12)) - n) : null;
}
