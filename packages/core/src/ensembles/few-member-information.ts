import { decomposeEntropy } from "./decompose-entropy.ts";
import { memberShares } from "./member-shares.ts";
import type { MemberOptions, Members } from "./members.ts";
import { predictiveMean } from "./predictive-mean.ts";

/**
 * Mutual information corrected for the number of members, in nats. The mean of M members is nearer to each of them than the
 * mean of all members that could have been drawn, so the plain value is too small, by about (M − 1)/M where members differ
 * little. The jackknife takes the part of order 1/M away.
 *
 * @returns one value per row; noisier than the plain one, and below 0 by chance where there is nothing to find
 * @throws {InputError} as `decomposeEntropy`
 *
 * Source: Quenouille (1956), Biometrika 43 (the jackknife), on the entropy of the mean; with member weights the weighted
 * one: leaving out member m leaves the others in proportion.
 */
export function fewMemberInformation(members: Members, options: MemberOptions = {}): Float64Array {
  const { epistemic, total } = decomposeEntropy(members, options);
  const shares = memberShares(members.members, options);
  const { data, rows, classes } = members;
  const mean = predictiveMean(members, options).data;
  const result = epistemic.slice();
  shares.forEach((share, m) => {
    if (!(share > 0)) return;
    const rest = 1 - share;
    for (let i = 0; i < rows; i++) {
      let entropy = 0;
      for (let k = i * classes; k < (i + 1) * classes; k++) {
        const p = (mean[k] - share * data[m * mean.length + k]) / rest;
        if (p > 0) entropy -= p * Math.log(p);
      }
      result[i] += rest * (total[i] - entropy);
    }
  });
  return result;
}
