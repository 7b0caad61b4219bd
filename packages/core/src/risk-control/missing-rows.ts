import { hoeffdingPValue } from "./bounds/hoeffding.ts";
import { hoeffdingBentkusPValue } from "./bounds/hoeffding-bentkus.ts";
import type { LossCurve } from "./loss-curve.ts";
import type { RiskBound } from "./risk-bound.ts";

const MOST_ROWS = 1e12;

/**
 * How many more rows a rule needs before its mean loss is proven to be at most `risk`, if the mean stays what it is. An
 * estimate: the bounds by variance and by betting are taken to need what Hoeffding-Bentkus needs.
 *
 * @returns an integer ≥ 1, or null where the mean loss is not below the risk or 10¹² rows would not do
 */
export function missingRows(
  curve: LossCurve,
  rule: number,
  risk: number,
  failure: number,
  method: RiskBound,
): number | null {
  const { n, bound, binary } = curve;
  const mean = curve.total(rule) / n;
  if (!(mean < risk)) return null;
  const proves = (rows: number): boolean => {
    if (method === "hoeffding") return hoeffdingPValue(mean, rows, risk, { bound }) <= failure;
    const total = binary ? bound * Math.round((mean / bound) * rows) : mean * rows;
    return hoeffdingBentkusPValue(total, rows, risk, { bound, binary }) <= failure;
  };
  let enough = n + 1;
  let short = n;
  while (!proves(enough)) {
    short = enough;
    enough = Math.ceil(enough * 1.5);
    if (enough > MOST_ROWS) return null;
  }
  while (enough - short > 1) {
    const middle = Math.floor((enough + short) / 2);
    if (proves(middle)) enough = middle;
    else short = middle;
  }
  return enough - n;
}
