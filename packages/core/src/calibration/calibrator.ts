import type { Estimate, Spec } from "../estimate.ts";
import type { BinaryMap } from "./binary-map.ts";
import type { FitCertificate } from "./fit.ts";
import type { MulticlassMap } from "./multiclass-map.ts";

/** What the numbers are that a calibrator reads. */
export type ScoreKind =
  /** Probability of the positive class, in [0, 1]. */
  | "probability"
  /** Probability of being correct, in [0, 1]. */
  | "confidence"
  /** One probability per class. */
  | "probabilities"
  /** One logit per class. */
  | "logits";

/** Corrections per segment, applied to what the pooled map gives; a segment that is not listed keeps the pooled one. */
export interface SegmentMaps<FittedMap> {
  /** Columns whose values together name a segment. */
  readonly columns: readonly string[];
  readonly maps: readonly {
    /** One value per column. */
    readonly values: readonly string[];
    /** Reads the probability (binary) or the logarithms of the probabilities (multiclass) that the pooled map gives. */
    readonly map: FittedMap;
    readonly n: number;
  }[];
}

/** How a calibrator did on rows that it had not seen while it was chosen and fitted. */
export interface OuterEvidence {
  readonly before: { readonly logLoss: Estimate; readonly brier: Estimate; readonly ece: Estimate };
  readonly after: { readonly logLoss: Estimate; readonly brier: Estimate; readonly ece: Estimate };
  /** before - after on the same rows: positive is better. */
  readonly improvement: { readonly logLoss: Estimate; readonly brier: Estimate };
}

interface CalibratorBase {
  readonly schema: "candor.calibrator/1";
  /** Version of Candor that made it. */
  readonly version: string;
  readonly method: string;
  readonly parameters: Readonly<Record<string, number | readonly number[]>>;
  readonly certificate: FitCertificate | null;
  readonly n: number;
  readonly effectiveN: number;
  /** When it was made: ISO 8601 as the caller gave it, or null. */
  readonly created: string | null;
  /** Every choice that changes the fit (folds, seed, penalties, clipping). */
  readonly spec: Spec;
  readonly data: {
    /** Name of the file or set. */
    readonly name: string;
    /** `sha256:` and 64 hexadecimal digits over scores, outcomes and weights in row order. */
    readonly fingerprint: string;
  };
  /** Null where nothing was held out. */
  readonly evidence: OuterEvidence | null;
  /** `sha256:` and 64 hexadecimal digits over the canonical JSON of all other fields. */
  readonly fingerprint: string;
}

/** A calibrator of one score. */
export interface BinaryCalibrator extends CalibratorBase {
  readonly scoreKind: "probability" | "confidence";
  /** [negative, positive]; empty for confidences. */
  readonly classNames: readonly string[];
  readonly map: BinaryMap;
  readonly segments: SegmentMaps<BinaryMap> | null;
}

/** A calibrator of one score per class. */
export interface MulticlassCalibrator extends CalibratorBase {
  readonly scoreKind: "probabilities" | "logits";
  /** In the order of the scores. */
  readonly classNames: readonly string[];
  /** Probabilities are taken to at least this before the logarithm that makes them logits; null for logits. */
  readonly clip: number | null;
  readonly map: MulticlassMap;
  readonly segments: SegmentMaps<MulticlassMap> | null;
}

/** The artefact: everything needed to apply a calibrator, to check it and to say where it came from. Plain JSON. */
export type Calibrator = BinaryCalibrator | MulticlassCalibrator;

/** What is known of a calibrator before it is sealed with a fingerprint of itself. */
export type CalibratorDraft = Omit<BinaryCalibrator, "fingerprint"> | Omit<MulticlassCalibrator, "fingerprint">;
