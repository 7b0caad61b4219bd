import type { Decision } from "@candor/core";

/**
 * What the confidence of a prediction is a probability of.
 *
 * - `binary`: of the positive class; an outcome is 1 where the row is positive
 * - `confidence`: that the prediction made is right; an outcome is 1 where it was
 */
export type SpineTask = "binary" | "confidence";

/** One prediction as it was served. The key is (project, id); the first one that arrives is kept. */
export interface PredictionEvent {
  readonly kind: "prediction";
  readonly project: string;
  /** Given by the client, 1 to 200 characters. */
  readonly id: string;
  readonly model: string;
  readonly version: string;
  readonly route: string | null;
  /** At most 16 names with one value each. */
  readonly segments: Readonly<Record<string, string>>;
  /** When it was made, milliseconds since 1970 (UTC). */
  readonly time: number;
  /** When it arrived, by the server's clock. No key and no order depends on it. */
  readonly receivedAt: number;
  readonly task: SpineTask;
  /**
   * The class, or the value, that was predicted; of `binary` the positive class. Labels are compared with it. Null
   * where it is not known.
   */
  readonly prediction: string | null;
  /** As the model gave it, in [0, 1]; null where the evidence was missing. */
  readonly rawConfidence: number | null;
  /** What was acted on, calibrated where a calibrator was active, in [0, 1]; null where the evidence was missing. */
  readonly confidence: number | null;
  /** What the confidence can be; null where that is not known. */
  readonly interval: readonly [number, number] | null;
  readonly decision: Decision | null;
  /** Whether the decision rests on a calibrator and policy of this very model version; null without a decision. */
  readonly certified: boolean | null;
  readonly calibratorId: string | null;
  readonly policyId: string | null;
  /** Probability that this prediction would get an outcome, in [1e-6, 1]; null counts as 1. */
  readonly propensity: number | null;
  /** Compact numbers that the confidence rests on: names and values of scores, no text of prompts or answers. */
  readonly evidence: Readonly<Record<string, number | string | boolean | null>> | null;
}

/**
 * What turned out to be true. The key is (project, predictionId, name, source); the newest `observedAt` counts, of
 * equals the one that arrived last. A correction is a new event. It may arrive before its prediction.
 */
export interface OutcomeEvent {
  readonly kind: "outcome";
  readonly project: string;
  readonly predictionId: string;
  /** What was observed; a project counts one name, `outcome` unless its settings say otherwise. */
  readonly name: string;
  /** Who says so: `truth`, `reviewer:ann`, … Of several sources of one name the newest `observedAt` counts. */
  readonly source: string;
  /** 0 or 1, or a label that is compared with the `prediction`; null withdraws what this source said. */
  readonly value: 0 | 1 | string | null;
  readonly observedAt: number;
  readonly receivedAt: number;
}

/** Prompts, answers and features, kept only where the project asks for it and only for its time to live. */
export interface ContentEvent {
  readonly kind: "content";
  readonly project: string;
  readonly predictionId: string;
  readonly content: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Forgets a prediction with all its outcomes and content; a later prediction with this id is refused. */
export interface ErasureEvent {
  readonly kind: "erasure";
  readonly project: string;
  readonly predictionId: string;
  readonly receivedAt: number;
}

/** Everything that goes through the log, in the order in which it is applied. */
export type SpineEvent = PredictionEvent | OutcomeEvent | ContentEvent | ErasureEvent;
