import type { ConfidenceScore, Predictions, Task } from "@candor/core";

/** What was read, for the report. */
export interface ReadSummary {
  /** Rows of the file, those left out included. */
  readonly rowsRead: number;
  /** Rows left out with `skipBad`, by reason, most frequent first. */
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  /** What was decided, clipped or divided, in sentences. */
  readonly notes: readonly string[];
}

/** A file of predictions that is ready to be read. */
export interface OpenedPredictions {
  readonly task: Task;
  /** Names of the columns used, by role. */
  readonly columns: Readonly<Record<string, string>>;
  readonly classNames: readonly string[];
  /** Name of the file without its folder. */
  readonly sourceName: string;
  /** Rows of the file, where it says so itself. */
  readonly rowsKnown: number | undefined;
  /** The score of outputs that the confidence is; absent where it was read as it is. */
  readonly score?: ConfidenceScore;
  /**
   * The rows as checked predictions, some 10^5 at a time, once. Class names and segment codes mean the same in every
   * batch; the list of segment values is shared and grows. A batch has no rows when all of its rows were left out.
   *
   * @throws {BadInput} about the first bad row (or, with `skipBad`, when no row is good), and at the end when only
   * one class occurs, all weights are 0, or the file turns out to be damaged
   */
  batches(): AsyncGenerator<Predictions>;
  /** Complete once the batches have ended. */
  summary(): ReadSummary;
  /** Frees the file and removes temporary ones. Closing twice is harmless. */
  close(): Promise<void>;
}
