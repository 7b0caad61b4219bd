import type { CalibrationData } from "../calibration-data.ts";
import type { DataSize } from "./candidate.ts";
import type { RowEvidence } from "./row-evidence.ts";

/** What choosing needs to know about a kind of scores; written once for one score per row and once for many. */
export interface CalibrationTask<Data extends CalibrationData, FittedMap> {
  readonly data: Data;
  readonly size: DataSize;
  /** Numbers that a map gives per row: 1, or one per class. */
  readonly width: number;
  /** The map that leaves the scores alone. */
  readonly identity: FittedMap;
  /** What `blend` mixes a map with: identity, kept off 0 and 1 where some scores are exactly that. */
  readonly lean: FittedMap;
  /** The given rows, in that order. */
  subset(rows: Uint32Array): Data;
  /** rows × width probabilities. */
  predict(map: FittedMap, data: Data): Float64Array;
  /** Writes how good the predictions of `data`, the subset of these rows, are into `evidence` at their positions. */
  judge(predicted: Float64Array, data: Data, rows: Uint32Array, evidence: RowEvidence): void;
  /** weight · map + (1 − weight) · lean, for a weight in (0, 1). */
  blend(map: FittedMap, weight: number): FittedMap;
}
