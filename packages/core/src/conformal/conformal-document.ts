import type { ScoreKind } from "../calibration/calibrator.ts";
import type { Estimate } from "../estimate.ts";
import type { ReportDocument } from "../report/document.ts";

/** How the labels of a class are ranked against each other: the nonconformity score. */
export type SetScore =
  | { readonly kind: "lac" }
  | { readonly kind: "margin" }
  | { readonly kind: "top-k" }
  | { readonly kind: "aps" }
  | { readonly kind: "raps"; readonly penalty: number; readonly freeRanks: number }
  | { readonly kind: "saps"; readonly weight: number };

/** What an empty set becomes: itself, or the likeliest class alone (which can only raise the coverage). */
export type EmptySetPolicy = "keep" | "top-class";

/** For which rows a threshold was fitted apart, so that its guarantee holds for them apart. */
export type Condition =
  | { readonly kind: "none" }
  /**
   * One threshold per true class. With `borrowed`, rows of all classes together weigh as much as this many rows of each
   * class: steadier thresholds for classes with few rows, whose guarantee is then approximate. Parts have no rank then.
   */
  | { readonly kind: "class"; readonly borrowed?: number }
  /** Classes with similar scores share a threshold; `clusters[k]` is the part of class k. */
  | { readonly kind: "clusters"; readonly clusters: readonly number[] }
  /** One threshold per combination of the values of these columns. */
  | { readonly kind: "groups"; readonly columns: readonly string[] };

/** Calibration scores that can be the threshold of a row, which depends on the weight of that row. */
export interface WeightedThresholds {
  /** Ascending, at most 10 000 different ones. A score stands twice where a double cannot hold what it weighs. */
  readonly scores: readonly number[];
  /** Weight of the calibration rows with this score, and with those left out below it. */
  readonly weights: readonly number[];
  /**
   * How many scores could have been a threshold, where that is more: of neighbours only the largest is kept, so that
   * thresholds are the exact ones or the next kept ones above them, which can only raise the coverage.
   */
  readonly thinnedFrom?: number;
}

/** One threshold and what it rests on. */
export interface ConformalPart {
  /** Class names, or one value per column; empty for all rows. */
  readonly values: readonly string[];
  readonly n: number;
  /** ⌈(n + 1) · level⌉, in [1, n + 1]; null under weights, where ranks do not apply. */
  readonly rank: number | null;
  /**
   * Null where it is infinite: the set then holds all classes (the interval the whole line). Under weights, that of a row
   * whose weight is the mean of the calibration weights.
   */
  readonly quantile: number | null;
  /** Under weights only. */
  readonly weighted?: WeightedThresholds;
}

/** The same for scores with a lower and an upper side, each at half the error. */
export interface TwoSidedPart extends ConformalPart {
  readonly upperRank: number | null;
  readonly upperQuantile: number | null;
  /** Under weights only. */
  readonly upperWeighted?: WeightedThresholds;
}

/** How an interval is made from a forecast. */
export type IntervalMethod =
  /** point ± quantile of |y − point|. */
  | { readonly kind: "split" }
  /** Signed residuals, half of the error on each side. */
  | { readonly kind: "split-signed" }
  /** point ± quantile of |y − point| / sigma, times sigma. */
  | { readonly kind: "normalised" }
  /** point ± quantile of |y − point| / point, times point; points > 0. */
  | { readonly kind: "gamma" }
  /** Quantile forecasts widened by one amount (Romano, Patterson and Candès 2019). */
  | { readonly kind: "cqr" }
  /** An amount for each side. */
  | { readonly kind: "cqr-asymmetric" }
  /** In proportion to the width (Kivaranovic et al. 2020), or to each half (Sesia and Candès 2020). */
  | { readonly kind: "cqr-r" }
  | { readonly kind: "cqr-m" }
  /** Intervals of the conformal predictive system: point + sigma × residual quantiles at both ends. */
  | { readonly kind: "predictive-system"; readonly isNormalised: boolean };

