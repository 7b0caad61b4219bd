import { clopperPearson, InputError } from "@candor/core";
import type { StatedConfidence } from "./parse-stated-confidence.ts";

/** A phrase and the probability that it stands for. */
export interface Expression {
  readonly phrase: string;
  /** In [0, 1]. */
  readonly probability: number;
  /** Where it was measured: the exact 95 % interval of how often it was right. Null for a starting value. */
  readonly interval: readonly [number, number] | null;
  /** Answers it was measured on. */
  readonly n: number;
}

const starting: readonly (readonly [string, number])[] = [
  ["almost certain", 0.95],
  ["highly likely", 0.9],
  ["very good chance", 0.8],
  ["probable", 0.7],
  ["likely", 0.7],
  ["better than even", 0.6],
  ["about even", 0.5],
  ["probably not", 0.25],
  ["unlikely", 0.2],
  ["little chance", 0.1],
  ["improbable", 0.1],
  ["highly unlikely", 0.05],
  ["almost no chance", 0.02],
];

/**
 * Phrases of likelihood with starting values, likeliest first.
 *
 * Source: how readers understand such phrases in surveys (Kent 1964; repeated online in 2015), rounded. What they mean when a
 * model uses them differs by model and task: measure it with `measureExpressions`.
 */
export const likelihoodPhrases: readonly Expression[] = starting.map(([phrase, probability]) => ({
  phrase,
  probability,
  interval: null,
  n: 0,
}));

const LABEL = String.raw`(?:confidence|certainty|likelihood|probability)\b["']?\s*[:=]\s*["']?`;
const NEGATION = /(?:\bnot|n't|n’t|\bnever|\bhardly|\bless)\s+(?:\w+\s+)?$/i;

/**
 * The confidence that a reply states in words of a table.
 *
 * A labelled phrase ("Likelihood: likely") counts before any other, and the last such one; else the reply must hold exactly one
 * phrase. Longer phrases are read before the shorter ones in them ("highly unlikely" is not "likely"). Negated phrases do not
 * count.
 *
 * @param phrases the table; with `measureExpressions` it holds what the phrases meant so far
 * @returns `value` is the phrase's probability and `bounds` its interval where it was measured; null with a reason where there
 *   is no phrase, or several that differ. `expression` is the phrase, so that each can be measured
 * @throws {InputError} `empty`, `out-of-range` for a table without phrases or with a probability outside [0, 1]
 */
export function parseLinguisticConfidence(
  text: string,
  phrases: readonly Expression[] = likelihoodPhrases,
): StatedConfidence {
  checkPhrases(phrases);
  const plain = text.replace(/[*_`#|\s]+/g, " ");
  const byLength = [...phrases].sort((a, b) => b.phrase.length - a.phrase.length);
  const any = byLength.map(({ phrase }) => phrase.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
  const labelled = [...plain.matchAll(new RegExp(`${LABEL}(${any})(?![\\p{L}\\p{N}])`, "giu"))].at(-1)?.[1];
  if (labelled !== undefined) return stated(labelled, phrases);
  const found = new Set<string>();
  for (const match of plain.matchAll(new RegExp(`(?<![\\p{L}\\p{N}])(${any})(?![\\p{L}\\p{N}])`, "giu")))
    if (!NEGATION.test(plain.slice(Math.max(0, match.index - 30), match.index))) found.add(match[0].toLowerCase());
  const [only] = found;
  if (only === undefined) return nothing("no phrase of the table was found");
  if (found.size > 1) return nothing(`several phrases, and none is labelled: ${[...found].join(", ")}`);
  return stated(only, phrases);
}

function stated(written: string, phrases: readonly Expression[]): StatedConfidence {
  const found = phrases.find(({ phrase }) => phrase.toLowerCase() === written.toLowerCase());
  if (found === undefined) return nothing("no phrase of the table was found");
  const { phrase: expression, probability: value, interval: bounds } = found;
  return { kind: "verbalised", value, bounds, n: 1, reason: null, expression };
}

function nothing(reason: string): StatedConfidence {
  return { kind: "verbalised", value: null, bounds: null, n: 0, reason, expression: null };
}

/**
 * The table after it was measured: each phrase with how often answers that used it were right.
 *
 * @param observations the phrase that an answer used (`expression`) and whether the answer was right
 * @param phrases the table before; phrases that were not observed keep their value
 * @param strength how many answers the value before counts as, ≥ 0; 4 keeps a phrase that was seen once near its old value
 * @throws {InputError} `unknown-option` naming the first observation whose phrase is not in the table; `out-of-range`
 *
 * Source: the mean of a beta posterior whose prior has the old value as mean; the interval is Clopper–Pearson's and does not
 * use the prior.
 */
export function measureExpressions(
  observations: readonly { readonly expression: string; readonly correct: boolean }[],
  phrases: readonly Expression[] = likelihoodPhrases,
  strength = 4,
): readonly Expression[] {
  checkPhrases(phrases);
  if (!(strength >= 0 && strength < Number.POSITIVE_INFINITY))
    throw new InputError("out-of-range", `strength must be a number ≥ 0, got ${strength}`);
  const counts = new Map(phrases.map(({ phrase }) => [phrase.toLowerCase(), { n: 0, correct: 0 }]));
  for (const [i, { expression, correct }] of observations.entries()) {
    const count = counts.get(expression.toLowerCase());
    if (count === undefined) throw new InputError("unknown-option", `"${expression}" is not in the table`, i);
    count.n++;
    if (correct) count.correct++;
  }
  return phrases.map((before) => {
    const { n, correct } = counts.get(before.phrase.toLowerCase()) ?? { n: 0, correct: 0 };
    if (n === 0) return before;
    const { lower, upper } = clopperPearson(correct, n);
    const probability = (correct + strength * before.probability) / (n + strength);
    return { phrase: before.phrase, probability, interval: [lower, upper], n };
  });
}

function checkPhrases(phrases: readonly Expression[]): void {
  if (phrases.length === 0) throw new InputError("empty", "the table has no phrases");
  for (const [i, { phrase, probability }] of phrases.entries()) {
    if (phrase.trim() === "") throw new InputError("empty", `phrase ${i} of the table is empty`, i);
    if (!(probability >= 0 && probability <= 1))
      throw new InputError("out-of-range", `the probability of "${phrase}" must be in [0, 1], got ${probability}`, i);
  }
}
