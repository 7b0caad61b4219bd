import type { LinearHead, OodEvidence, OodMethod } from "./detector.ts";

/** Rows that a detector shall take for normal. */
export interface OodTraining extends OodEvidence {
  /** The true class of each row, from 0. Without it the class with the largest logit takes its place. */
  readonly labels?: Int32Array;
}

/** Choices of `fitOodDetector`. */
export interface OodFitOptions {
  /** Default `auto`: what suits the evidence. */
  readonly method?: OodMethod;
  /** The last layer of the network. Logits are worked out by it where none are given. */
  readonly head?: LinearHead;
  /** Rows of the same kind as the training rows that neither the network nor the detector learned from. P-values rest on them. */
  readonly calibration?: OodEvidence;
  /** Rows known to be outside, for `outlier-exposure`: of any kind but the one that is to be found. */
  readonly outliers?: OodEvidence;
  /** Temperature of the energy, > 0. Default 1. */
  readonly temperature?: number;
  /** Exponent of GEN, in (0, 1]. Default 0.1. */
  readonly gamma?: number;
  /** Largest probabilities that GEN reads, ≥ 1. Default 100. */
  readonly top?: number;
  /** Neighbour whose distance counts, from 1 to the number of training rows. Default 50 for `knn` and all rows where there are fewer; one per 1000 training rows in `auto`. */
  readonly k?: number;
  /** Share of equal variances in a covariance, in [0, 1]. Default `ledoit-wolf`. */
  readonly shrinkage?: number | "ledoit-wolf";
  /** Directions that ViM and residual take for normal, below the width. Default 1000 of 2048 features and more, 512 of 768 and more, else half. */
  readonly dimension?: number;
  /** Singular values of the head below this share of the largest count as 0. Default 1e-6. */
  readonly rankTolerance?: number;
  /** Share in (0, 1) of activations that ReAct leaves as they are, or that ASH and SCALE prune. Default 0.9, SCALE 0.85. */
  readonly percentile?: number;
  /** Ridge penalty of outlier exposure, > 0. Default 0.1. */
  readonly ridge?: number;
  /** Name of the training data, for people. Default "training rows". */
  readonly name?: string;
  /** Version of the program that makes it. Default that of this package. */
  readonly version?: string;
  /** When it was made, ISO 8601. Default null. */
  readonly created?: string;
}
