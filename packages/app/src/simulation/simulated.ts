import type { Calibrator, Decision, PolicyDocument } from "@candor/core";

/** A prediction of the simulated world, and the truth about it. */
export interface SimulatedPrediction {
  readonly id: string;
  readonly model: string;
  readonly version: string;
  readonly task: "binary" | "confidence";
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly route: string | null;
  readonly segments: Readonly<Record<string, string>>;
  readonly prediction: string | null;
  readonly rawConfidence: number | null;
  readonly confidence: number | null;
  readonly decision: Decision | null;
  readonly propensity: number | null;
  /** Names of the artefacts that made confidence and decision. */
  readonly calibrator: string | null;
  readonly policy: string | null;
  /** Probability of a positive outcome given everything that the model knew, and what happened. */
  readonly truth: { readonly probability: number; readonly outcome: 0 | 1 };
}

/** What became known of a prediction, and when. */
export interface SimulatedOutcome {
  readonly predictionId: string;
  readonly source: string;
  readonly value: 0 | 1 | string;
  readonly observedAt: number;
}

/** A calibrator or a policy that was made of the labels known at a moment, and decides from that moment on. */
export type SimulatedArtefact = {
  readonly name: string;
  readonly model: string;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly activatedAt: number;
  readonly note: string;
} & (
  | { readonly kind: "calibrator"; readonly document: Calibrator }
  | { readonly kind: "policy"; readonly document: PolicyDocument; readonly calibrator: string }
);

/** Everything that happened up to a moment. */
export interface Simulation {
  /** In the order of time, model by model. */
  readonly predictions: readonly SimulatedPrediction[];
  /** In the order in which they became known, model by model. */
  readonly outcomes: readonly SimulatedOutcome[];
  /** In the order of activation. */
  readonly artefacts: readonly SimulatedArtefact[];
  /** Prompt and response of the newest verdicts, by id: what a project that keeps content would have. */
  readonly contents: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

/** Predictions and outcomes of one model. */
export interface ModelHistory {
  readonly predictions: readonly SimulatedPrediction[];
  readonly outcomes: readonly SimulatedOutcome[];
}

/** When the world begins, and how much happens in it. */
export interface WorldOptions {
  /** First midnight, milliseconds since 1970 (UTC). */
  readonly start: number;
  /** Of the traffic of `truth`; 1 is all of it. */
  readonly scale: number;
}
