import type { Predictions } from "@candor/core";
import type { ScreenedBatch } from "../screened-rows.ts";

/** Makes predictions of one task from batches of columns. */
export interface Assembler {
  /** Names of the classes; final once the first batch was assembled. */
  classNames(): readonly string[];
  /** The good rows of a batch as predictions. */
  assemble(batch: ScreenedBatch): Predictions;
  /** @throws {BadInput} about what only all rows together show: one class only, no weight at all */
  finish(): void;
  /** What was clipped, divided or noticed, in sentences. */
  notes(): readonly string[];
}
