import type { Estimate, Spec } from "../estimate.ts";
import type { StackDirection, StackScale } from "./stack-data.ts";

/** What one score adds to the log-odds that the answer is right. */
export interface StackTerm {
  readonly name: string;
  readonly direction: StackDirection;
  readonly scale: StackScale;
  /** Strictly ascending, on the scale the score is read at. */
  readonly knots: readonly number[];
  /**
   * At each knot, with straight lines between and constant beyond the ends; ascending for `up`, descending for `down`. The
   * mean over the rows of the fit is 0.
   */
  readonly contributions: readonly number[];
  /** Added where the score is missing; null where this model needs the score. */
  readonly missing: number | null;
  /** Standard deviation of the contribution over the rows of the fit that have the score: 0 for a score of no use. */
  readonly spread: number;
}

/** Proof that a model is an optimum. */
export interface StackCertificate {
  /** Mean log loss plus penalty, nats. */
  readonly objective: number;
  /** Largest absolute gradient component among free coefficients, ≤ 1e-10. */
  readonly gradientNorm: number;
  /** Smallest gradient component among coefficients held at 0, ≥ −1e-10; null without any. */
  readonly boundGradient: number | null;
  readonly iterations: number;
}

/** Log-odds that the answer is right = intercept + what each score adds. */
export interface StackModel {
  readonly intercept: number;
  readonly terms: readonly StackTerm[];
  readonly certificate: StackCertificate;
  /** Rows it was fitted on. */
  readonly n: number;
}

/** How good probabilities of held-out rows are. */
export interface StackQuality {
  readonly logLoss: Estimate;
  readonly brier: Estimate;
  readonly auroc: Estimate;
}

/** How the stack and single scores did on rows that neither their fit nor their choice had seen. */
export interface StackEvidence {
  /** Rows that lack every score kept get the base rate. */
  readonly stack: StackQuality;
  /** The single score that looked best on the rows of the fit, calibrated by the same method. */
  readonly bestSingle: StackQuality;
  /** On the same rows: positive is better than the best single score. */
  readonly improvement: { readonly logLoss: Estimate; readonly brier: Estimate; readonly auroc: Estimate };
  /** Each score by itself, calibrated by the same method; rows that lack it get the base rate. */
  readonly singles: readonly { readonly name: string; readonly logLoss: Estimate }[];
}

/** A score that was offered. */
export interface StackedScore {
  readonly name: string;
  readonly direction: StackDirection;
  readonly scale: StackScale;
  readonly cost: number;
  /** Share of the weight in which it was missing. */
  readonly missing: number;
  /** False where the choice by cost left it out. */
  readonly used: boolean;
}

/** A fitted combination of scores. Plain JSON. */
export interface Stack {
  readonly schema: "candor.stack/1";
  readonly version: string;
  readonly created: string | null;
  readonly scores: readonly StackedScore[];
  /** From the most scores to the fewest: the first whose needed scores are there is used. */
  readonly models: readonly StackModel[];
  /** Every choice that changes the fit. */
  readonly spec: Spec;
  readonly data: { readonly name: string; readonly fingerprint: string };
  readonly n: number;
  readonly effectiveN: number;
  /** Null where nothing was held out. */
  readonly evidence: StackEvidence | null;
  /** What was done about unusual data, in sentences. */
  readonly notes: readonly string[];
  /** `sha256:` and 64 hexadecimal digits over the canonical JSON of all other fields. */
  readonly fingerprint: string;
}

/** A stack before it is sealed. */
export type StackDraft = Omit<Stack, "fingerprint">;