/** What test rows say. */
export interface ConformalEvaluation {
  readonly n: number;
  readonly coverage: Estimate;
  /** Sets: classes; intervals: width of the finite ones, in the unit of the outcome; null where none is finite. */
  readonly meanSize: Estimate | null;
  readonly medianSize: number | null;
  /** Rows with an empty set or interval; with all classes or the whole line. */
  readonly empty: number;
  readonly unbounded: number;
  /** Sets only: rows with exactly one class. */
  readonly singletons: number | null;
  readonly classCoverage: readonly { readonly name: string; readonly n: number; readonly coverage: Estimate | null }[];
  readonly groupCoverage: readonly { readonly name: string; readonly n: number; readonly coverage: Estimate }[];
  /** Coverage by size of the set or width of the interval, smallest first. */
  readonly sizeCoverage: readonly {
    readonly from: number;
    readonly to: number;
    readonly n: number;
    readonly coverage: Estimate;
  }[];
  /** P(a coverage this far from `level` at these n | the guarantee holds exactly), two-sided, Beta-binomial. */
  readonly pValue: number | null;
}

interface ConformalBase {
  readonly schema: "candor.conformal/1";
  readonly version: string;
  readonly created: string | null;
  /** Name of the method as given on the command line, such as `raps`. */
  readonly method: string;
  /** Wanted coverage, in (0, 1). */
  readonly level: number;
  /** Calibration rows. */
  readonly n: number;
  /** Of the only part; null with several parts or weights. */
  readonly rank: number | null;
  /** Of the only part; null where infinite or with several parts. */
  readonly quantile: number | null;
  /** Central 90 % range of the true coverage over calibration sets of this size: Beta(rank, n + 1 − rank); null with several parts. */
  readonly coverageRange: { readonly lower: number; readonly upper: number } | null;
  readonly weighted: boolean;
  readonly source: ReportDocument["source"];
  readonly dataHash: string;
  readonly assumptions: readonly string[];
  readonly warnings: readonly string[];
  /** Plain numbers of `evaluation`; absent without test rows. */
  readonly coverage?: number;
  readonly meanSize?: number | null;
  /** In the order of `classNames`; null for classes without test rows. */
  readonly classCoverage?: readonly (number | null)[];
  /** Null without test rows. */
  readonly evaluation: ConformalEvaluation | null;
  /** `sha256:` and 64 hexadecimal digits over the canonical JSON of all other fields. */
  readonly fingerprint: string;
}

/** Prediction sets of classes: how they are made from scores, with the evidence. Plain JSON. */
export interface ConformalSets extends ConformalBase {
  readonly task: "classification";
  readonly scoreKind: Exclude<ScoreKind, "confidence">;
  readonly classNames: readonly string[];
  readonly score: SetScore;
  /** Whether one uniform number per row breaks ties (exact coverage, smaller sets, depends on `seed`). */
  readonly randomised: boolean;
  readonly seed: number;
  readonly emptySets: EmptySetPolicy;
  readonly condition: Condition;
  readonly parts: readonly ConformalPart[];
}

/** Prediction intervals of numbers: how they are made from forecasts, with the evidence. Plain JSON. */
export interface ConformalIntervals extends ConformalBase {
  readonly task: "regression";
  readonly interval: IntervalMethod;
  /** Levels of the two quantile columns that `cqr` methods read; null for others. */
  readonly quantileLevels: readonly [number, number] | null;
  readonly condition: Extract<Condition, { kind: "none" | "groups" }>;
  readonly parts: readonly (ConformalPart | TwoSidedPart)[];
  /**
   * Residuals (scaled where normalised) of predictive systems, from which any quantile follows: those of the first part,
   * ascending, then those of the next; null otherwise.
   */
  readonly residuals: readonly number[] | null;
}

/** What `candor conformal -o` writes and `candor apply` reads. */
export type ConformalDocument = ConformalSets | ConformalIntervals;
