import type { Matrix, SegmentColumn, Task } from "@candor/core";
import type { ReadSummary } from "@candor/input";
import type { RowSource } from "./row-source.ts";
import type { Spool } from "./spool.ts";

/** Some rows of scores. */
export interface ScoreBatch {
  /** Rows of the file, bad ones included. */
  readonly rows: number;
  /** Positions of the good rows in the batch; undefined when all are good. */
  readonly keep: Int32Array | undefined;
  /** One row per good row: one score, or one value per class. */
  readonly values: Matrix;
  /** Of the good rows. */
  readonly segments: readonly SegmentColumn[];
  /** Of the good rows, where a column of weights is named. */
  readonly weights?: Float64Array;
  /** P-value of each row's being inside, where a column of them is named. */
  readonly insidePValues?: Float64Array;
  /** Of the good rows, where such columns are named. */
  readonly propensities?: Float64Array;
  readonly rowIds?: readonly (string | null)[];
}

/** A file of scores that is ready to be read, without outcomes. */
export interface OpenedScores {
  readonly task: Task;
  /** Names of the columns used, by role. */
  readonly columns: Readonly<Record<string, string>>;
  /** Names of the classes where the file names them, in the order of the values. */
  readonly classNames: readonly string[] | undefined;
  /** Numbers per row. */
  readonly width: number;
  readonly sourceName: string;
  /** How all columns of the main file are copied; undefined where there is none, or an array. */
  readonly rowSource: RowSource | undefined;
  /** What is not a row at all is left out and counted instead of refused. */
  readonly skipsMalformed: boolean;
  /** A place for temporary files, gone when the scores are closed. */
  readonly spool: () => Spool;
  /**
   * The rows in the order of the file, some 10^5 at a time, once.
   *
   * @throws {BadInput} about the first bad row (or, with `skipBad`, when no row is good), and at the end when the file
   * turns out to be damaged
   */
  batches(): AsyncGenerator<ScoreBatch>;
  /** Complete once the batches have ended. */
  summary(): ReadSummary;
  /** Frees the file and removes temporary ones. Closing twice is harmless. */
  close(): Promise<void>;
}
