import type { Decision } from "@candor/core";
import type { PredictionEvent, SpineTask } from "../store/events.ts";

/** How sure a prediction is, and what to do with it. */
export interface Decided {
  readonly task: SpineTask;
  /**
   * Calibrated, in [0, 1]: of the positive class (`binary`), or that the prediction is right. Null: `reason` says why.
   */
  readonly probability: number | null;
  /** What the probability can be, as far as that is known. */
  readonly interval: readonly [number, number] | null;
  /** What the interval covers, or why there is none. */
  readonly intervalReason: string;
  /** Null without a policy. Never `act` without a probability. */
  readonly decision: Decision | null;
  /**
   * Whether what decided was made for this model version, and proven where it has a target; null without a decision.
   */
  readonly certified: boolean | null;
  /** Why this decision, or why none. */
  readonly reason: string;
  readonly calibratorId: string | null;
  readonly policyId: string | null;
  /** As the model gave it, in [0, 1]; null where the evidence is missing. */
  readonly rawConfidence: number | null;
  /** The class. */
  readonly prediction: string | null;
  /** What labels that turn out are compared with: the positive class (`binary`), else the prediction. */
  readonly comparedWith: string | null;
  /** Of cost matrices: the class that it is cheapest to treat it as, where the decision is to act. */
  readonly treatAs: string | null;
  /** Compact numbers that the confidence rests on, no text. */
  readonly evidence: PredictionEvent["evidence"];
}

/** Why one of several was not decided. */
export interface Refused {
  /** Kebab-case, stable, for programs. */
  readonly code: string;
  /** What was expected and what came. */
  readonly message: string;
  /** Path of the field. */
  readonly field: string;
}

/** What became of one request. */
export type DecideResult = { readonly decided: Decided } | { readonly refused: Refused };
