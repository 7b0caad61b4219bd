import type { EnsembleReport } from "../ensembles/ensemble-document.ts";
import type { Estimate, Spec, TestEstimate } from "../estimate.ts";
import type { ConfidenceScore } from "../scores/confidence-score.ts";
import type { ScoreComparison } from "../scores/score-comparison.ts";
import type { SelectedLabelsReport } from "../selected-labels/document.ts";

/** One bin of a reliability diagram. Bins without rows are left out. */
export interface ReliabilityBin {
  /** Edges of the bin; for equal-mass bins the smallest and largest score in it. */
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
  /** Share of the total weight, in [0, 1]. */
  readonly share: number;
  readonly meanConfidence: number;
  /** Observed frequency (accuracy, or rate of the positive class). */
  readonly observed: number;
  readonly observedLower: number;
  readonly observedUpper: number;
}

/** A point of a curve with a band. */
export interface BandPoint {
  readonly x: number;
  readonly y: number;
  readonly lower: number;
  readonly upper: number;
}

/** A reliability diagram in its three forms: binned, smooth, isotonic. */
export interface Reliability {
  /** What the horizontal axis is: top-label confidence, or the probability of the positive class. */
  readonly axis: "confidence" | "probability";
  readonly bins: readonly ReliabilityBin[];
  /** Kernel regression with a pointwise band (at `level`). Empty where approximate cells are too coarse. */
  readonly smooth: readonly BandPoint[];
  /** CORP: isotonic regression; lower/upper is the consistency band around the diagonal. */
  readonly corp: readonly BandPoint[];
  readonly level: number;
  readonly specs: { readonly bins: Spec; readonly smooth: Spec; readonly corp: Spec };
}

/** What a perfectly calibrated model with these scores would show at this n. */
export interface NoiseFloor {
  /** Expected ECE under perfect calibration. */
  readonly value: number;
  /** Central range of the ECE under perfect calibration, at `level`. */
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
  readonly n: number;
  /** P(ECE of a perfect model ≥ the one observed). */
  readonly pValue: number;
  /** Width of the ECE's interval that `moreLabels` aims for. */
  readonly wantedWidth: number;
  /** Further labels needed for an interval of at most `wantedWidth`; 0 when it is already that narrow. */
  readonly moreLabels: number;
  readonly spec: Spec;
}

/** What acting on the surest rows would mean: how many, and how often wrong. */
export interface RiskCoveragePoint {
  /** Share of rows acted on, in (0, 1]. */
  readonly coverage: number;
  /** Share of errors among the rows acted on. */
  readonly risk: number;
  readonly lower: number;
  readonly upper: number;
  /** Act when the confidence is at least this. */
  readonly threshold: number;
}

/** A group of rows: a segment value, a class, a stretch of time. */
export interface GroupReport {
  /** What it is a group of: the column, `class`, or `time`. */
  readonly by: string;
  /** The value of the column, the class name, or the start of the stretch (ISO 8601 or a number as text). */
  readonly name: string;
  readonly n: number;
  readonly accuracy: Estimate;
  readonly meanConfidence: Estimate;
  readonly ece: Estimate;
  /** Expected ECE of a perfect model on the rows of this group. */
  readonly noiseFloor: number;
  /** Mean confidence minus observed frequency: positive is over-confident. */
  readonly gap: Estimate;
  /** Evidence against calibration of this group. */
  readonly pValue: number;
  /** Benjamini–Hochberg adjusted over all groups with the same `by`. */
  readonly qValue: number;
  /** qValue ≤ 0.05. */
  readonly flagged: boolean;
  /** Ten-bin diagram for the small multiples. */
  readonly bins: readonly ReliabilityBin[];
}

/** A point of a ROC curve (false against true positive rate) or of precision (y) against recall (x). */
export interface CurvePoint {
  readonly x: number;
  readonly y: number;
  readonly threshold: number;
}

/** Where the scores lie, and how often each was right. */
export interface Histogram {
  /** k + 1 edges. */
  readonly edges: readonly number[];
  /** k shares of the total weight. */
  readonly shares: readonly number[];
  /** Share of each bin that was correct (or positive), `null` for an empty bin. */
  readonly observed: readonly (number | null)[];
}

/** Another tool's number on the same data, with the reason why it differs from ours. */
export interface PresetValue {
  /** Name of the preset, e.g. `netcal`. */
  readonly preset: string;
  readonly value: number;
  readonly spec: Spec;
  /** Why it differs from `metrics.ece` on this data, in words; empty when it does not. */
  readonly difference: string;
}

/** Score = miscalibration − discrimination + uncertainty. */
export interface Decomposition {
  readonly miscalibration: Estimate;
  readonly discrimination: Estimate;
  readonly uncertainty: Estimate;
}

