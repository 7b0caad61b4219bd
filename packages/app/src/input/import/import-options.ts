import type { InputOptions } from "@candor/input";

/** Which columns become predictions and outcomes; those of a report mean the same. */
export interface ImportOptions extends InputOptions {
  /** Column with the id of each prediction; without one ids are made of the content of the file and the row. */
  readonly id?: string;
  /** The model that made all of the predictions, or the column that says which. */
  readonly model?: string;
  readonly modelColumn?: string;
  readonly modelVersion?: string;
  readonly versionColumn?: string;
  readonly route?: string;
  /** Column with the class that was predicted. */
  readonly predicted?: string;
  readonly rawConfidence?: string;
  readonly decision?: string;
  readonly propensity?: string;
  /** When the outcome became known. */
  readonly observedAt?: string;
  /** The rows are outcomes of predictions that are sent elsewhere. */
  readonly outcomes?: boolean;
  readonly outcomeName?: string;
  readonly source?: string;
}

/** One row of a file as the API takes it. */
export interface ImportRow {
  /** Data row of the file, counted from 1. */
  readonly row: number;
  readonly prediction: Readonly<Record<string, unknown>> | null;
  readonly outcome: Readonly<Record<string, unknown>> | null;
}

/** Some rows, and those among them that say nothing that can be sent. */
export interface ImportBatch {
  /** Rows of the file read so far, with this batch. */
  readonly rowsRead: number;
  readonly rows: readonly ImportRow[];
  readonly bad: readonly BadRowNote[];
}

/** A row that was left out. */
export interface BadRowNote {
  readonly row: number;
  /** Null where it is not about one column. */
  readonly column: string | null;
  readonly message: string;
}

/** A file that is ready to be sent. */
export interface OpenedImport {
  /** Names of the columns used, by role. */
  readonly columns: Readonly<Record<string, string>>;
  readonly sourceName: string;
  /** Ids were made of the content of the file. */
  readonly madeIds: boolean;
  /** @param from first data row to give, counted from 1 */
  batches(from: number): AsyncGenerator<ImportBatch>;
  /** The complaint about a value of a row, where the server makes one about a field of what was made of it. */
  complaint(row: number, field: string, message: string): Promise<BadRowNote>;
  /** Part of the file that was read, where it can be told. */
  progress(): number | undefined;
  close(): Promise<void>;
}
