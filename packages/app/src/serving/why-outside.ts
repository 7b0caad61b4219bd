import { type InDistributionDemand, isOutside } from "@candor/core";

/**
 * Why a row is reviewed whatever its score.
 *
 * @param pValue of its being like the training data, in [0, 1]; null where it is not known
 * @returns null for a row in distribution
 */
export function whyOutside(pValue: number | null, demand: InDistributionDemand): string | null {
  const { level } = demand;
  if (pValue === null) return "Whether the row is in distribution is not known, so a person reviews it.";
  if (!isOutside(pValue, demand)) return null;
  const shown = Number(pValue.toPrecision(3));
  return `The row is not in distribution (p-value ${shown}, the policy wants more than ${level}), so a person reviews it.`;
}
