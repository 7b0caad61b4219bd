import type { Estimate } from "../../estimate.ts";
import type { ReportDocument } from "../../report/document.ts";
import type { MultiLabelControl } from "./multi-label-control.ts";

/** What rows with known labels say of a threshold. */
export interface MultiLabelEvaluation {
  readonly rows: number;
  /** Rows that count for the risk: those with a true label for `fnr`, all for `fdr`. */
  readonly n: number;
  /** Mean loss of these rows. */
  readonly risk: Estimate;
  /** Labels given to a row, over all rows. */
  readonly meanLabels: Estimate;
  /** Rows that are given no label. */
  readonly empty: number;
}

/** A threshold for the scores of a multi-label classifier as a file: schema `candor.multi-label/1`. */
export interface MultiLabelDocument extends Omit<MultiLabelControl, "kind" | "labels"> {
  readonly schema: "candor.multi-label/1";
  readonly version: string;
  /** ISO 8601, where it is recorded. */
  readonly created: string | null;
  /** In the order of the scores; each once. */
  readonly labelNames: readonly string[];
  /** Thresholds that were tried: `count` of them, evenly from `from` to `to`, between which all scores lie. */
  readonly candidates: { readonly from: number; readonly to: number; readonly count: number };
  /** Calibration rows; for `fnr` those without a true label do not count among `n`. */
  readonly rows: number;
  readonly source: ReportDocument["source"];
  /** From `multiLabelDataHash`. */
  readonly dataHash: string;
  readonly warnings: readonly string[];
  readonly evaluation: MultiLabelEvaluation | null;
  readonly fingerprint: string;
}
