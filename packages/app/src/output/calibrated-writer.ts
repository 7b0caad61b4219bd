import type { Matrix } from "@candor/core";

/** What is added to every row. */
export interface AddedColumns {
  /** Undefined where the confidence is not written. */
  readonly confidence: string | undefined;
  /** Of several classes: the name of the column with the predicted class, and one column per class, or none of them. */
  readonly classes:
    | {
        readonly prediction: string;
        readonly names: readonly string[];
        readonly probabilities: readonly string[];
      }
    | undefined;
  /** Columns with one of a few words per row. Default: none. */
  readonly words?: readonly { readonly name: string; readonly values: readonly string[] }[];
  /** Names of columns with one number per row. Default: none. */
  readonly numbers?: readonly string[];
  /** Those of them that hold whole numbers. Default: none. */
  readonly wholeNumbers?: readonly string[];
  /** Rows that have nothing in what is added are left out. Default false. */
  readonly onlyKept?: boolean;
  /** Names of the columns with a set of classes per row and with its size, behind all others. Default: none. */
  readonly sets?: { readonly members: string; readonly size: string };
}

/** What stands between the classes of a set where a batch holds them. */
export const memberSeparator = "\u001f";

/** Calibrated values of some rows of the file. */
export interface CalibratedBatch {
  /** Rows of the file, bad ones included. */
  readonly rows: number;
  /** Positions of the good rows; undefined when all are good. Bad rows are written with nothing in what is added. */
  readonly keep: Int32Array | undefined;
  /** One per good row. */
  readonly confidences: Float64Array;
  /** Of several classes: the predicted class and one probability per class, of the good rows. */
  readonly classes: { readonly predictions: Int32Array; readonly probabilities: Matrix } | undefined;
  /** Per column of words one index into its values per good row; -1 for nothing. */
  readonly words?: readonly Int32Array[];
  /** Per column of numbers one per good row. */
  readonly numbers?: readonly Float64Array[];
  /** The names of the classes in the set of every good row, joined by `memberSeparator`, and how many they are. */
  readonly sets?: { readonly members: readonly string[]; readonly sizes: Int32Array };
}

/** Writes calibrated values beside the rows they belong to. */
export interface CalibratedWriter {
  write(batch: CalibratedBatch): Promise<void>;
  /** Resolves once everything is in the file; nothing of it can be relied on before. */
  finish(): Promise<void>;
  /** Frees what the writer holds. Closing twice is harmless. */
  close(): Promise<void>;
}
