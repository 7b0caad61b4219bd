import { InputError } from "@candor/core";
import type { Score } from "../scores/score.ts";
import { noScore, scoreOf } from "./no-score.ts";

/** Probabilities that a premise entails, does not concern, or contradicts a hypothesis; they sum to 1. */
export interface Relation {
  readonly entailment: number;
  readonly neutral: number;
  readonly contradiction: number;
}

/** A classifier of natural language inference. */
export type Infer = (premise: string, hypothesis: string, signal?: AbortSignal) => Promise<Relation>;

/** What an answer says about a sample, and the sample about the answer. */
export interface MutualRelation {
  readonly forward: Relation;
  readonly backward: Relation;
}

const ROUNDING = 1e-4;

/** @throws {InputError} `out-of-range`, `not-normalised` */
export function checkRelation({ entailment, neutral, contradiction }: Relation, index: number): void {
  for (const p of [entailment, neutral, contradiction])
    if (!(p >= 0 && p <= 1))
      throw new InputError("out-of-range", `a relation must hold probabilities in [0, 1], got ${p} at ${index}`, index);
  const sum = entailment + neutral + contradiction;
  if (Math.abs(sum - 1) > ROUNDING)
    throw new InputError(
      "not-normalised",
      `the probabilities of a relation must sum to 1, got ${sum} at ${index}`,
      index,
    );
}

/**
 * Asks a classifier about an answer and every sample, both ways; each distinct text once, itself never.
 *
 * @param options.context put before both texts with a line end, usually the question; default nothing
 * @throws {InputError} `out-of-range`, `not-normalised` for what is no distribution; whatever the classifier throws
 */
export async function relateAnswers(
  answer: string,
  samples: readonly string[],
  infer: Infer,
  options: { readonly context?: string; readonly signal?: AbortSignal } = {},
): Promise<readonly MutualRelation[]> {
  const { context = "", signal } = options;
  const full = (text: string): string => (context === "" ? text : `${context}\n${text}`);
  const same: Relation = { entailment: 1, neutral: 0, contradiction: 0 };
  const known = new Map<string, Promise<MutualRelation>>([
    [answer, Promise.resolve({ forward: same, backward: same })],
  ]);
  const relate = async (sample: string, index: number): Promise<MutualRelation> => {
    signal?.throwIfAborted();
    const [forward, backward] = await Promise.all([
      infer(full(answer), full(sample), signal),
      infer(full(sample), full(answer), signal),
    ]);
    checkRelation(forward, index);
    checkRelation(backward, index);
    return { forward, backward };
  };
  return await Promise.all(
    samples.map((sample, i) => {
      const asked = known.get(sample) ?? relate(sample, i);
      known.set(sample, asked);
      return asked;
    }),
  );
}

/**
 * Mean probability that a sample and the answer do not contradict each other, in [0, 1]. Higher is surer.
 *
 * Source: Chen & Mueller (2023), "Quantifying uncertainty in answers from any language model", section 3.1.
 */
export function nonContradiction(relations: readonly MutualRelation[]): Score {
  if (relations.length === 0) return noScore(0, "There are no samples.");
  let sum = 0;
  for (const { forward, backward } of relations) sum += 1 - (forward.contradiction + backward.contradiction) / 2;
  return scoreOf(sum / relations.length, relations.length);
}

/**
 * Share of the samples that are the answer, letter by letter, in [0, 1]. `selfConsistency` compares meanings instead.
 *
 * Source: Cole et al. (2023); the indicator of Chen & Mueller (2023).
 */
export function exactMatch(answer: string, samples: readonly string[]): Score {
  if (samples.length === 0) return noScore(0, "There are no samples.");
  return scoreOf(samples.filter((sample) => sample === answer).length / samples.length, samples.length);
}
