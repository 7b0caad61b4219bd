import type { Bounded, GroupSums } from "./calibration-summary.ts";

/** Outcomes of the rarer kind, after Kish, from which on the interval of the slope can be relied on. */
const FEWEST_EVENTS = 20;

/** As `coxCalibration`. */
const CLIP = 1e-6;

/** Steps of Newton's method; a problem with an optimum takes about six. */
const MOST_STEPS = 60;

/**
 * Slope of the logistic regression of the outcome on the log-odds of the probability, one row per group and outcome at the
 * mean probability of the group, with a sandwich variance. Groups ascend in probability.
 *
 * @param around the Student-t interval of a value with a variance, cut to a range
 * @returns why there is none, in words, where there are fewer than 20 outcomes of the rarer kind, where all probabilities
 *   are equal, and where they separate the outcomes
 *
 * Source: Cox (1958), Biometrika 45; as `coxCalibration`.
 */
export function recalibrationSlope(
  sums: GroupSums,
  effectiveN: number,
  around: (value: number, variance: number, least: number, most: number) => Bounded,
): Bounded | string {
  const size = sums.count.length;
  const x = new Float64Array(size);
  const total = new Float64Array(4);
  let first = -1;
  let isConstant = true;
  for (let g = 0; g < size; g++) {
    const w = sums.weight[g];
    if (!(w > 0)) continue;
    const p = Math.min(1 - CLIP, Math.max(CLIP, sums.p[g] / w));
    x[g] = Math.log(p) - Math.log1p(-p);
    if (first < 0) first = g;
    else if (Math.abs(x[g] - x[first]) > 1e-9) isConstant = false;
    total[0] += w;
    total[1] += sums.weightPositive[g];
  }
  const rarer = (Math.min(total[1], total[0] - total[1]) / total[0]) * effectiveN;
  if (rarer < FEWEST_EVENTS - 1e-6)
    return `the slope needs ${FEWEST_EVENTS} outcomes of each kind, there are ${Math.floor(Math.max(0, rarer) + 1e-6)} of the rarer`;
  const separated = "the confidences separate the outcomes, so that no slope is the best";
  if (isConstant) return "the slope needs confidences that differ, all are nearly equal";
  if (isSeparated(sums)) return separated;
  const fit = fitLine(sums, x, total[0]);
  if (fit === undefined) return separated;
  const { intercept, slope, inverse } = fit;
  let variance = 0;
  for (let g = 0; g < size; g++) {
    if (!(sums.weight[g] > 0)) continue;
    const e = Math.exp(intercept + slope * x[g]);
    const rate = e < Infinity ? e / (1 + e) : 1;
    const influence = inverse[1] + inverse[2] * x[g];
    const squares =
      sums.squaredPositive[g] * (1 - rate) * (1 - rate) +
      Math.max(0, sums.squared[g] - sums.squaredPositive[g]) * rate * rate;
    variance += squares * influence * influence;
  }
  return around(slope, variance, -Infinity, Infinity);
}

/** True where at most one group has both outcomes and lies between those with one and those with the other. */
function isSeparated({ weight, weightPositive }: GroupSums): boolean {
  const lowest = [Infinity, Infinity];
  const highest = [-Infinity, -Infinity];
  for (let g = 0; g < weight.length; g++)
    for (const outcome of [0, 1]) {
      const mass = outcome === 1 ? weightPositive[g] : weight[g] - weightPositive[g];
      if (!(mass > 0)) continue;
      if (lowest[outcome] === Infinity) lowest[outcome] = g;
      highest[outcome] = g;
    }
  return highest[0] <= lowest[1] || highest[1] <= lowest[0];
}

interface Line {
  readonly intercept: number;
  readonly slope: number;
  /** Of the Hessian: [aa, ab, bb]. */
  readonly inverse: readonly [number, number, number];
}

/** Newton's method with halved steps; undefined where there is no optimum. */
function fitLine(sums: GroupSums, x: Float64Array, weight: number): Line | undefined {
  const at = new Float64Array(6);
  let intercept = 0;
  let slope = 1;
  evaluate(sums, x, intercept, slope, at);
  for (let step = 0; step < MOST_STEPS; step++) {
    const [loss, ga, gb, aa, ab, bb] = at;
    const determinant = aa * bb - ab * ab;
    if (!(determinant > 1e-14 * aa * bb)) return undefined;
    if (Math.max(Math.abs(ga), Math.abs(gb)) <= 1e-10 * weight)
      return { intercept, slope, inverse: [bb / determinant, -ab / determinant, aa / determinant] };
    const da = (bb * ga - ab * gb) / determinant;
    const db = (aa * gb - ab * ga) / determinant;
    let size = 1;
    for (; ; size /= 2) {
      evaluate(sums, x, intercept - size * da, slope - size * db, at);
      if (at[0] <= loss + 1e-14 * Math.abs(loss) || size < 1e-6) break;
    }
    intercept -= size * da;
    slope -= size * db;
    if (!(Number.isFinite(slope) && Number.isFinite(intercept))) return undefined;
  }
  return undefined;
}

/** Log loss, its gradient and its Hessian. */
function evaluate(sums: GroupSums, x: Float64Array, intercept: number, slope: number, into: Float64Array): void {
  into.fill(0);
  for (let g = 0; g < x.length; g++) {
    const w = sums.weight[g];
    if (!(w > 0)) continue;
    const eta = intercept + slope * x[g];
    const e = Math.exp(-Math.abs(eta));
    const near = 1 / (1 + e);
    const rate = eta >= 0 ? near : e * near;
    const positive = sums.weightPositive[g];
    const miss = w * rate - positive;
    const curvature = w * near * near * e;
    into[0] += w * Math.log1p(e) + (eta >= 0 ? (w - positive) * eta : -positive * eta);
    into[1] += miss;
    into[2] += miss * x[g];
    into[3] += curvature;
    into[4] += curvature * x[g];
    into[5] += curvature * x[g] * x[g];
  }
}
