import { InputError } from "@candor/core";
import type { Score } from "../scores/score.ts";
import type { Trace } from "../trace/trace.ts";
import {
  type Distribution,
  distributionOf,
  type JudgeOptions,
  pointMasses,
  readVerdict,
  type VerdictMass,
} from "./judgement.ts";
import type { WeighedVerdict } from "./weigh-verdict.ts";

/** The numbers that a judge may give: evenly spaced, or one by one. */
export type Scale =
  | { readonly from: number; readonly to: number /** Default 1. */; readonly step?: number }
  | readonly number[];

/** The score that a judge gave, and how sure it was. */
export interface ScaleJudgement {
  readonly kind: "scale";
  /** Expected score, in [lowest, highest] level: Σ level · probability. */
  readonly value: Score;
  /** What was written; null where no level was. */
  readonly verdict: number | null;
  /** By level, ascending. */
  readonly options: readonly Distribution<number>[];
  /** Where the probability at the verdict went; null where it is unknown. */
  readonly mass: VerdictMass | null;
}

/** More levels than any judge tells apart. */
const MOST_LEVELS = 10_001;

/**
 * The levels of a scale, ascending.
 *
 * @throws {InputError} `not-finite`, `out-of-range`, `too-few`, `incompatible`
 */
export function levelsOf(scale: Scale): readonly number[] {
  if ("from" in scale) {
    const { from, to, step = 1 } = scale;
    if (![from, to, step].every(Number.isFinite))
      throw new InputError("not-finite", `expected a scale of finite numbers, got ${from} to ${to} by ${step}`);
    const steps = Math.round((to - from) / step);
    if (!(step > 0 && steps >= 1 && Math.abs(from + steps * step - to) <= 1e-9 * Math.max(1, Math.abs(to))))
      throw new InputError("out-of-range", `steps of ${step} do not lead from ${from} to ${to}`);
    if (steps + 1 > MOST_LEVELS)
      throw new InputError("out-of-range", `expected at most ${MOST_LEVELS} levels, got ${steps + 1}`);
    return Array.from({ length: steps + 1 }, (_, i) => Number((from + i * step).toFixed(9)));
  }
  const bad = scale.findIndex((level) => !Number.isFinite(level));
  if (bad >= 0)
    throw new InputError("not-finite", `level ${scale[bad]} at position ${bad} is not a finite number`, bad);
  if (scale.length < 2) throw new InputError("too-few", `a scale needs at least two levels, got ${scale.length}`);
  if (scale.length > MOST_LEVELS)
    throw new InputError("out-of-range", `expected at most ${MOST_LEVELS} levels, got ${scale.length}`);
  const sorted = scale.toSorted((a, b) => a - b);
  const twice = sorted.findIndex((level, i) => level === sorted[i - 1]);
  if (twice >= 0) throw new InputError("incompatible", `level ${sorted[twice]} is given more than once`);
  return sorted;
}

/**
 * The expected score of a judge, on any scale, from the mass on all spellings of each level.
 *
 * Scores of several tokens ("10", "7.5", "-1") are followed along what was generated; "7.0", "+7" and "07" are 7. A denominator
 * ("7/10", "7 out of 10") is not a score. No level is dropped for being unlikely: that would bias the mean.
 *
 * @returns `value.bounds` hold wherever the open mass belongs: the unseen tail, and beginnings such as "1" before "10"
 * @throws {InputError} for a scale that is none
 *
 * Source: the expectation is that of Liu et al. (2023), "G-Eval", EMNLP, §2.
 */
export function judgeScale(trace: Trace, scale: Scale, options: JudgeOptions = {}): ScaleJudgement {
  const levels = levelsOf(scale);
  const read = readVerdict(trace, { forms: levels.map((level) => [String(level)]), levels }, options);
  const { weighed, reason } = read;
  const n = weighed?.n ?? 0;
  const bounds = weighed === null ? null : expectationBounds(weighed, levels);
  const value: Score =
    weighed === null || reason !== null
      ? { value: null, bounds, n, reason }
      : { value: expectation(pointMasses(weighed), levels), bounds, n, reason: null };
  return {
    kind: "scale",
    value,
    verdict: levels[read.written] ?? null,
    options: pointDistribution(distributionOf(read, levels), read.reason === null ? weighed : null),
    mass: read.mass,
  };
}

/** Plain shares: an expected score is not driven to an end of its range by a level that is not listed. */
function pointDistribution(
  options: readonly Distribution<number>[],
  weighed: WeighedVerdict | null,
): readonly Distribution<number>[] {
  if (weighed === null) return options;
  const masses = pointMasses(weighed);
  const total = masses.reduce((a, b) => a + b, 0);
  return options.map((option, c) => ({ ...option, probability: (masses[c] ?? 0) / total }));
}

function expectation(masses: Float64Array, levels: readonly number[]): number {
  let weight = 0;
  let sum = 0;
  masses.forEach((mass, c) => {
    weight += mass;
    sum += mass * (levels[c] ?? 0);
  });
  return sum / weight;
}

/**
 * The smallest and largest expected score. Largest: every open mass goes to the highest level that it can belong to; what may
 * leave does so where that level is below the mean, so they are taken in from the highest down while they raise it.
 */
function expectationBounds(weighed: WeighedVerdict, levels: readonly number[]): readonly [number, number] {
  const lower = -largestExpectation(
    weighed,
    levels.map((level) => -level),
  );
  return [lower === 0 ? 0 : lower, largestExpectation(weighed, levels)];
}

function largestExpectation({ certain, open }: WeighedVerdict, levels: readonly number[]): number {
  let weight = 0;
  let sum = 0;
  const take = (mass: number, level: number): void => {
    weight += mass;
    sum += mass * level;
  };
  certain.forEach((mass, c) => {
    take(mass, levels[c] ?? 0);
  });
  const best = open.map(({ mass, candidates, mayLeave }) => ({
    mass,
    mayLeave,
    level: candidates.reduce((most, c) => Math.max(most, levels[c] ?? 0), -Infinity),
  }));
  for (const { mass, level, mayLeave } of best) if (!mayLeave) take(mass, level);
  for (const { mass, level, mayLeave } of best.toSorted((a, b) => b.level - a.level))
    if (mayLeave && (weight === 0 || level * weight > sum)) take(mass, level);
  return weight > 0 ? sum / weight : levels.reduce((a, b) => Math.max(a, b), -Infinity);
}
