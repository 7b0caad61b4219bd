import type { PoolingOrder, RankedUncertainty } from "@candor/core";

const uncertainties: Readonly<Record<RankedUncertainty["measure"], string>> = {
  "entropy-total": "All, by entropy",
  "entropy-aleatoric": "Noise, by entropy",
  "entropy-epistemic": "Unknown, by entropy",
  "variance-total": "All, by variance",
  "variance-aleatoric": "Noise, by variance",
  "variance-epistemic": "Unknown, by variance",
  "pairwise-kl": "Divergence of members",
  disagreement: "Members that disagree",
  "one-minus-top": "One minus the top mean",
};

/** What to call a measure of the uncertainty of an ensemble. */
export function uncertaintyName(measure: RankedUncertainty["measure"]): string {
  return uncertainties[measure];
}

const orders: Readonly<Record<PoolingOrder | "none", string>> = {
  none: "No calibration",
  "calibrate-mean": "The mean",
  "calibrate-members": "Each member, then mean",
  "calibrate-jointly": "All alike, then mean",
  "calibrate-both": "Each member and mean",
};

/** What to call an order of calibrating and averaging. */
export function poolingOrderName(order: PoolingOrder | "none"): string {
  return orders[order];
}
