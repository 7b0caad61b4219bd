import { InputError } from "@candor/core";
import { LARGEST_VOCABULARY } from "../scores/place.ts";
import type { Score } from "../scores/score.ts";
import { tokenAt, tokenText } from "../scores/token-text.ts";
import { whyMissing, whyUnknown } from "../scores/why-missing.ts";
import type { Channel } from "../trace/token.ts";
import { type Trace, tokensOf } from "../trace/trace.ts";
import { findVerdict, type NoVerdict, type Occurrence } from "./find-verdict.ts";
import { type Spellings, withoutOpening } from "./spelling.ts";
import { verdictBegins, type WeighedVerdict, weighVerdict } from "./weigh-verdict.ts";

/** How a judge's answer is read. */
export interface JudgeOptions {
  /**
   * Which verdict counts where there are several. Default `marked`: the one that JSON, a box, a tag or a label such as `Verdict:`
   * marks, else the last one, as an explanation comes first.
   */
  readonly occurrence?: Occurrence;
  /** Default `content`. */
  readonly channel?: Channel;
  /** Size of the judge's vocabulary. Default 2²⁰, more than any in use. */
  readonly vocabulary?: number;
}

/** The candidates of a judge, and how probable each of them is among them. */
export interface Distribution<T> {
  readonly value: T;
  /** Share of the mass on all candidates, in [0, 1]; null where the evidence does not determine it. */
  readonly probability: number | null;
  /** Wherever the open mass belongs, the share is between these. Null where nothing is known. */
  readonly bounds: readonly [number, number] | null;
}

const NO_VERDICT: Readonly<Record<NoVerdict, string>> = {
  none: "The answer has none of the verdicts.",
  denied: "The answer denies a verdict, or leaves it open, and gives no other.",
  several: "The answer gives several verdicts and marks none as its own.",
};

/** Where the probability at a verdict went; the three add up to 1. Null where there is no verdict with log-probabilities. */
export interface VerdictMass {
  /** Certainly on the candidates. */
  readonly mass: number;
  /** On tokens that begin no candidate. */
  readonly otherMass: number;
  /** On tokens that were not listed, or that may still become one candidate or another. */
  readonly openMass: number;
}

/** A judge's answer, read but not yet put into words. */
export interface ReadVerdict {
  /** The candidate that was written; −1 for none. */
  readonly written: number;
  readonly weighed: WeighedVerdict | null;
  readonly mass: VerdictMass | null;
  /** Why there is no probability; null where there is one. */
  readonly reason: string | null;
}

/**
 * Finds the verdict of a judge and weighs it.
 *
 * The verdict that counts stands at one place, and only the tokens there make its probability: what the rest of the answer says, or
 * quotes, raises nothing.
 *
 * @throws {InputError} `out-of-range` for a vocabulary that is no whole number ≥ 1; `unknown-option` for an occurrence
 */
export function readVerdict(trace: Trace, spellings: Spellings, options: JudgeOptions): ReadVerdict {
  const { occurrence = "marked", channel = "content", vocabulary = LARGEST_VOCABULARY } = options;
  if (!Number.isInteger(vocabulary) || vocabulary < 1)
    throw new InputError("out-of-range", `vocabulary must be a whole number ≥ 1, got ${vocabulary}`);
  if (occurrence !== "marked" && occurrence !== "first" && occurrence !== "last")
    throw new InputError(
      "unknown-option",
      `occurrence must be "marked", "first" or "last", got ${JSON.stringify(occurrence)}`,
    );
  const tokens = tokensOf(trace, channel);
  const nothing = { written: -1, weighed: null, mass: null };
  if (tokens.length === 0) {
    const written = channel === "content" ? findVerdict(trace.text, spellings, occurrence) : "none";
    const candidate = typeof written === "string" ? -1 : written.candidate;
    return { ...nothing, written: candidate, reason: whyMissing(trace, channel) };
  }
  const spoken = tokenText(tokens);
  const verdict = findVerdict(spoken.text, spellings, occurrence);
  if (typeof verdict === "string") return { ...nothing, reason: NO_VERDICT[verdict] };
  const written = tokenAt(spoken, verdict.index);
  const own = spoken.text.slice(spoken.starts[written], verdict.index);
  const start = /[\p{L}\p{N}]/u.test(own) ? written : verdictBegins(tokens, written, spellings, vocabulary);
  const lead = start === written ? own : "";
  const weighed = weighVerdict(tokens, start, lead, spellings, vocabulary);
  const read = { written: verdict.candidate, weighed, mass: massOf(weighed) };
  if (tokens[start]?.logprob === null && !weighed.hasAlternatives)
    return { ...read, weighed: null, mass: null, reason: whyUnknown(trace) };
  if (!weighed.hasAlternatives)
    return { ...read, reason: "The verdict came without alternatives, so its rivals are unknown." };
  if (!weighed.sound)
    return {
      ...read,
      weighed: null,
      mass: null,
      reason: "The probabilities listed at the verdict add up to more than 1.",
    };
  if (pointMasses(weighed).every((mass) => mass === 0))
    return { ...read, reason: "None of the listed alternatives is a verdict." };
  return { ...read, reason: null };
}

