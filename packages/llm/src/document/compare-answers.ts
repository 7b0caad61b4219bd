import { createEquivalence } from "../equivalence/create-equivalence.ts";
import { clusterAnswers } from "../sampling/cluster-answers.ts";
import { selfConsistency } from "../sampling/self-consistency.ts";
import { semanticEntropy } from "../sampling/semantic-entropy.ts";
import type { LlmEntry, LlmGroup } from "./llm-document.ts";

/** Answers to one question, compared. */
export interface ComparedAnswers {
  readonly group: LlmGroup;
  /** For each entry, the share of the others that agree with it; null where it has nothing to compare. */
  readonly agreement: readonly (number | null)[];
}

/** What is kept of an entry to compare it with others. */
export interface ComparableAnswer {
  /** Position in the document. */
  readonly position: number;
  /** Null for an error. */
  readonly text: string | null;
  readonly verdict: string | null;
  /** Probability of the verdict. */
  readonly probability: number | null;
  /** Smallest that it can be; null where nothing is known of it. */
  readonly atLeast: number | null;
}

/** The answer as it is compared with others: its text, or the calls it makes, or its refusal. */
export function comparableAnswer(position: number, entry: LlmEntry): ComparableAnswer {
  const { text, refusal, fault, toolCalls, judgement } = entry;
  const calls = toolCalls.map((call) => `${call.name}(${call.arguments})`).join("\n");
  const verdict = judgement?.verdict ?? null;
  return {
    position,
    text: fault !== null ? null : text !== "" ? text : calls !== "" ? calls : refusal,
    verdict: verdict === null ? null : String(verdict),
    probability: judgement?.probability ?? null,
    atLeast: judgement?.bounds?.[0] ?? null,
  };
}

function verdictsOf(answers: readonly ComparableAnswer[]): LlmGroup["verdicts"] {
  const counts = new Map<string, number>();
  for (const { verdict } of answers) if (verdict !== null) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const sorted = [...counts].map(([verdict, n]) => ({ verdict, n })).toSorted((a, b) => b.n - a.n);
  const [first] = sorted;
  if (first === undefined) return null;
  const same = answers.filter(({ verdict }) => verdict === first.verdict);
  const n = sorted.reduce((sum, one) => sum + one.n, 0);
  const range = rangeOf(same.map(({ probability }) => probability));
  const atLeast = range === null ? rangeOf(same.map(({ atLeast: least }) => least)) : null;
  return { n, counts: sorted, range, atLeast };
}

function rangeOf(values: readonly (number | null)[]): readonly [number, number] | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const [first = 0] = known;
  return known.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [first, first]);
}

const equivalence = createEquivalence();

/**
 * Compares the answers to one question: by what they mean (numbers, dates, amounts, lists and text, as `createEquivalence` reads
 * them), and their verdicts where a judge gave some.
 *
 * @param id what the answers have in common
 * @param answers in the order of the document
 * @param level coverage of the interval, in (0, 1)
 */
export function compareAnswers(id: string, answers: readonly ComparableAnswer[], level: number): ComparedAnswers {
  const texts = answers.flatMap(({ text }) => (text === null ? [] : [text]));
  const verdicts = verdictsOf(answers);
  const entries = answers.map(({ position }) => position);
  if (texts.length < 2) {
    const nothing = { answers: null, consensus: null, agreement: null, interval: null, semanticEntropy: null };
    return { group: { id, entries, ...nothing, verdicts }, agreement: answers.map(() => null) };
  }
  const partition = clusterAnswers(texts, equivalence);
  const { score, interval, cluster } = selfConsistency(partition, { level });
  const first = cluster === null ? undefined : partition.clusters[cluster]?.[0];
  let next = 0;
  return {
    group: {
      id,
      entries,
      answers: partition.clusters.length,
      consensus: first === undefined ? null : (texts[first] ?? null),
      agreement: score.value,
      interval: interval === null ? null : [interval.lower, interval.upper],
      semanticEntropy: semanticEntropy(partition, { level }).discrete.value,
      verdicts,
    },
    agreement: answers.map(({ text }) =>
      text === null ? null : selfConsistency(partition, { answer: next++ }).score.value,
    ),
  };
}
