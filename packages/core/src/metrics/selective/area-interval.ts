import type { Estimate, IntervalKind, Spec } from "../../estimate.ts";
import { clopperPearson, type Interval } from "../../intervals/proportion.ts";
import type { CheckedSample } from "../../intervals/sample.ts";
import { logitEstimate, rarerRows } from "../ranking/logit-interval.ts";
import type { TieGroups } from "../ranking/tie-groups.ts";

/** What an area can be, given the error rate e. */
export interface AreaShape {
  /** The area when every row is wrong. */
  readonly limit: number;
  /** Least and largest area that any order can give. */
  readonly best: (e: number) => number;
  readonly worst: (e: number) => number;
  /** Largest excess when a share a of the pairs of unlike outcomes is in the wrong order. */
  readonly excess: (a: number, e: number) => number;
  readonly kind?: IntervalKind;
}

/** How many losses there are. */
export interface LossSummary {
  /** Mean loss, in [0, 1]. */
  readonly rate: number;
  /** Effective rows of the rarer of error and success. */
  readonly rarer: number;
}

/** The losses of grouped rows. */
export function lossSummary(groups: TieGroups): LossSummary {
  return { rate: Math.min(1, groups.totalHits / groups.totalMass), rarer: rarerRows(groups) };
}

/** Area under risk over coverage: all errors last, all errors first, a share of the errors first. */
export const AURC_SHAPE: AreaShape = {
  limit: 1,
  best: (e) => (e < 1 ? e + (1 - e) * Math.log1p(-e) : 1),
  worst: (e) => (e > 0 ? e * (1 - Math.log(e)) : 0),
  excess: (a, e) => (a * e > 0 ? a * e * (1 - Math.log(a * e)) : 0),
};

/** Area under accepted errors over coverage. */
export const AUGRC_SHAPE: AreaShape = {
  limit: 0.5,
  best: (e) => (e * e) / 2,
  worst: (e) => e - (e * e) / 2,
  excess: (a, e) => a * e * (1 - e),
};

/**
 * An area with its interval: on the logit scale, cut to the areas that are possible within the Clopper–Pearson interval of
 * the error rate; where no row (or every row) is wrong, all of those.
 */
export function areaEstimate(
  value: number,
  variance: number,
  spec: Spec,
  sample: CheckedSample,
  { rate, rarer }: LossSummary,
  { limit, best, worst, kind }: AreaShape,
): Estimate {
  const { n, level, effectiveN } = sample;
  const bounds = rateInterval(rate, sample);
  const possible = { lower: best(bounds.lower), upper: worst(bounds.upper) };
  if (rarer === 0) return { value, ...possible, level, n, effectiveN, interval: "conservative", spec };
  const estimate = logitEstimate(value, variance, spec, sample, { rarer, limit, ...(kind ? { kind } : {}) });
  return {
    ...estimate,
    lower: Math.min(value, Math.max(estimate.lower, possible.lower)),
    upper: Math.max(value, Math.min(estimate.upper, possible.upper)),
  };
}

/**
 * An excess area, at least 0, with its interval: on the logit scale, cut to what is possible within the Clopper–Pearson
 * interval of the error rate; at 0 also to what the Clopper–Pearson bound of the share of wrongly ordered pairs allows.
 */
export function excessEstimate(
  excess: number,
  variance: number,
  spec: Spec,
  sample: CheckedSample,
  { rate, rarer }: LossSummary,
  { limit, best, worst, excess: largest }: AreaShape,
): Estimate {
  const { n, level, effectiveN } = sample;
  const { lower, upper } = rateInterval(rate, sample);
  const widest = Math.min(upper, Math.max(lower, 0.5));
  const possible = worst(widest) - best(widest);
  const rounding = 1e-12 * limit;
  if (excess > rounding) {
    const estimate = logitEstimate(excess, variance, spec, sample, { rarer, limit, kind: "approximate" });
    return { ...estimate, upper: Math.max(excess, Math.min(estimate.upper, possible)) };
  }
  const pairs = rarer > 0 ? largest(clopperPearson(0, rarer, level).upper, rate) : 1;
  return {
    value: 0,
    lower: 0,
    upper: Math.min(possible, pairs),
    level,
    n,
    effectiveN,
    interval: "approximate",
    spec,
  };
}

/** Clopper–Pearson interval of the mean loss at the effective n. */
function rateInterval(rate: number, { effectiveN, level }: CheckedSample): Interval {
  return clopperPearson(rate * effectiveN, effectiveN, level);
}
