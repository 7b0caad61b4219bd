import { InputError } from "../../errors.ts";
import type { Estimate } from "../../estimate.ts";
import { clopperPearson } from "../../intervals/proportion.ts";
import type { CheckedSample } from "../../intervals/sample.ts";
import { logitEstimate, rarerRows } from "./logit-interval.ts";
import type { TieGroups } from "./tie-groups.ts";

/** An area under precision over recall with its interval, see `averagePrecision`. */
export function precisionEstimate(
  value: number,
  variance: number,
  sample: CheckedSample,
  groups: TieGroups,
  spec: Estimate["spec"],
): Estimate {
  const { n, level, effectiveN } = sample;
  const rarer = rarerRows(groups);
  const share = Math.min(1, groups.totalHits / groups.totalMass);
  const worst = worstPrecision(clopperPearson(share * effectiveN, effectiveN, level).lower);
  if (value < 1) {
    const estimate = logitEstimate(value, variance, spec, sample, { rarer, kind: "approximate" });
    return { ...estimate, lower: Math.min(value, Math.max(estimate.lower, worst)) };
  }
  const lower = rarer > 0 ? Math.max(worst, clopperPearson(rarer, rarer, level).lower) : worst;
  return { value, lower, upper: 1, level, n, effectiveN, interval: "approximate", spec };
}

/** Average precision when every negative scores above every positive, for many rows of the given base rate. */
function worstPrecision(baseRate: number): number {
  if (!(baseRate > 0)) return 0;
  return baseRate < 1 ? Math.max(0, 1 + ((1 - baseRate) / baseRate) * Math.log1p(-baseRate)) : 1;
}

/**
 * Average precision and its variance. With masses m of rows, c and g the mass and the positive mass at or above a score,
 * the influence of a row is [y(precision − AP) + Σ_below y m(y/c − g/c²)] / base rate.
 */
export function precisionFromGroups({ count, mass, hits, squares, squaredHits, totalMass, totalHits }: TieGroups): {
  value: number;
  variance: number;
} {
  if (!(totalHits > 0)) throw new InputError("one-class", "no outcome with weight is 1, at least one is needed");
  const cumulated = new Float64Array(count);
  const precision = new Float64Array(count);
  let c = 0;
  let h = 0;
  let area = 0;
  for (let g = 0; g < count; g++) {
    c += mass[g];
    h += hits[g];
    cumulated[g] = c;
    precision[g] = h / c;
    area += hits[g] * precision[g];
  }
  const value = Math.min(1, area / totalHits);
  let gain = 0;
  let loss = 0;
  let sum = 0;
  for (let g = count - 1; g >= 0; g--) {
    const step = hits[g] / cumulated[g];
    gain += step;
    loss += step * precision[g];
    const rise = precision[g] - value + gain;
    const positives = squaredHits[g];
    sum += positives * (rise - loss) * (rise - loss) + (squares[g] - positives) * loss * loss;
  }
  const baseRate = totalHits / totalMass;
  return { value, variance: sum / (baseRate * baseRate * totalMass * totalMass) };
}
