import type { PolicyDocument } from "@candor/core";
import type { Assessment, AssessOptions, GivenScore } from "../assess/assessment.ts";
import type { Ask } from "../evidence/evidence.ts";

/** What is limited. Money is in any one unit. */
export interface Cost {
  /** Calls of models. */
  readonly calls: number;
  /** Input and output tokens; null where unknown, which only happens where they are not limited. */
  readonly tokens: number | null;
  readonly money: number | null;
  readonly timeMs: number;
}

/** The most that may be spent; a kind that is absent is not limited. At least one of them must be there. */
export interface Budget {
  readonly calls?: number;
  readonly tokens?: number;
  readonly money?: number;
  readonly timeMs?: number;
}

/** The most that one run of a strategy can cost. Kinds that the budget limits must be said, but for time. */
export interface WorstCase {
  /** Default 1; 0 for handing over. */
  readonly calls?: number;
  readonly tokens?: number;
  readonly money?: number;
  /** Absent: it is started while any time is left, and aborted at the end. */
  readonly timeMs?: number;
}

/** What a strategy knows. */
export interface CorrectionState {
  readonly ask: Ask;
  /** The best answer so far, as it was given, and how sure it is; null before the first. */
  readonly best: CorrectionAttempt | null;
  readonly attempts: readonly CorrectionAttempt[];
  /** What is left; Infinity where not limited. */
  readonly left: { readonly calls: number; readonly tokens: number; readonly money: number; readonly timeMs: number };
}

/** What a strategy came back with. */
export interface StrategyResult {
  /** A `Trace`, a `LlmResponse` or a provider's body. Absent: the best answer so far is assessed anew, by `score`. */
  readonly response?: unknown;
  /** A confidence that the strategy worked out itself. It needs the strategy's own `assess` to be calibrated. */
  readonly score?: GivenScore;
  /** What it cost, where it is known better than from the response. */
  readonly calls?: number;
  readonly tokens?: number;
  readonly money?: number;
}

/** A way to a better answer. */
export interface Strategy {
  readonly name: string;
  /** `hand-over` ends the loop; it also runs where the loop would end without an accepted answer. */
  readonly kind: "ask" | "verify" | "re-ask" | "sample" | "escalate" | "hand-over";
  readonly atMost: WorstCase;
  /** How often it may run. Default 1. */
  readonly times?: number;
  /** How its answers are assessed; default: as all. The policy stays the loop's. */
  readonly assess?: Omit<AssessOptions, "policy">;
  /** The name of `score` in its results, where it works one out: `assess` is checked against it before anything is spent. */
  readonly scoreName?: string;
  /** Stops at the signal. May throw: that is recorded, and its worst case counted as spent. */
  readonly run: (state: CorrectionState, signal: AbortSignal) => Promise<StrategyResult>;
}

/** One try. Plain data but for `response` and `error`. */
export interface CorrectionAttempt {
  readonly strategy: string;
  readonly kind: Strategy["kind"] | "given";
  /** What is assessed; null where the try gave none. */
  readonly response: unknown;
  /** Null where the try failed, or what it gave could not be assessed. */
  readonly assessment: Assessment | null;
  /** The probability that decides: `assessment.probability`, lowered for the tries so far where that is asked for. */
  readonly confidence: number | null;
  readonly accepted: boolean;
  readonly cost: Cost;
  /** What was thrown; null where nothing was. */
  readonly error: unknown;
}

/** Why the loop stopped. */
export type StopReason = "accepted" | "budget" | "no-progress" | "handed-over" | "aborted" | "failed";

/** What came of the loop. */
export interface Correction {
  readonly reason: StopReason;
  /** The reason in words, and how many tries failed where some did. */
  readonly sentence: string;
  /** The accepted answer, else the surest one, else null. A person's answer where one was given. */
  readonly best: CorrectionAttempt | null;
  readonly attempts: readonly CorrectionAttempt[];
  /** Over all tries. */
  readonly spent: Cost;
  /** Answers that were assessed: the more, the more optimistic the best one's probability. */
  readonly assessed: number;
}

/** Where an answer comes from. */
export interface CorrectionTask {
  readonly ask: Ask;
  /** An answer that is there already: a `Trace`, a `LlmResponse` or a provider's body. It costs nothing. */
  readonly answer?: unknown;
}

/** Options of `correct`. */
export interface CorrectOptions {
  /** What is good enough: a policy that acts, at least this calibrated probability in (0, 1], or a test of the assessment. */
  readonly accept: PolicyDocument | number | ((assessment: Assessment) => boolean);
  /** In this order, each as often as it may. */
  readonly strategies: readonly Strategy[];
  readonly budget: Budget;
  /** How answers are assessed: calibrator, score. */
  readonly assess?: AssessOptions;
  /**
   * What the calibrator was fitted on. `single-answers` (default): one answer per question; the doubt of the k-th
   * assessed answer is then multiplied by k before it is accepted. `final-answers`: on what this very loop ended with (see
   * `finalScores`); probabilities are then taken as they are.
   */
  readonly calibratedOn?: "single-answers" | "final-answers";
  /** The loop ends where the best confidence rose by no more than this over the last `patience` tries. Default 0.01. */
  readonly leastGain?: number;
  /** Default 3. */
  readonly patience?: number;
  readonly signal?: AbortSignal;
  /** Milliseconds of any clock that only goes forward. Default `performance.now`. */
  readonly now?: () => number;
}
