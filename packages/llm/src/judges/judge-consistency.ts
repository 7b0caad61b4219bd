import { type Estimate, InputError, meanEstimate, proportionEstimate } from "@candor/core";
import type { Score } from "../scores/score.ts";

/** What `judgeConsistency` reads of a judgement: that of `judgeBoolean`, `judgeChoice` or `judgeScale`. */
export interface AnyJudgement {
  readonly kind: "boolean" | "choice" | "scale";
  readonly value: Score;
  readonly verdict: boolean | string | number | null;
}

/** What counts as the same answer. */
export interface ConsistencyOptions {
  /** Judgements with the same verdict are different answers where their values are further apart. Default 0.1; of a scale, 1. */
  readonly tolerance?: number;
  /** Smallest and largest value that a judgement can have, for the intervals. Default 0 and 1; of a scale, none. */
  readonly range?: readonly [number, number];
  /** Coverage of the intervals, in (0, 1). Default 0.95. */
  readonly level?: number;
}

/** Judgements with the same verdict and about the same confidence. */
export interface JudgeAnswer {
  readonly verdict: boolean | string | number;
  readonly n: number;
  /** Smallest and largest value among them; null where there is none. */
  readonly from: number | null;
  readonly to: number | null;
}

/** How far repeated judgements of one thing agree. */
export interface JudgeConsistency {
  readonly n: number;
  /** Judgements without a verdict, or without a value. */
  readonly withoutVerdict: number;
  readonly withoutValue: number;
  /** The most frequent verdict; null where two are equally frequent, or there is none. */
  readonly verdict: boolean | string | number | null;
  /** Share of the most frequent verdict among those given, with its Wilson interval; null where none was given. */
  readonly agreement: Estimate | null;
  /** Mean value (P(yes), probability of the choice, expected score), with Student's interval; null without values. */
  readonly mean: Estimate | null;
  /** Mean absolute difference of two judgements' values, with its interval; null with fewer than two values. */
  readonly difference: Estimate | null;
  /** Different answers: other verdicts, or the same with a confidence further apart than the tolerance. Most frequent first. */
  readonly answers: readonly JudgeAnswer[];
  /** True where there is one answer, and every judgement has a verdict and a value. */
  readonly consistent: boolean;
  /** One plain sentence. */
  readonly sentence: string;
}

const UNIT = [0, 1] as const;

/**
 * How far repeated judgements of one thing agree, in verdict and in confidence: "true" at 0.99 and "true" at 0.55 are different
 * answers.
 *
 * @param judgements at least one, all of one kind and about the same thing, independent of each other
 * @returns the interval of `difference` is Hoeffding's for a mean over pairs, which holds for every n and is wide for few
 * @throws {InputError} `empty`; `incompatible` for judgements of several kinds; `out-of-range` for a tolerance or level
 *
 * Source: Hoeffding (1963), JASA 58, §5a (means over pairs).
 */
export function judgeConsistency(
  judgements: readonly AnyJudgement[],
  options: ConsistencyOptions = {},
): JudgeConsistency {
  const [first] = judgements;
  if (first === undefined) throw new InputError("empty", "judgeConsistency needs at least one judgement");
  const stranger = judgements.findIndex(({ kind }) => kind !== first.kind);
  if (stranger >= 0)
    throw new InputError(
      "incompatible",
      `expected judgements of one kind, got ${first.kind} and ${judgements[stranger]?.kind}`,
      stranger,
    );
  const { tolerance = first.kind === "scale" ? 1 : 0.1, level = 0.95 } = options;
  const range = options.range ?? (first.kind === "scale" ? null : UNIT);
  if (range !== null && !(range[0] < range[1]))
    throw new InputError("out-of-range", `range must be two ascending numbers, got ${range[0]} and ${range[1]}`);
  if (!(tolerance >= 0)) throw new InputError("out-of-range", `tolerance must be ≥ 0, got ${tolerance}`);
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);

  const counts = new Map<boolean | string | number, number>();
  for (const { verdict } of judgements) if (verdict !== null) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const ranked = [...counts].toSorted((a, b) => b[1] - a[1]);
  const given = ranked.reduce((sum, [, n]) => sum + n, 0);
  const [top, second] = ranked;
  const values = Float64Array.from(judgements.flatMap(({ value }) => (value.value === null ? [] : [value.value])));
  const answers = answersOf(judgements, tolerance);
  const withoutVerdict = judgements.length - given;
  const withoutValue = judgements.length - values.length;
  const shared = {
    n: judgements.length,
    withoutVerdict,
    withoutValue,
    verdict: top === undefined || top[1] === second?.[1] ? null : top[0],
    agreement:
      top === undefined
        ? null
        : proportionEstimate(top[1] / given, { metric: "agreement-with-majority" }, given, given, level),
    mean: meanOf(values, level, range),
    difference: differenceOf(values, level, range === null ? null : range[1] - range[0]),
    answers,
    consistent: answers.length === 1 && withoutVerdict === 0 && withoutValue === 0,
  };
  return { ...shared, sentence: sentenceOf(shared) };
}

