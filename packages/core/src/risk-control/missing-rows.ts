import { bettingPValue } from "./bounds/betting.ts";
import { hoeffdingPValue } from "./bounds/hoeffding.ts";
import { hoeffdingBentkusPValue } from "./bounds/hoeffding-bentkus.ts";
import { maurerPontilPValue } from "./bounds/maurer-pontil.ts";
import type { LossCurve } from "./loss-curve.ts";
import type { RiskBound } from "./risk-bound.ts";

const MOST_ROWS = 1e12;
/** Up to here the losses are repeated; beyond, Hoeffding-Bentkus stands in for bounds that look at each loss. */
const MOST_REPEATED = 1e6;

/**
 * How many more rows a rule needs before its mean loss is proven to be at most `risk`, if further rows look like those
 * at hand. An estimate.
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
  const losses = curve.losses(rule).slice();
  const pValue = (rows: number): number => {
    if (method === "hoeffding") return hoeffdingPValue(mean, rows, risk, { bound });
    if (method === "maurer-pontil" && rows <= MOST_REPEATED)
      return maurerPontilPValue(repeated(losses, rows), risk, { bound });
    if (method === "betting" && rows <= MOST_REPEATED)
      return bettingPValue(repeated(losses, rows), risk, failure, { bound });
    const total = binary ? bound * Math.round((mean / bound) * rows) : mean * rows;
    return hoeffdingBentkusPValue(total, rows, risk, { bound, binary });
  };
  let enough = n + 1;
  let short = n;
  while (!(pValue(enough) <= failure)) {
    short = enough;
    enough = Math.ceil(enough * 1.5);
    if (enough > MOST_ROWS) return null;
  }
  while (enough - short > 1) {
    const middle = Math.floor((enough + short) / 2);
    if (pValue(middle) <= failure) enough = middle;
    else short = middle;
  }
  return enough - n;
}

/** The losses over and over again. */
function repeated(losses: Float64Array, rows: number): Float64Array {
  const result = new Float64Array(rows);
  for (let i = 0; i < rows; i++) result[i] = losses[i % losses.length];
  return result;
}
