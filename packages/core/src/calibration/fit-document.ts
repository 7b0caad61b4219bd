import type { Estimate } from "../estimate.ts";
import type { Reliability, ReportDocument } from "../report/document.ts";
import type { Calibrator, ScoreKind } from "./calibrator.ts";

/** How good a set of probabilities is. */
export interface FitScores {
  readonly logLoss: Estimate;
  readonly brier: Estimate;
  readonly ece: Estimate;
  readonly smoothEce: Estimate;
  readonly accuracy: Estimate;
  readonly meanConfidence: Estimate;
}

/** A method that was tried. */
export interface CandidateResult {
  readonly method: string;
  /** For people: "temperature scaling". */
  readonly label: string;
  /** Free parameters (effective number where shrunk), to compare simplicity. */
  readonly complexity: number;
  /** Cross-validated log loss minus that of the best candidate, with the interval of the paired difference. Null where the fit was refused. */
  readonly excessLogLoss: Estimate | null;
  /** Cross-validated log loss. */
  readonly logLoss: number | null;
  readonly chosen: boolean;
  /** Why it was chosen, passed over or could not be fitted; one sentence. */
  readonly reason: string;
}

/** Expected log loss after calibrating with so many labels. */
export interface LearningPoint {
  readonly n: number;
  readonly logLoss: number;
  readonly lower: number;
  readonly upper: number;
  /** True where it was measured on parts of the data, false where it is extrapolated. */
  readonly measured: boolean;
}

/** How one segment fares under the pooled calibrator and under its own correction. */
export interface SegmentFit {
  /** Column names joined by " × ". */
  readonly by: string;
  readonly name: string;
  readonly n: number;
  /** Mean confidence minus observed frequency after the pooled calibrator: positive is over-confident. */
  readonly gapPooled: Estimate;
  readonly gapOwn: Estimate;
  readonly logLossBefore: number;
  readonly logLossPooled: number;
  readonly logLossOwn: number;
  /** How much of its own fit a segment got, in [0, 1]: 0 is the pooled map. */
  readonly shrinkage: number;
}

/** A segment, or the intersection of two, tested for calibration after fitting. */
export interface AuditResult {
  readonly by: string;
  readonly name: string;
  readonly n: number;
  readonly gap: Estimate;
  readonly pValue: number;
  /** Benjamini–Hochberg over all segments and intersections tested. */
  readonly qValue: number;
  /** qValue ≤ 0.05. */
  readonly flagged: boolean;
}

/** Everything `candor fit` knows, as one JSON document. */
export interface FitDocument {
  readonly schema: "candor.fit/1";
  readonly version: string;
  readonly scoreKind: ScoreKind;
  readonly source: ReportDocument["source"];
  readonly n: number;
  readonly effectiveN: number;
  readonly classNames: readonly string[];
  readonly method: string;
  /** For people: "temperature scaling". */
  readonly label: string;
  /** Why this method, in one sentence. */
  readonly reason: string;
  readonly verdict: {
    /** `improved`: the interval of the log loss improvement is above 0. `identity`: nothing was better than leaving the scores alone. */
    readonly status: "improved" | "likely-improved" | "identity" | "worse" | "too-few-labels";
    readonly sentence: string;
  };
  /** Estimates on held-out folds; `before` on the same rows. */
  readonly before: FitScores;
  readonly after: FitScores;
  /** before - after on the same rows: positive is better. */
  readonly improvement: { readonly logLoss: Estimate; readonly brier: Estimate };
  readonly candidates: readonly CandidateResult[];
  readonly parameters: Readonly<Record<string, number | readonly number[]>>;
  readonly validation: {
    readonly scheme: "random" | "grouped" | "time";
    readonly folds: number;
    /** Rows predicted while held out; below n in time order. */
    readonly heldOut: number;
    readonly seed: number;
    readonly by: string | null;
  };
  readonly learningCurve: { readonly points: readonly LearningPoint[]; readonly sentence: string } | null;
  readonly segments: readonly SegmentFit[];
  readonly audit: readonly AuditResult[];
  readonly reliability: { readonly before: Reliability; readonly after: Reliability };
  readonly warnings: readonly string[];
  readonly calibrator: Calibrator;
}
