import { InputError } from "../../errors.ts";
import type { Estimate } from "../../estimate.ts";
import { clopperPearson } from "../../intervals/proportion.ts";
import { type CheckedSample, checkSample } from "../../intervals/sample.ts";
import { checkScores } from "./check-scores.ts";
import { logitEstimate, rarerRows } from "./logit-interval.ts";
import { type RankedOptions, type TieGroups, tieGroups } from "./tie-groups.ts";

/**
 * Average precision: Σ (recall step) × (precision at that threshold) over the distinct scores, no interpolation.
 *
 * @param scores n finite reals; higher means more likely positive
 * @param outcomes n values, 0 or 1; 1 must occur with some weight
 * @returns a number in (0, 1], higher is better; the base rate is what a random order scores. Interval: influence
 *   function, Student-t on the logit scale, `approximate`: with few rows of either outcome the estimate is skewed and biased
 *   upwards (in simulation it covers 92 % to 98 % at 20 to 50 rows of the rarer outcome). It is cut at what the worst order
 *   would give at the lower Clopper–Pearson bound of the base rate
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `one-class` without a positive
 *
 * Source: the definition of scikit-learn's `average_precision_score`; influence function by differentiating
 * E[precision(S) | Y = 1] in the masses of the rows.
 */
export function averagePrecision(scores: Float64Array, outcomes: Uint8Array, options: RankedOptions = {}): Estimate {
  checkScores(scores, outcomes);
  const sample = checkSample(scores.length, options);
  const groups = tieGroups(scores, outcomes, sample, options.order);
  const { value, variance } = precisionFromGroups(groups);
  return precisionEstimate(value, variance, sample, groups, {
    metric: "average-precision",
    ties: "grouped",
    rule: "step",
  });
}

/**
 * Area under the precision-recall curve by trapezoids, from recall 0 with precision 1.
 *
 * Straight lines between points of this curve cannot be reached by any threshold, so the area is too high; it is here to
 * reproduce other tools. Prefer `averagePrecision`.
 *
 * @returns a number in [0, 1]; the interval has the width of that of `averagePrecision` on the logit scale
 * @throws {InputError} as `averagePrecision`
 *
 * Source: `auc(recall, precision)` on scikit-learn's `precision_recall_curve`; Davis and Goadrich (2006), ICML.
 */
export function prAucTrapezoid(scores: Float64Array, outcomes: Uint8Array, options: RankedOptions = {}): Estimate {
  checkScores(scores, outcomes);
  const sample = checkSample(scores.length, options);
  const groups = tieGroups(scores, outcomes, sample, options.order);
  const { variance } = precisionFromGroups(groups);
  let area = 0;
  let mass = 0;
  let hits = 0;
  let last = 1;
  for (let g = 0; g < groups.count; g++) {
    mass += groups.mass[g];
    hits += groups.hits[g];
    const precision = hits / mass;
    area += (groups.hits[g] / groups.totalHits) * ((precision + last) / 2);
    last = precision;
  }
  const spec = { metric: "pr-auc-trapezoid", ties: "grouped", rule: "trapezoid", start: "recall 0, precision 1" };
  return precisionEstimate(Math.min(1, area), variance, sample, groups, spec);
}

function precisionEstimate(
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
function precisionFromGroups({ count, mass, hits, squares, squaredHits, totalMass, totalHits }: TieGroups): {
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
