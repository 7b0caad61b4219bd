import type { UncertaintyParts } from "./decompose-entropy.ts";
import { sharesOfSeveral } from "./member-shares.ts";
import type { MemberOptions, Members } from "./members.ts";
import { predictiveMean } from "./predictive-mean.ts";

/**
 * Uncertainty of every row by variance, summed over classes: p̄(1 − p̄) = mean of p(1 − p) + variance of p over members.
 *
 * @returns `total`, `aleatoric` and `epistemic` in [0, 1 − 1/K]; `epistemic` divides by M, not by M − 1: only then do the
 *   parts add up to the whole. Each is computed by itself, so that the identity is a check
 * @throws {InputError} as `decomposeEntropy`
 *
 * Source: law of total variance of the indicator of each class; Sale, Hofman, Wimmer, Hüllermeier and Nagler (2024), UAI,
 * "Label-wise aleatoric and epistemic uncertainty quantification", section 4.
 * Accuracy: squares of differences from the mean, so small disagreements keep their digits and are never negative.
 */
export function decomposeVariance(members: Members, options: MemberOptions = {}): UncertaintyParts {
  const shares = sharesOfSeveral(members.members, "the split of uncertainty", options);
  const { data, rows, classes } = members;
  const mean = predictiveMean(members, options).data;
  const total = new Float64Array(rows);
  const aleatoric = new Float64Array(rows);
  const epistemic = new Float64Array(rows);
  addSpread(total, mean, 0, classes, 1);
  shares.forEach((share, m) => {
    if (!(share > 0)) return;
    addSpread(aleatoric, data, m * mean.length, classes, share);
    addSquares(epistemic, data, m * mean.length, mean, classes, share);
  });
  return { total, aleatoric, epistemic };
}

function addSpread(sums: Float64Array, data: Float64Array, from: number, classes: number, share: number): void {
  for (let i = 0; i < sums.length; i++) {
    let sum = 0;
    const start = from + i * classes;
    for (let k = start; k < start + classes; k++) sum += data[k] * (1 - data[k]);
    sums[i] += share * Math.max(0, sum);
  }
}

function addSquares(
  sums: Float64Array,
  data: Float64Array,
  from: number,
  mean: Float64Array,
  classes: number,
  share: number,
): void {
  for (let i = 0; i < sums.length; i++) {
    let sum = 0;
    const start = i * classes;
    for (let k = start; k < start + classes; k++) {
      const d = data[from + k] - mean[k];
      sum += d * d;
    }
    sums[i] += share * sum;
  }
}
