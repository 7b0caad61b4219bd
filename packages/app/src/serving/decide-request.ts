import type { ConfidenceName } from "@candor/llm";
import type { SpineTask } from "../store/events.ts";

/** One value per class: in the order of the calibrator's classes, or by their names. */
export type ClassValues = readonly number[] | Readonly<Record<string, number>>;

/** The response of a language model, and which part of it is meant. */
export interface LlmGiven {
  /** Body of a provider, whole or as a list of events. Read; kept only where the project keeps content. */
  readonly response: unknown;
  /** The raw confidence. Default: the one that the calibrator was fitted on, else `lengthNormalised`. */
  readonly score?: ConfidenceName;
  /** JSONPath of the one field of a JSON answer that matters, in place of `score`. */
  readonly field?: string;
  /** Which of several answers. Default 0. */
  readonly index?: number;
  /** Which question of a decision model. */
  readonly question?: string;
}

/** What a confidence is made from. */
export type Given =
  | { readonly kind: "score"; readonly score: number | null }
  | { readonly kind: "logits" | "probabilities"; readonly values: ClassValues }
  | { readonly kind: "llm"; readonly llm: LlmGiven };

/** One thing to decide. */
export interface DecideRequest {
  readonly model: string;
  readonly version: string;
  readonly route: string | null;
  readonly segments: Readonly<Record<string, string>>;
  /** The class, or the value, that was predicted; null with logits and probabilities, which say it themselves. */
  readonly prediction: string | null;
  /** What a score is a probability of where nothing is active that says it. Default `confidence`. */
  readonly task: SpineTask | null;
  readonly given: Given;
  /** P-value of being like the training data, in [0, 1]; null where it is not known, undefined where nothing is said. */
  readonly insidePValue?: number | null;
}
