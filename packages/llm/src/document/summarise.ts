import type { DocumentToken, LlmEntry, LlmSummary, ScoreDistribution } from "./llm-document.ts";

/** Counts entries as they pass; they are not kept. */
export interface SummaryCounter {
  add(entry: LlmEntry): void;
  /**
   * @param score how the chosen score is distributed
   * @param decisions what a policy decides; null without one
   */
  result(score: ScoreDistribution, decisions: LlmSummary["decisions"]): LlmSummary;
}

/** Different providers or models that are counted by name; the rest is counted together. */
const MOST_NAMES = 100;

function count<Key extends string>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function countName(counts: Map<string, number>, name: string): void {
  count(counts, counts.has(name) || counts.size < MOST_NAMES ? name : "(others)");
}

function recordOf<Key extends string>(counts: ReadonlyMap<Key, number>): Partial<Record<Key, number>> {
  const record: Partial<Record<Key, number>> = Object.create(null);
  for (const [key, n] of [...counts].sort((a, b) => b[1] - a[1])) record[key] = n;
  return record;
}

function namesOf(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1]));
}

/** A token that something else was likelier than, or could have been; of an unknown one the most that it can have counts. */
function isUnlikely({ channel, probability, bound = 1 }: DocumentToken): boolean {
  return channel !== "reasoning" && (probability ?? bound) < 0.5;
}

/** A counter of entries. */
export function createSummary(): SummaryCounter {
  let [entries, withConfidence, unlikely, refusals, faults, judged, labelled] = [0, 0, 0, 0, 0, 0, 0];
  const evidence: Map<LlmEntry["evidence"]["kind"], number> = new Map();
  const logprobs: Map<NonNullable<LlmEntry["evidence"]["logprobs"]>, number> = new Map();
  const flags: Map<LlmEntry["flags"][number], number> = new Map();
  const providers: Map<string, number> = new Map();
  const models: Map<string, number> = new Map();
  return {
    add(entry) {
      entries++;
      if (entry.evidence.kind !== "none") withConfidence++;
      if (entry.tokens.some(isUnlikely)) unlikely++;
      if (entry.refusal !== null || entry.answers.some(({ type }) => type === "refusal")) refusals++;
      if (entry.fault !== null) faults++;
      if (entry.judgement !== null && entry.judgement.verdict !== null) judged++;
      if (entry.correct !== null) labelled++;
      count(evidence, entry.evidence.kind);
      if (entry.evidence.logprobs !== null) count(logprobs, entry.evidence.logprobs);
      for (const flag of entry.flags) count(flags, flag);
      countName(providers, entry.provider);
      if (entry.model !== null) countName(models, entry.model);
    },
    result: (score, decisions) => ({
      entries,
      withConfidence,
      unlikely,
      refusals,
      faults,
      judged,
      labelled,
      evidence: recordOf(evidence),
      logprobs: recordOf(logprobs),
      flags: recordOf(flags),
      providers: namesOf(providers),
      models: namesOf(models),
      score,
      decisions,
    }),
  };
}
