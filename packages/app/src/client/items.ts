/** What a policy says should become of a prediction. */
export type ClientDecision = "act" | "review" | "abstain";

/** One prediction to record. */
export interface ClientPrediction {
  /** 1 to 200 characters. Made with `crypto.randomUUID` where it is missing. */
  readonly id?: string;
  readonly model: string;
  readonly version: string;
  /** When it was made: milliseconds since 1970, or ISO 8601. The time of the call where it is missing. */
  readonly time?: number | string;
  /** In [0, 1]; null where the evidence was missing. */
  readonly confidence: number | null;
  readonly rawConfidence?: number | null;
  /** What the confidence is a probability of: that the prediction is right (default), or of the positive class. */
  readonly task?: "confidence" | "binary";
  readonly prediction?: string | null;
  readonly route?: string | null;
  readonly segments?: Readonly<Record<string, string>>;
  readonly decision?: ClientDecision | null;
  readonly interval?: readonly [number, number] | null;
  /** Probability that this prediction will get an outcome, in [1e-6, 1]. */
  readonly propensity?: number | null;
  readonly calibratorId?: string | null;
  readonly policyId?: string | null;
  readonly evidence?: Readonly<Record<string, number | string | boolean | null>> | null;
  /** Kept only where the project asks for it. */
  readonly content?: Readonly<Record<string, unknown>>;
}

/** What turned out to be true of a prediction. It may be sent before the prediction. */
export interface ClientOutcome {
  readonly predictionId: string;
  /** Whether it was right, or the true label; null withdraws what this source said before. */
  readonly value: boolean | 0 | 1 | string | null;
  readonly name?: string;
  readonly source?: string;
  /** Milliseconds since 1970, or ISO 8601. The time of the call where it is missing. */
  readonly observedAt?: number | string;
}
