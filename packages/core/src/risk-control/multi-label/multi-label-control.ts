import type { FamilyWiseCorrection } from "../family-wise.ts";
import type { RiskBound } from "../risk-bound.ts";

/** `fnr`: mean share of a row's true labels that are missed; `fdr`: mean share of false ones among the labels given. */
export type MultiLabelRisk = "fnr" | "fdr";

/** `crc`: conformal risk control; `rcps`: risk-controlling prediction sets; `ltt`: learn then test. */
export type MultiLabelMethod = "crc" | "rcps" | "ltt";

/** A threshold for the scores of a multi-label classifier, with what it rests on. Plain JSON. */
export interface MultiLabelControl {
  readonly kind: "multi-label";
  readonly risk: MultiLabelRisk;
  readonly target: number;
  /** Probability that the threshold keeps the target; null where it is kept on average over calibration sets. */
  readonly sure: number | null;
  readonly method: MultiLabelMethod;
  /** Null for `crc`. */
  readonly bound: RiskBound | null;
  /** Null unless `ltt`. */
  readonly correction: FamilyWiseCorrection | null;
  /** A row is given the labels whose score is at least this. */
  readonly threshold: number;
  /** False where no threshold qualifies; `threshold` is then the most conservative one and nothing is promised. */
  readonly attained: boolean;
  /**
   * Mean loss of the calibration rows at the threshold; for `fdr` with `crc`, of the largest loss at any higher one.
   */
  readonly calibrationRisk: number;
  /** What was compared with the target. */
  readonly upperBound: number;
  /** Calibration rows that count. */
  readonly n: number;
  /** Columns of the scores. */
  readonly labels: number;
  /** Thresholds that qualify. */
  readonly qualifying: number;
  /** Mean number of labels given to a calibration row. */
  readonly meanLabels: number;
  /** Further rows after which a threshold can be expected to qualify; 0 where one does, null where none ever would. */
  readonly missingRows: number | null;
  readonly assumptions: readonly string[];
}
