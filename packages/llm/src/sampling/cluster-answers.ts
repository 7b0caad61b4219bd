import type { AsyncEquivalence, Equivalence } from "../equivalence/equivalence.ts";
import { type Partition, partitionOf } from "./partition.ts";
import { addToGroups, type Group, placeAnswer, placeAnswerAsync } from "./place-answer.ts";

/** Distinct texts, the most frequent first, then by code units: the order in which answers come does not matter. */
function distinctTexts(answers: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return Array.from(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : a > b ? 1 : 0));
}

function byKey(answers: readonly string[], equivalence: Equivalence): Partition {
  const labels = new Map<string, number>();
  const label = (answer: string): number => {
    const key = equivalence.key(answer) ?? answer;
    const known = labels.get(key) ?? labels.size;
    labels.set(key, known);
    return known;
  };
  return partitionOf(answers, answers.map(label), "classes", 0);
}

async function linkAsync(
  answers: readonly string[],
  equivalence: AsyncEquivalence,
  signal: AbortSignal | undefined,
): Promise<Partition> {
  const groups: Group[] = [];
  const labels = new Map<string, number>();
  let overruled = 0;
  for (const [text, count] of distinctTexts(answers)) {
    const place = await placeAnswerAsync(text, groups, equivalence, signal);
    overruled += place.overruled;
    labels.set(text, addToGroups(text, count, groups, place));
  }
  return finished(answers, labels, overruled);
}

function finished(answers: readonly string[], labels: ReadonlyMap<string, number>, overruled: number): Partition {
  const all = answers.map((answer) => labels.get(answer) ?? -1);
  return partitionOf(answers, all, "complete-linkage", overruled);
}

/** Options of `clusterAnswers`. */
export interface ClusterOptions {
  /** Passed to the callbacks of a relation that asks a model. */
  readonly signal?: AbortSignal;
}

/**
 * Groups answers of the same meaning; every answer is in exactly one group, whatever the relation says.
 *
 * Of a transitive relation the groups are its classes. Otherwise (tolerances, embeddings, entailment) an answer joins the largest
 * group whose every text it equals, the most frequent texts first: no group holds two unequal answers, so agreement is never
 * larger than the relation says. Joining along chains would merge 1.00, 1.01, …, 2.00 into one; joining every group that fits
 * would count an answer twice. The groups do not depend on the order of the answers, only their numbers do.
 *
 * @param answers texts, any number
 * @returns a promise where the relation asks a model
 * @throws whatever the caller's relation throws
 */
export function clusterAnswers(
  answers: readonly string[],
  equivalence: Equivalence,
  options?: ClusterOptions,
): Partition;
export function clusterAnswers(
  answers: readonly string[],
  equivalence: AsyncEquivalence,
  options?: ClusterOptions,
): Promise<Partition>;
export function clusterAnswers(
  answers: readonly string[],
  equivalence: Equivalence | AsyncEquivalence,
  options: ClusterOptions = {},
): Partition | Promise<Partition> {
  if (equivalence.isAsync) return linkAsync(answers, equivalence, options.signal);
  if (equivalence.isTransitive) return byKey(answers, equivalence);
  const groups: Group[] = [];
  const labels = new Map<string, number>();
  let overruled = 0;
  for (const [text, count] of distinctTexts(answers)) {
    const place = placeAnswer(text, groups, equivalence);
    overruled += place.overruled;
    labels.set(text, addToGroups(text, count, groups, place));
  }
  return finished(answers, labels, overruled);
}
