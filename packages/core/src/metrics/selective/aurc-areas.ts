import type { CheckedSample } from "../../intervals/sample.ts";
import type { TieGroups } from "../ranking/tie-groups.ts";
import { harmonicDifference } from "./harmonic-difference.ts";
import type { Correctness } from "./selective-rows.ts";

/**
 * Mean over all orders of tied rows of the prefix mean of the loss: Σ_k (losses among the first k)/k / n, in closed form.
 *
 * Under weights the masses are scaled to add up to the effective n, and the harmonic sums become differences of digamma
 * functions; for equal weights that is the same number, and rows without weight count as absent.
 */
export function expectedTiesArea(groups: TieGroups, { weights, effectiveN }: CheckedSample): number {
  const { count, mass, hits, totalMass } = groups;
  const scale = weights ? effectiveN / totalMass : 1;
  let before = 0;
  let lossBefore = 0;
  let area = 0;
  for (let g = 0; g < count; g++) {
    const m = mass[g] * scale;
    const s = hits[g] * scale;
    let harmonic = 0;
    if (weights) harmonic = harmonicDifference(before, m);
    else for (let j = 1; j <= m; j++) harmonic += 1 / (before + j);
    area += s + (lossBefore - (s / m) * before) * harmonic;
    before += m;
    lossBefore += s;
  }
  return area / before;
}

/** Area under straight lines between the points (coverage, risk) of the groups; the first risk also holds at coverage 0. */
export function linearArea({ count, mass, hits, totalMass }: TieGroups): number {
  let cumulated = 0;
  let loss = 0;
  let area = 0;
  let last = hits[0] / mass[0];
  for (let g = 0; g < count; g++) {
    cumulated += mass[g];
    loss += hits[g];
    const risk = loss / cumulated;
    area += mass[g] * ((risk + last) / 2);
    last = risk;
  }
  return area / totalMass;
}

/** Area under the risk when a group is accepted bit by bit: its loss grows in a straight line with coverage. */
export function continuousArea({ count, mass, hits, totalMass }: TieGroups): number {
  let before = 0;
  let lossBefore = 0;
  let area = 0;
  for (let g = 0; g < count; g++) {
    area += hits[g];
    if (before > 0) area += (lossBefore - (hits[g] / mass[g]) * before) * Math.log1p(mass[g] / before);
    before += mass[g];
    lossBefore += hits[g];
  }
  return area / totalMass;
}

/**
 * Area over rows one by one in the stable order of falling confidence: tied rows as they come in the data.
 *
 * @param order ascending stable order of the confidence
 * @param rule `mean`: Σ w·risk / Σw; `trapezoid`: straight lines from the first row on, divided by the coverage they span
 */
export function fileOrderArea(
  confidence: Float64Array,
  correct: Correctness,
  order: Uint32Array,
  weights: Float64Array | undefined,
  rule: "mean" | "trapezoid",
): number {
  let mass = 0;
  let loss = 0;
  let area = 0;
  let carry = 0;
  let last = 0;
  let first = 0;
  let end = order.length;
  while (end > 0) {
    const score = confidence[order[end - 1]];
    let start = end - 1;
    while (start > 0 && confidence[order[start - 1]] === score) start--;
    for (let k = start; k < end; k++) {
      const i = order[k];
      const w = weights ? weights[i] : 1;
      if (w === 0) continue;
      mass += w;
      loss += w * (1 - correct[i]);
      const risk = loss / mass;
      if (first === 0) first = w;
      const term = rule === "mean" ? w * risk : mass === first ? 0 : (w * (risk + last)) / 2;
      last = risk;
      const sum = area + term;
      carry += area >= term ? area - sum + term : term - sum + area;
      area = sum;
    }
    end = start;
  }
  return (area + carry) / (rule === "mean" ? mass : mass - first);
}
