import type { MemberOptions, Members } from "./members.ts";
import { splitUncertainty, type UncertaintyParts } from "./split-uncertainty.ts";

/**
 * Uncertainty of every row by entropy, in nats: entropy of the mean = mean entropy of the members + mutual information.
 *
 * @returns `total` the entropy of the mean, `aleatoric` the mean of the entropies, `epistemic` the mutual information of
 *   prediction and member (BALD), all in [0, ln K]. Each is computed by itself, so that the identity is a check
 * @throws {InputError} `too-few` for fewer than 2 members with weight; `shape-mismatch`, `not-finite`, `out-of-range` for the
 *   member weights
 *
 * Source: Depeweg, Hernández-Lobato, Doshi-Velez and Udluft (2018), ICML, equation 4; Houlsby, Huszár, Ghahramani and
 * Lengyel (2011), arXiv:1112.5745, section 2.
 * Accuracy: the mutual information is a sum of terms p̄ φ(p/p̄), φ(r) = r ln r − r + 1 ≥ 0, so it is never negative, nothing is
 * clamped, and members that nearly agree do not lose it to rounding. 0 ln 0 = 0.
 */
export function decomposeEntropy(members: Members, options: MemberOptions = {}): UncertaintyParts {
  return splitUncertainty(members, options, entropyTerm, informationTerm);
}

function entropyTerm(p: number): number {
  return p > 0 ? -p * Math.log(p) : 0;
}

/** p̄ φ(p/p̄), in nats: what a member's probability of a class adds to its divergence from the mean. */
export function informationTerm(p: number, average: number): number {
  return average > 0 ? average * divergenceTerm((p - average) / average) : 0;
}

/** Ratios nearer to 1 than this take the series of φ: the plain form would lose their digits. */
const NEAR_ONE = 0.01;

/** r ln r − r + 1 of r = 1 + d, ≥ 0. */
export function divergenceTerm(d: number): number {
  if (d <= -1) return 1;
  if (d > -NEAR_ONE && d < NEAR_ONE)
    return d * d * (1 / 2 - d * (1 / 6 - d * (1 / 12 - d * (1 / 20 - d * (1 / 30 - d * (1 / 42 - d * (1 / 56)))))));
  return Math.max(0, (1 + d) * Math.log1p(d) - d);
}