function massOf({ certain, open, other }: WeighedVerdict): VerdictMass {
  return {
    mass: certain.reduce((a, b) => a + b, 0),
    otherMass: other,
    openMass: open.reduce((a, { mass }) => a + mass, 0),
  };
}

/** The mass of each candidate as it most plainly is: its own, and what spells it or begins it alone. */
export function pointMasses({ certain, open }: WeighedVerdict): Float64Array {
  const masses = certain.slice();
  for (const { mass, likeliest } of open) if (likeliest >= 0) masses[likeliest]! += mass;
  return masses;
}

/**
 * The share of each candidate.
 *
 * Where only one is among the listed alternatives its share would be 1 by construction; its rivals then get half of the open
 * mass, in equal parts.
 */
export function sharesOf(weighed: WeighedVerdict): Float64Array {
  const masses = pointMasses(weighed);
  const only = masses.findIndex((mass) => mass > 0);
  const alone = masses.every((mass, c) => c === only || mass === 0);
  if (alone && masses.length > 1) {
    const rivals = weighed.open.reduce(
      (sum, { mass, candidates, likeliest }) =>
        sum + (likeliest !== only && candidates.some((c) => c !== only) ? mass : 0),
      0,
    );
    for (let c = 0; c < masses.length; c++) if (c !== only) masses[c] = rivals / 2 / (masses.length - 1);
  }
  const total = masses.reduce((a, b) => a + b, 0);
  return masses.map((mass) => mass / total);
}

/**
 * The smallest and largest share that a candidate can have, wherever the open mass belongs.
 *
 * Smallest: all open mass that can belong to a rival does. Largest: all that can belong to it does, what can leave leaves.
 */
export function shareBounds({ certain, open }: WeighedVerdict, candidate: number): readonly [number, number] {
  const own = certain[candidate] ?? 0;
  const rivals = certain.reduce((a, b) => a + b, 0) - own;
  let mostOwn = own;
  let mostRivals = rivals;
  let leastRivals = rivals;
  for (const { mass, candidates, mayLeave } of open) {
    const can = candidates.includes(candidate);
    if (can) mostOwn += mass;
    if (candidates.some((c) => c !== candidate)) mostRivals += mass;
    if (!can && !mayLeave) leastRivals += mass;
  }
  const lower = own > 0 ? own / (own + mostRivals) : 0;
  const upper = mostOwn > 0 ? mostOwn / (mostOwn + leastRivals) : 0;
  return [lower, upper];
}

/** The distribution over the candidates, as far as the verdict determines it. */
export function distributionOf<T>({ weighed, reason }: ReadVerdict, values: readonly T[]): readonly Distribution<T>[] {
  if (weighed === null) return values.map((value) => ({ value, probability: null, bounds: null }));
  const shares = reason === null ? sharesOf(weighed) : null;
  return values.map((value, c) => ({ value, probability: shares?.[c] ?? null, bounds: shareBounds(weighed, c) }));
}

/** The probability of one candidate as a score; its reason where the verdict has none. */
export function scoreOfCandidate(read: ReadVerdict, candidate: number): Score {
  const { weighed, reason } = read;
  const [entry] = candidate < 0 ? [] : distributionOf(read, [...(weighed?.certain ?? [0])]).slice(candidate);
  const value = entry?.probability ?? null;
  return {
    value,
    bounds: entry?.bounds ?? null,
    n: weighed?.n ?? 0,
    reason: value === null ? (reason ?? "There is no verdict.") : null,
  };
}

/**
 * Checks the ways to write each candidate.
 *
 * @throws {InputError} `too-few` for fewer than two candidates; `empty` for one without letters or digits; `incompatible` where
 *   one text means two candidates
 */
export function checkForms(forms: readonly (readonly string[])[], names: readonly string[]): void {
  if (forms.length < 2) throw new InputError("too-few", `a judge needs at least two candidates, got ${forms.length}`);
  const seen = new Map<string, number>();
  forms.forEach((spellings, c) => {
    if (spellings.length === 0) throw new InputError("empty", `candidate ${names[c]} has no spelling`, c);
    for (const form of spellings) {
      if (withoutOpening(form) !== form || !/[\p{L}\p{N}]/u.test(form))
        throw new InputError("empty", `"${form}" of candidate ${names[c]} does not begin with a letter or digit`, c);
      const earlier = seen.get(form);
      if (earlier !== undefined && earlier !== c)
        throw new InputError("incompatible", `"${form}" stands for both ${names[earlier]} and ${names[c]}`, c);
      seen.set(form, c);
    }
  });
}
