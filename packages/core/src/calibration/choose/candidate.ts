import type { CalibrationData } from "../calibration-data.ts";
import type { CalibrationFit } from "../fit.ts";
import type { FoldPlan } from "./cross-fit.ts";
import type { OwnCrossFit } from "./structured-blend.ts";
import type { CalibrationTask } from "./task.ts";

/** How much there is to learn from. Effective numbers: (Σw)² / Σw² of the rows in question. */
export interface DataSize {
  readonly effectiveN: number;
  /** Effective rows of the rarest outcome that occurs; binary: of the rarer of the two, 0 where only one occurs. */
  readonly rarest: number;
  /** Classes; 2 for one score per row. */
  readonly classes: number;
}

/** A way to calibrate, by name: what `auto` chooses among, and what a named method runs. */
export interface Candidate<Data extends CalibrationData, FittedMap> {
  /** Stable name, as in the artefact: `temperature`. */
  readonly method: string;
  /** For people: "temperature scaling". */
  readonly label: string;
  /** Place among the candidates, simplest first; identity is 0. Near-ties go to the lower. */
  readonly simplicity: number;
  /** Why `auto` does not try it on so few rows: a clause that completes "not tried: "; null where it may be tried. */
  tooFew(size: DataSize): string | null;
  /**
   * The fitted map.
   *
   * @throws {InputError} where the data have no fit; `auto` then passes the method over, with the message as reason
   */
  fit(data: Data): CalibrationFit<FittedMap>;
  /**
   * For a candidate that is tuned by cross-validation itself: all its evidence at once, which takes far fewer fits than
   * `fit` on every part of the data. Absent for all others.
   *
   * @throws {InputError} as `fit`
   */
  crossFit?(task: CalibrationTask<Data, FittedMap>, plan: FoldPlan): OwnCrossFit<Data, FittedMap>;
}