/** Judgements of one verdict, cut where neighbouring values are further apart than the tolerance. */
function answersOf(judgements: readonly AnyJudgement[], tolerance: number): readonly JudgeAnswer[] {
  const groups: { verdict: boolean | string | number; n: number; from: number | null; to: number | null }[] = [];
  const ordered = judgements.toSorted((a, b) => (a.value.value ?? Infinity) - (b.value.value ?? Infinity));
  for (const { verdict, value } of ordered) {
    if (verdict === null) continue;
    const same = groups.findLast((group) => group.verdict === verdict);
    const now = value.value;
    if (same === undefined || (same.from !== null && now !== null && now - same.from > tolerance + 1e-12))
      groups.push({ verdict, n: 1, from: now, to: now });
    else {
      same.n++;
      if (now !== null) same.to = now;
    }
  }
  return groups.toSorted((a, b) => b.n - a.n);
}

function meanOf(values: Float64Array, level: number, range: readonly [number, number] | null): Estimate | null {
  if (values.length === 0 || (values.length === 1 && range === null)) return null;
  const ends = range === null ? {} : { min: range[0], max: range[1] };
  return meanEstimate(values, { metric: "mean-judgement" }, { level, ...ends });
}

/** Hoeffding's interval needs to know how far apart values can be; without that there is none. */
function differenceOf(values: Float64Array, level: number, span: number | null): Estimate | null {
  const n = values.length;
  if (n < 2) return null;
  const sorted = values.toSorted();
  const sum = sorted.reduce((total, value, i) => total + (2 * i - n + 1) * value, 0);
  const value = Math.max(0, sum / ((n * (n - 1)) / 2));
  const half = (span ?? 0) * Math.sqrt(-Math.log((1 - level) / 2) / (2 * Math.floor(n / 2)));
  return {
    value,
    lower: Math.max(0, value - half),
    upper: Math.min(span ?? value, value + half),
    level,
    n,
    effectiveN: n,
    interval: span === null ? "none" : "conservative",
    spec: { metric: "mean-absolute-difference", pairs: (n * (n - 1)) / 2 },
  };
}

function sentenceOf(shared: Omit<JudgeConsistency, "sentence">): string {
  const { n, answers, withoutVerdict, agreement } = shared;
  const judgements = n === 1 ? "judgement" : "judgements";
  if (agreement === null) return `None of ${n} ${judgements} has a verdict.`;
  const missing = withoutVerdict === 0 ? "" : ` ${withoutVerdict} of ${n} have no verdict.`;
  const [answer] = answers;
  const verdicts = new Set(answers.map(({ verdict }) => verdict)).size;
  if (answers.length === 1 && answer !== undefined)
    return `${n - withoutVerdict} ${n - withoutVerdict === 1 ? "judgement says" : "judgements say"} the same: ${answer.verdict}.${missing}`;
  if (verdicts === 1)
    return `All verdicts are ${answer?.verdict}, but with confidences so far apart that they are ${answers.length} different answers.${missing}`;
  return `There are ${verdicts} different verdicts among ${n - withoutVerdict} judgements.${missing}`;
}
