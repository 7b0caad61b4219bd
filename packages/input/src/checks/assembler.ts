import type { Predictions } from "@candor/core";
import type { ColumnBatch } from "../table.ts";

/** Makes predictions of one task from batches of columns. */
export interface Assembler {
  /** Names of the classes; final once the first batch was assembled. */
  classNames(): readonly string[];
  /**
   * The rows of a batch as predictions.
   *
   * @param before rows read before this batch
   * @throws {BadInput} about the first bad row, unless bad rows are left out
   */
  assemble(batch: ColumnBatch, before: number): Promise<Predictions>;
  /** @throws {BadInput} about what only all rows together show: one class only, no weight at all */
  finish(): void;
  /** What was clipped, divided or noticed, in sentences. */
  notes(): readonly string[];
}
