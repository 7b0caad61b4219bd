import type { Estimate, TestEstimate } from "../estimate.ts";
import type { EffectOfMembers } from "./effect-of-members.ts";

/** Mean uncertainty over rows, split by cause. */
export interface UncertaintySplit {
  readonly total: Estimate;
  readonly aleatoric: Estimate;
  readonly epistemic: Estimate;
  /** The epistemic part of the sum over rows. */
  readonly epistemicShare: Estimate;
  /** Largest |total − aleatoric − epistemic| of a row: rounding only. */
  readonly identityGap: number;
}

/** A measure of uncertainty, by how well it ranks wrong predictions above right ones. */
export interface RankedUncertainty {
  readonly measure:
    | "entropy-total"
    | "entropy-aleatoric"
    | "entropy-epistemic"
    | "variance-total"
    | "variance-aleatoric"
    | "variance-epistemic"
    | "pairwise-kl"
    | "disagreement"
    | "one-minus-top";
  readonly auroc: Estimate;
  /** AUROC of this measure minus that of the total entropy, on the same rows. */
  readonly difference: TestEstimate;
}

/** A row with much of one kind of uncertainty. */
export interface UncertainRow {
  /** Row of the file, counted from 1. */
  readonly row: number;
  readonly total: number;
  readonly aleatoric: number;
  readonly epistemic: number;
  readonly predicted: string;
  readonly label: string;
  readonly confidence: number;
  /** Share of the members that predict another class than the ensemble. */
  readonly against: number;
}

/** Uncertainty of the rows of one value of a column. */
export interface UncertaintyGroup {
  readonly by: string;
  readonly name: string;
  readonly n: number;
  /** By entropy, or by variance for forecasts of numbers; noise and share are `null` where members state no noise. */
  readonly aleatoric: Estimate | null;
  readonly epistemic: Estimate;
  readonly epistemicShare: Estimate | null;
  /** Of a difference of the mean epistemic uncertainty from that of all other rows; `null` where one side has one row. */
  readonly pValue: number | null;
  readonly qValue: number | null;
  /** More epistemic uncertainty than elsewhere, at a false discovery rate of 5 %: knowledge is lacking here. */
  readonly isLacking: boolean;
}

/** What `candor report --members` adds to a report: where the uncertainty of an ensemble comes from. */
export interface EnsembleReport {
  readonly members: number;
  readonly memberNames: readonly string[];
  /** As given; `null` where all count alike. */
  readonly memberWeights: readonly number[] | null;
  /** What the members were before they were averaged: as they came, or changed by a calibrator of members. */
  readonly areCalibrated: boolean;
  /** In nats. */
  readonly entropy: UncertaintySplit;
  /** Summed over classes. */
  readonly variance: UncertaintySplit;
  /** Mean epistemic uncertainty by entropy, corrected for the number of members. */
  readonly fewMembers: Estimate;
  readonly disagreement: {
    readonly pairwise: Estimate;
    readonly variationRatio: Estimate;
    readonly voteEntropy: Estimate;
    readonly pairwiseKl: Estimate;
  };
  /** Each member alone, in the order of `memberNames`. */
  readonly alone: {
    readonly accuracy: readonly number[];
    readonly logLoss: readonly number[];
    readonly ece: readonly number[];
    readonly meanConfidence: readonly number[];
  };
  /** Of the mean prediction, before any calibrator of the mean. */
  readonly mean: {
    readonly accuracy: Estimate;
    readonly meanConfidence: Estimate;
    readonly logLoss: Estimate;
    readonly ece: Estimate;
    /** Mean log loss of the members alone minus that of their mean: never negative. */
    readonly gain: Estimate;
  };
  /** Rows predicted wrongly. */
  readonly errors: number;
  /** Empty where no prediction, or every one, is wrong. */
  readonly ranking: readonly RankedUncertainty[];
  /** `null` where members have weights of their own. */
  readonly effect: EffectOfMembers | null;
  readonly noisiest: readonly UncertainRow[];
  readonly leastKnown: readonly UncertainRow[];
  readonly segments: readonly UncertaintyGroup[];
  /** Rows for a picture, evenly spaced in the file: noise, unknown, and whether the prediction was right. */
  readonly picture: readonly (readonly [aleatoric: number, epistemic: number, correct: 0 | 1])[];
  readonly sentences: readonly string[];
}
