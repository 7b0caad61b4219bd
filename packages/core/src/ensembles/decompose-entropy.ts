import { sharesOfSeveral } from "./member-shares.ts";
import type { MemberOptions, Members } from "./members.ts";
import { predictiveMean } from "./predictive-mean.ts";

/** Uncertainty of every row, split by cause: `total = aleatoric + epistemic` up to rounding (1e-12). */
export interface UncertaintyParts {
  /** Of the mean prediction. */
  readonly total: Float64Array;
  /** Noise that every member expects: more members do not take it away. */
  readonly aleatoric: Float64Array;
  /** What members do not agree about: lack of knowledge. */
  readonly epistemic: Float64Array;
}

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
  const shares = sharesOfSeveral(members.members, "the split of uncertainty", options);
  const { data, rows, classes } = members;
  const mean = predictiveMean(members, options).data;
  const total = new Float64Array(rows);
  const aleatoric = new Float64Array(rows);
  const epistemic = new Float64Array(rows);
  addEntropies(total, mean, 0, classes, 1);
  shares.forEach((share, m) => {
    if (!(share > 0)) return;
    addEntropies(aleatoric, data, m * mean.length, classes, share);
    addInformation(epistemic, data, m * mean.length, mean, classes, share);
  });
  return { total, aleatoric, epistemic };
}

function addEntropies(sums: Float64Array, data: Float64Array, from: number, classes: number, share: number): void {
  for (let i = 0; i < sums.length; i++) {
    let sum = 0;
    const start = from + i * classes;
    for (let k = start; k < start + classes; k++) {
      const p = data[k];
      if (p > 0) sum -= p * Math.log(p);
    }
    sums[i] += share * Math.max(0, sum);
  }
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

function addInformation(
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
      const average = mean[k];
      if (average > 0) sum += average * divergenceTerm((data[from + k] - average) / average);
    }
    sums[i] += share * sum;
  }
}
