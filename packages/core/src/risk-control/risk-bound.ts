import { InputError } from "../errors.ts";
import { bettingPValue, bettingUpper } from "./bounds/betting.ts";
import { hoeffdingPValue, hoeffdingUpper } from "./bounds/hoeffding.ts";
import { hoeffdingBentkusPValue, hoeffdingBentkusUpper } from "./bounds/hoeffding-bentkus.ts";
import { maurerPontilPValue, maurerPontilUpper } from "./bounds/maurer-pontil.ts";
import type { LossCurve } from "./loss-curve.ts";

/**
 * How a mean loss is bounded. `hoeffding-bentkus` is exact (binomial) where losses can only be 0 or the bound;
 * `betting` is usually the tightest for others but depends on the order of the rows, which must not depend on their
 * losses; `binomial` refuses losses that can be anything but 0 or the bound.
 */
export type RiskBound = "hoeffding-bentkus" | "binomial" | "hoeffding" | "maurer-pontil" | "betting";

const METHODS: readonly string[] = ["hoeffding-bentkus", "binomial", "hoeffding", "maurer-pontil", "betting"];

function checkMethod(curve: LossCurve, method: RiskBound): void {
  if (!METHODS.includes(method))
    throw new InputError("unknown-option", `expected a bound among ${METHODS.join(", ")}, got ${method}`);
  if (method === "binomial" && !curve.binary)
    throw new InputError(
      "incompatible",
      `the binomial bound needs losses that can only be 0 or ${curve.bound}, declared as binary`,
    );
}

/**
 * Upper bound of the mean loss of a rule that holds with probability 1 - `failure`.
 *
 * @throws {InputError} `out-of-range`, `incompatible`, `unknown-option`
 */
export function riskUpper(curve: LossCurve, rule: number, failure: number, method: RiskBound): number {
  checkMethod(curve, method);
  const { n, bound, binary } = curve;
  switch (method) {
    case "hoeffding":
      return hoeffdingUpper(Math.min(bound, curve.total(rule) / n), n, failure, { bound });
    case "maurer-pontil":
      return maurerPontilUpper(curve.losses(rule), failure, { bound });
    case "betting":
      return bettingUpper(curve.losses(rule), failure, { bound });
    default:
      return hoeffdingBentkusUpper(curve.total(rule), n, failure, { bound, binary });
  }
}

/**
 * The p-value of "the mean loss of this rule exceeds `risk`"; at most `failure` exactly where `riskUpper` is at most
 * `risk`.
 *
 * @param failure what the p-value will be compared with; only `betting` uses it, to choose its stakes
 * @throws {InputError} `out-of-range`, `incompatible`, `unknown-option`
 */
export function riskPValue(curve: LossCurve, rule: number, risk: number, failure: number, method: RiskBound): number {
  checkMethod(curve, method);
  const { n, bound, binary } = curve;
  switch (method) {
    case "hoeffding":
      return hoeffdingPValue(Math.min(bound, curve.total(rule) / n), n, risk, { bound });
    case "maurer-pontil":
      return maurerPontilPValue(curve.losses(rule), risk, { bound });
    case "betting":
      return bettingPValue(curve.losses(rule), risk, failure, { bound });
    default:
      return hoeffdingBentkusPValue(curve.total(rule), n, risk, { bound, binary });
  }
}
