import type { Spec } from "../estimate.ts";
import type { Matrix } from "../matrix.ts";

/** Detectors that give one score by themselves. */
export type SingleOodMethod =
  | "msp"
  | "max-logit"
  | "energy"
  | "entropy"
  | "gen"
  | "mahalanobis"
  | "relative-mahalanobis"
  | "knn"
  | "vim"
  | "residual"
  | "she"
  | "react"
  | "ash-p"
  | "ash-s"
  | "ash-b"
  | "scale";

/** Every detector: the single ones, their combination, and the one that has seen outliers. */
export type OodMethod = SingleOodMethod | "auto" | "outlier-exposure";

/** What is known of some rows. All that is given has equally many rows. */
export interface OodEvidence {
  /** rows × classes, finite. */
  readonly logits?: Matrix;
  /** rows × classes, each row sums to 1. Read only where there are no logits. */
  readonly probabilities?: Matrix;
  /** rows × width, finite: what the last layer of the network sees. */
  readonly features?: Matrix;
}

/** The last layer of a network: logits = weights · features + bias. */
export interface LinearHead {
  /** classes × width. */
  readonly weights: Matrix;
  /** One per class. */
  readonly bias: Float64Array;
}

/** Numbers of a detector. They leave the document where there are many, and their fingerprint stays. */
export interface OodArray {
  /** Rows and columns. */
  readonly shape: readonly [number, number];
  /** `sha256:` and 64 hexadecimal digits over the shape as two uint32 and the values as float64, little-endian. */
  readonly fingerprint: string;
  /** Row after row; null where they are kept outside the document. */
  readonly values: readonly number[] | null;
}

/** One fitted score. */
export interface OodPart {
  readonly method: SingleOodMethod;
  /** Choices and fitted numbers, by name. */
  readonly settings: Readonly<Record<string, number | string>>;
  /** Fitted arrays, by name. */
  readonly arrays: Readonly<Record<string, OodArray>>;
}

/** The sum over the parts of (score − centre) / spread. */
export interface OodSum {
  readonly kind: "sum";
  /** Mean of each part's score over the rows that set the scale. */
  readonly centres: readonly number[];
  /** Its standard deviation there, > 0. */
  readonly spreads: readonly number[];
}

/** Log-odds that a row is of the training data and no outlier: intercept + Σ weight · (score − centre) / spread. */
export interface OodLogistic {
  readonly kind: "logistic";
  readonly centres: readonly number[];
  readonly spreads: readonly number[];
  readonly weights: readonly number[];
  readonly intercept: number;
  /** Ridge penalty on the weights, added to the mean log loss as ½·ridge·weight². */
  readonly ridge: number;
  readonly outliers: number;
  readonly certificate: {
    /** Mean log loss plus penalty, nats. */
    readonly objective: number;
    /** Largest gradient component, ≤ 1e-10. */
    readonly gradientNorm: number;
    readonly iterations: number;
  };
}

/** Scores of held-out rows of the training distribution, which p-values rest on. */
export interface OodCalibration {
  readonly n: number;
  /** Ascending. */
  readonly scores: readonly number[];
}

/** Where a detector takes logits or probabilities from. */
export type OodSource = "given" | "head" | "logits" | "none";

/** What a row must bring along. */
export interface OodReads {
  /** `given`; `head` where they are worked out of the features; `none` where they are not used. */
  readonly logits: OodSource;
  /** `given`, `logits` where they are their softmax, or `none`. */
  readonly probabilities: OodSource;
  readonly features: OodSource;
  /** Number of classes; 0 where neither logits nor probabilities are used. */
  readonly classes: number;
  /** Number of features; 0 where they are not used. */
  readonly width: number;
}

/** A fitted detector of rows unlike the training data. Plain JSON. */
export interface OodDetector {
  readonly schema: "candor.ood-detector/1";
  readonly version: string;
  readonly created: string | null;
  readonly method: OodMethod;
  /** Every choice that changes a score. */
  readonly spec: Spec;
  readonly reads: OodReads;
  /** The last layer, where the method reads it. */
  readonly head: { readonly weights: OodArray; readonly bias: OodArray } | null;
  readonly parts: readonly OodPart[];
  /** Null where there is one part, whose score is the detector's. */
  readonly combination: OodSum | OodLogistic | null;
  /** Training rows. */
  readonly n: number;
  readonly data: { readonly name: string; readonly fingerprint: string };
  /** Null without held-out rows; there are no p-values then. */
  readonly calibration: OodCalibration | null;
  /** What was done about unusual data, in sentences. */
  readonly notes: readonly string[];
  /** `sha256:` and 64 hexadecimal digits over the canonical JSON of all other fields, values of arrays apart. */
  readonly fingerprint: string;
}

/** A detector before it is sealed. */
export type OodDetectorDraft = Omit<OodDetector, "fingerprint">;
