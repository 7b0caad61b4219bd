import type { CalibrationBand, Calibrator, Decision, PolicyDocument, Stack } from "@candor/core";
import type { Equivalence } from "../equivalence/equivalence.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { Score } from "../scores/score.ts";
import type { ConfidenceName } from "../scores/score-names.ts";
import type { Trace } from "../trace/trace.ts";

/** A confidence that was worked out elsewhere: from samples, a judge, a stated number. */
export interface GivenScore {
  /** As a calibrator records it. */
  readonly name: string;
  /** In [0, 1], or null. */
  readonly score: Score;
  readonly evidence: Evidence;
}

/** How uncertain a calibrator's probabilities are, as `calibrationBand` gives it. */
export type AssessBand = Pick<CalibrationBand, "scores" | "lower" | "upper" | "level">;

/** What `assess` is told. */
export interface AssessOptions {
  /** From raw score to probability of being right; of one score, not of classes. */
  readonly calibrator?: Calibrator;
  /** Its own calibrator is used where it has one. */
  readonly policy?: PolicyDocument;
  /** The raw confidence. Default `lengthNormalised`. */
  readonly score?: ConfidenceName | ((trace: Trace) => Score) | GivenScore;
  /** A combination of scores in place of one: those of the trace by their names, others from `scores`. */
  readonly stack?: Stack;
  /** Scores that the stack reads beside those of the trace; null where missing. */
  readonly scores?: Readonly<Record<string, number | null>>;
  /** What `scores` rests on. Default: the log-probabilities where there are any, else `judge`. */
  readonly evidence?: Evidence;
  /**
   * Other answers to the same question, in place of `score`: the raw confidence is the share of them that says the same
   * (`selfConsistency`), for models without log-probabilities. `Trace`s, responses, or texts.
   */
  readonly samples?: readonly unknown[];
  /** When a sample says the same. Default `createEquivalence()`. */
  readonly equivalence?: Equivalence;
  /** JSONPath of the one field of a JSON answer that matters; its probability is the raw confidence. */
  readonly field?: string;
  /** Which of several answers of one response. Default 0. */
  readonly index?: number;
  /** Which question of a decision model. Default: the one whose answer is least sure. */
  readonly question?: string;
  /** Columns that the calibrator or the policy splits by, with the value of this answer. */
  readonly segments?: Readonly<Record<string, string>>;
  /** How uncertain the calibrator's probabilities are, for the interval. */
  readonly band?: AssessBand;
}

/** The part of an answer that is least sure. */
export interface WeakestPart {
  readonly kind: "field" | "tokens" | "answer";
  /** JSONPath of a field, name of a question; null for tokens. */
  readonly path: string | null;
  readonly text: string;
  /** Byte offsets into the UTF-8 of the answer's text; −1 where unknown. */
  readonly start: number;
  readonly end: number;
  /** Raw, in [0, 1]. */
  readonly probability: number;
}

/** How sure one answer is, and what to do with it. Plain JSON. */
export interface Assessment {
  /**
   * Probability that the answer is right: calibrated, or the score as it is where a policy without a calibrator reads it so.
   * Null where the evidence is missing, or nothing calibrates the score; `reason` says which.
   */
  readonly probability: number | null;
  /** What the probability can be, as far as that is known; `intervalSentence` says what it covers. */
  readonly interval: readonly [number, number] | null;
  /** Null without a policy. Never `act` where the probability is null. */
  readonly decision: Decision | null;
  readonly evidence: Evidence;
  readonly weakest: WeakestPart | null;
  /** The raw confidence. */
  readonly score: {
    readonly name: string;
    readonly value: number | null;
    readonly bounds: readonly [number, number] | null;
  };
  /** True where a calibrator or a stack made `probability`. */
  readonly calibrated: boolean;
  readonly reason: string | null;
  /** What the interval covers, or why there is none. */
  readonly intervalSentence: string;
}
