import type { Estimate, TestEstimate } from "../../estimate.ts";
import type { CurvePoint, RiskCoveragePoint } from "../../report/document.ts";
import type { OodMethod, SingleOodMethod } from "../detector.ts";
import type { DiscoveryMethod } from "../evidence/false-discoveries.ts";
import type { FprAtTpr } from "../metrics/fpr-at-tpr.ts";

/** A batch searched for outside rows, with a bounded share of false discoveries. */
export interface FalseDiscovery extends Estimate {
  /** Largest expected share of inside rows among those found. */
  readonly target: number;
  readonly method: DiscoveryMethod;
  /** Rows of the batch, those found, and inside rows among those found. */
  readonly rows: number;
  readonly found: number;
  readonly wrong: number;
  /** Share of the outside rows that was found. */
  readonly power: Estimate;
}

/** What p-values do on the test rows. */
export interface OodPValueReport {
  /** Held-out rows that p-values rest on. */
  readonly calibrationRows: number;
  /** Where p-values are cut: rows at or below are called outside. */
  readonly level: number;
  /** The least that a p-value can be, 1/(calibrationRows + 1). */
  readonly smallest: number;
  /** Share of the inside rows at or below the level: at most the level where they are like those that calibrate. */
  readonly size: Estimate;
  /** Share of the outside rows at or below the level; null without outside rows. */
  readonly power: Estimate | null;
  /** Probability of so many inside rows, or more, at or below the level, if they are like those that calibrate. */
  readonly sizePValue: number;
  /** Largest distance between the distributions of the scores of inside rows and of those that calibrate. */
  readonly uniformity: TestEstimate;
  /** False where inside rows are at or below the level far more often than promised: `sizePValue` below 0.001. */
  readonly areValid: boolean;
  /** Shares of the rows of each kind, 20 bins of [0, 1]. */
  readonly histogram: readonly {
    readonly lower: number;
    readonly upper: number;
    readonly inside: number;
    /** Null without outside rows. */
    readonly outside: number | null;
  }[];
}

/** How one detector does beside the others. */
export interface RankedDetector {
  readonly name: string;
  readonly method: OodMethod;
  /** The detector that the report is about. */
  readonly isReported: boolean;
  readonly auroc: Estimate;
  readonly fpr95: FprAtTpr;
  /** Its AUROC minus that of the detector reported, on the same rows; null for that one. */
  readonly difference: TestEstimate | null;
}

/** One kind of outside rows among several. */
export interface OutsideGroup {
  readonly name: string;
  readonly n: number;
  readonly auroc: Estimate;
  readonly fpr95: FprAtTpr;
  /** Share at or below the level; null without p-values. */
  readonly power: Estimate | null;
}

/** By what rows are taken, the first ones first. */
export type SelectiveOrder = "confidence" | "detector" | "both";

/** Rows taken in one order. */
export interface SelectiveCurve {
  /**
   * `confidence`: the surest first; `detector`: those most like the training data first; `both`: the surest first, but those
   * with a p-value at or below the level last.
   */
  readonly order: SelectiveOrder;
  /** Area under risk over coverage, lower is better. */
  readonly aurc: Estimate;
  /** Accuracy among the first half, eight and nine of ten rows. */
  readonly accuracy: readonly { readonly coverage: number; readonly estimate: Estimate }[];
  /** At most 100, by ascending coverage. */
  readonly points: readonly RiskCoveragePoint[];
}

/** Accuracy among accepted rows where some rows are from outside; acting on one of those is an error. */
export interface MixedSelective {
  /** Share of outside rows, in [0, 1). */
  readonly outsideShare: number;
  /** Accuracy where every row is acted on. */
  readonly accuracy: Estimate;
  readonly curves: readonly SelectiveCurve[];
  /** Where rows with a p-value at or below the level are sent to review and all others are acted on; null without p-values. */
  readonly demanded: {
    readonly level: number;
    readonly coverage: Estimate;
    /** Null where no row is left. */
    readonly accuracy: Estimate | null;
  } | null;
}

/** Everything `candor ood report` knows, as one JSON document. What needs outside rows is null without them. */
export interface OodReportDocument {
  readonly schema: "candor.ood/1";
  readonly version: string;
  readonly created: string | null;
  readonly detector: {
    readonly name: string;
    readonly method: OodMethod;
    /** What it is made of; itself where it is a single method. */
    readonly parts: readonly SingleOodMethod[];
    readonly fingerprint: string;
    /** Training rows. */
    readonly n: number;
    /** Held-out rows that p-values rest on; 0 without. */
    readonly calibrationRows: number;
    readonly notes: readonly string[];
  };
  readonly source: { readonly inside: string; readonly outside: readonly string[]; readonly notes: readonly string[] };
  readonly rows: { readonly inside: number; readonly outside: number };
  readonly auroc: Estimate | null;
  /** Average precision with inside rows as the positives. */
  readonly auprIn: Estimate | null;
  /** Average precision with outside rows as the positives. */
  readonly auprOut: Estimate | null;
  /** The same areas by trapezoids. */
  readonly auprInTrapezoid: Estimate | null;
  readonly auprOutTrapezoid: Estimate | null;
  /** Share of outside rows let in where 95 % of the inside rows are. */
  readonly fpr95: FprAtTpr | null;
  /** Share of inside rows called outside where 95 % of the outside rows are found. */
  readonly fpr95Outside: FprAtTpr | null;
  /** Realised share of false discoveries in the batch of all test rows; null without p-values too. */
  readonly falseDiscovery: FalseDiscovery | null;
  /** Its mean over draws of calibration and inside rows from both together; null without p-values too. */
  readonly falseDiscoveryRate: Estimate | null;
  /** Null without held-out rows in the detector. */
  readonly pValues: OodPValueReport | null;
  readonly perOutside: readonly OutsideGroup[];
  /** The best first; empty without outside rows. */
  readonly ranking: readonly RankedDetector[];
  /** Null without predictions and labels of inside rows, and outside rows. */
  readonly selective: readonly MixedSelective[] | null;
  /** Outside rows as positives. */
  readonly roc: readonly CurvePoint[];
  readonly verdict: {
    readonly status: "separates" | "does-not-separate" | "not-shown" | "valid" | "not-valid" | "no-p-values";
    readonly sentence: string;
  };
  readonly warnings: readonly string[];
}
