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

/** How a yes-or-no judge's answer is read. */
export interface BooleanJudgeOptions extends JudgeOptions {
  /** Words that mean yes, in any case. Default: yes, true, correct, right, valid. */
  readonly yes?: readonly string[];
  /** Words that mean no. Default: no, false, incorrect, wrong, invalid. "not" before a word of the other side is added. */
  readonly no?: readonly string[];
}

/** What a yes-or-no judge said, and how sure it was. */
export interface BooleanJudgement {
  readonly kind: "boolean";
  /** P(yes) among yes and no, in [0, 1]. */
  readonly value: Score;
  /** What was written; null where neither was. */
  readonly verdict: boolean | null;
  readonly options: readonly Distribution<boolean>[];
  /** Where the probability at the verdict went; null where it is unknown. */
  readonly mass: VerdictMass | null;
}

const YES = ["yes", "true", "correct", "right", "valid"];

const NO = ["no", "false", "incorrect", "wrong", "invalid"];

/** Words that "not" does not turn round. */
const BARE = new Set(["yes", "no", "y", "n"]);

function negations(words: readonly string[]): string[] {
  return words.filter((word) => !BARE.has(word) && !word.startsWith("not ")).map((word) => `not ${word}`);
}

/**
 * P(yes) of a judge that answers yes or no, from the mass on all spellings of both.
 *
 * Counted are case, spaces, quotes, emphasis and punctuation around a word, and words of several tokens; what is left over is
 * reported. The interval holds for every way in which the unseen tail may be spread.
 *
 * @returns `value` null, with bounds where there are any, where the verdict or its rivals are unknown
 * @throws {InputError} `empty`, `incompatible` for words that are none or mean both
 */
export function judgeBoolean(trace: Trace, options: BooleanJudgeOptions = {}): BooleanJudgement {
  const yes = (options.yes ?? YES).map((word) => fold(word).trim());
  const no = (options.no ?? NO).map((word) => fold(word).trim());
  const unless = (words: readonly string[], taken: readonly string[]): string[] =>
    words.filter((word) => !taken.includes(word));
  const forms = [
    [...new Set([...yes, ...unless(negations(no), no)])],
    [...new Set([...no, ...unless(negations(yes), yes)])],
  ];
  checkForms([yes, no], ["yes", "no"]);
  checkForms(forms, ["yes", "no"]);
  const read = readVerdict(trace, { forms, levels: null }, options);
  return {
    kind: "boolean",
    value: scoreOfCandidate(read, 0),
    verdict: read.written < 0 ? null : read.written === 0,
    options: distributionOf(read, [true, false]),
    mass: read.mass,
  };
}