/** Paired comparison on the same rows: positive means that the other model is worse (higher loss). */
export interface VersusReport {
  readonly name: string;
  readonly n: number;
  /** Per metric: this model's value, the other's and the paired difference other − this with its interval. */
  readonly metrics: Readonly<
    Record<string, { readonly self: number; readonly other: number; readonly difference: Estimate }>
  >;
  readonly sentence: string;
}

/** The answer in one word, for programs. */
export type VerdictStatus = "calibrated" | "overconfident" | "underconfident" | "miscalibrated" | "too-few-labels";

/** The answer to "can these scores be trusted?". */
export interface Verdict {
  readonly status: VerdictStatus;
  /** One plain sentence that answers "can these scores be trusted?". */
  readonly sentence: string;
}

/** The answer of a report; `not-a-probability` where its confidence is a score that only ranks. */
export interface ReportVerdict {
  readonly status: VerdictStatus | "not-a-probability";
  readonly sentence: string;
}

/** What a row of predictions holds. */
export type Task = "binary" | "multiclass" | "confidence";

/** Everything `candor report` knows, as one JSON document. */
export interface ReportDocument {
  readonly schema: "candor.report/1";
  /** Version of Candor that made it. */
  readonly version: string;
  readonly task: Task;
  readonly source: {
    readonly name: string;
    /** Rows read, including those left out. */
    readonly rows: number;
    /** Rows left out with `--skip-bad`, by reason. */
    readonly skipped: readonly { readonly reason: string; readonly count: number }[];
    /** Names of the columns used, by role. */
    readonly columns: Readonly<Record<string, string>>;
    /** True when computed from cells instead of rows. */
    readonly approximate: boolean;
    /** What was clipped, normalised or approximated, in words. */
    readonly notes: readonly string[];
  };
  readonly n: number;
  readonly effectiveN: number;
  readonly weighted: boolean;
  /** Number of classes; 2 for binary, `null` for confidence/correct pairs. */
  readonly classes: number | null;
  readonly classNames: readonly string[];
  /** Accuracy of the top label (binary: threshold 0.5). */
  readonly accuracy: Estimate;
  /** Mean top-label confidence. */
  readonly meanConfidence: Estimate;
  /** Binary only: rate of the positive class and mean probability given to it. */
  readonly baseRate: Estimate | null;
  readonly meanProbability: Estimate | null;
  readonly metrics: {
    readonly ece: Estimate;
    readonly eceLeft: Estimate;
    readonly eceEqualMass: Estimate;
    readonly eceDebiased: Estimate;
    readonly smoothEce: Estimate;
    /** `null` for confidence/correct pairs. */
    readonly classwiseEce: Estimate | null;
    readonly mce: Estimate;
    readonly brier: Estimate;
    readonly logLoss: Estimate;
    /** Binary: of the probability; otherwise of confidence against correctness. `null` when only one outcome occurs. */
    readonly auroc: Estimate | null;
    readonly aurc: Estimate;
    readonly eAurc: Estimate;
    readonly augrc: Estimate;
    readonly spiegelhalter: TestEstimate | null;
    readonly ks: TestEstimate | null;
    /** Further metrics by name, each with its spec. */
    readonly [name: string]: Estimate | TestEstimate | null;
  };
  readonly decompositions: {
    readonly brierCorp: Decomposition | null;
    readonly logLossCorp: Decomposition | null;
    readonly brierMurphy: Decomposition | null;
  };
  readonly noiseFloor: NoiseFloor;
  readonly reliability: Reliability;
  readonly histogram: Histogram;
  readonly riskCoverage: readonly RiskCoveragePoint[];
  readonly roc: readonly CurvePoint[];
  readonly precisionRecall: readonly CurvePoint[];
  readonly segments: readonly GroupReport[];
  readonly perClass: readonly GroupReport[];
  readonly overTime: readonly GroupReport[];
  readonly presets: readonly PresetValue[];
  readonly versus: VersusReport | null;
  /** What labels that were selected with known probabilities say of all rows; only where there are propensities. */
  readonly selectedLabels?: SelectedLabelsReport;
  readonly verdict: ReportVerdict;
  /** The score of a model's outputs that the confidence is; absent where it was given as it is. */
  readonly score?: ConfidenceScore;
  /** All scores of the outputs against each other; absent where it was not asked for. */
  readonly scoreComparison?: ScoreComparison;
  /** Where the uncertainty of an ensemble comes from; only where members were given. */
  readonly ensemble?: EnsembleReport;
}

/** A report on probabilities: its verdict is on their calibration. */
export interface ProbabilityReport extends ReportDocument {
  readonly verdict: Verdict;
}
