import { argsort } from "../kernels/argsort.ts";
import { checkFailure } from "./bounds/check.ts";
import { type FamilyWiseOptions, familyWiseRejections } from "./family-wise.ts";
import type { LossCurve } from "./loss-curve.ts";
import { missingRows } from "./missing-rows.ts";
import { type RiskBound, riskPValue, riskUpper } from "./risk-bound.ts";
import { checkTarget, type RiskControl } from "./risk-control.ts";

/** Choices of `learnThenTest`. */
export interface LearnThenTestOptions extends FamilyWiseOptions {
  /** Largest acceptable mean loss, in (0, bound). */
  readonly target: number;
  /** Probability in (0, 1) that any of the rules found breaks the target, at most. */
  readonly failure: number;
  /** Default `hoeffding-bentkus`. */
  readonly method?: RiskBound;
}

/** What `learnThenTest` found. */
export interface TestedRules extends RiskControl {
  /** All rules whose mean loss is at most the target, together with the probability asked for; ascending. */
  readonly valid: readonly number[];
}

/**
 * All rules whose mean loss is proven to be at most `target`, jointly with probability 1 - `failure`, and the least
 * conservative of them. Losses may rise and fall along the rules in any way.
 *
 * @param curve losses of independent rows; rules in an order chosen without looking at these rows
 * @returns `upperBound` is that of `rule` alone, at the share of the failure it was tested with
 * @throws {InputError} `out-of-range`, `incompatible`
 *
 * Source: Angelopoulos, Bates, Candès, Jordan and Lei (2025), "Learn then test", Annals of Applied Statistics 19.
 */
export function learnThenTest(curve: LossCurve, options: LearnThenTestOptions): TestedRules {
  const { target, failure, method = "hoeffding-bentkus", correction = "fixed-sequence", starts = 1 } = options;
  checkTarget(target, curve.bound);
  checkFailure(failure);
  const strictest = correction === "fixed-sequence" ? Math.max(1, Math.min(starts, curve.rules)) : curve.rules;
  const pValues = new Float64Array(curve.rules);
  for (let rule = 0; rule < curve.rules; rule++)
    pValues[rule] = riskPValue(curve, rule, target, failure / strictest, method);
  const valid = Array.from(familyWiseRejections(pValues, failure, { correction, starts }));
  const rule = valid.at(-1) ?? 0;
  const nearest = strictest === 1 ? 0 : argsort(pValues)[0];
  const tests = correction === "holm" && valid.length > 0 ? curve.rules - rankOf(pValues, rule) : strictest;
  return {
    rule,
    attained: valid.length > 0,
    valid,
    calibrationRisk: curve.total(rule) / curve.n,
    upperBound: riskUpper(curve, rule, failure / tests, method),
    n: curve.n,
    missingRows: valid.length > 0 ? 0 : missingRows(curve, nearest, target, failure / strictest, method),
  };
}

/** How many p-values come before this one in ascending order, equal ones by position. */
function rankOf(pValues: Float64Array, position: number): number {
  let before = 0;
  for (let i = 0; i < pValues.length; i++)
    if (pValues[i] < pValues[position] || (pValues[i] === pValues[position] && i < position)) before++;
  return before;
}
