import type { Score } from "../scores/score.ts";
import type { Trace } from "../trace/trace.ts";
import {
  checkForms,
  type Distribution,
  distributionOf,
  type JudgeOptions,
  readVerdict,
  scoreOfCandidate,
  type VerdictMass,
} from "./judgement.ts";
import { fold } from "./spelling.ts";

/** A candidate: its label, or its label with other ways to write it. */
export type Candidate = string | { readonly label: string; readonly spellings: readonly string[] };

/** Which candidate a judge chose, and how sure it was. */
export interface ChoiceJudgement {
  readonly kind: "choice";
  /** Probability of the candidate that was written, among all candidates, in [0, 1]. */
  readonly value: Score;
  /** Label of what was written; null where none was. */
  readonly verdict: string | null;
  /** In the order of the candidates. */
  readonly options: readonly Distribution<string>[];
  /** Where the probability at the verdict went; null where it is unknown. */
  readonly mass: VerdictMass | null;
}

/**
 * The candidate that a judge chose, from the mass on all spellings of each.
 *
 * Tokens that no candidate begins with, such as those a grammar forbids but a server still lists, only count as `otherMass`.
 *
 * @param candidates at least two; a letter that is also a word ("A", "I") does not count before another word
 * @throws {InputError} `too-few`, `empty`, `incompatible` for candidates that are none or the same
 */
export function judgeChoice(
  trace: Trace,
  candidates: readonly Candidate[],
  options: JudgeOptions = {},
): ChoiceJudgement {
  const labels = candidates.map((candidate) => (typeof candidate === "string" ? candidate : candidate.label));
  const forms = candidates.map((candidate) => {
    const spellings = typeof candidate === "string" ? [candidate] : [candidate.label, ...candidate.spellings];
    return [...new Set(spellings.map((spelling) => fold(spelling).trim()))];
  });
  checkForms(forms, labels);
  const read = readVerdict(trace, { forms, levels: null }, options);
  return {
    kind: "choice",
    value: scoreOfCandidate(read, read.written),
    verdict: labels[read.written] ?? null,
    options: distributionOf(read, labels),
    mass: read.mass,
  };
}
