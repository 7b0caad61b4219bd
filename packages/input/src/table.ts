/** What the values of a field are; `list` and `matrix` hold `width` numbers per row. */
export type FieldKind = "number" | "boolean" | "text" | "time" | "list" | "matrix" | "other";

/** One column of a table, or one array of numbers per row. */
export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  /** Numbers per row of a `matrix`; lists are measured when they are used. */
  readonly width?: number;
}

/** What to read, and as what. */
export type ColumnRequest =
  | { readonly as: "number"; readonly field: Field }
  | { readonly as: "time"; readonly field: Field }
  /** At most `limit` different values; `purpose` ends the complaint when there are more. */
  | { readonly as: "category"; readonly field: Field; readonly limit: number; readonly purpose: string }
  /** As it is written, however many different values there are. */
  | { readonly as: "text"; readonly field: Field }
  /** Several fields of numbers, or one list or matrix, side by side. */
  | { readonly as: "block"; readonly fields: readonly Field[]; readonly width: number };

/** Why a number is not there: `gap.none` where it is. */
export const gap = { none: 0, missing: 1, notANumber: 2, wrongLength: 3 } as const;

/** Numbers with `NaN` in the gaps; `gaps` is absent when there is none in the batch. */
export interface NumberColumn {
  readonly as: "number";
  readonly values: Float64Array;
  readonly gaps: Uint8Array | undefined;
}

/** Milliseconds since 1970-01-01 UTC for dates, plain numbers otherwise. */
export interface TimeValues {
  readonly as: "time";
  readonly values: Float64Array;
  readonly gaps: Uint8Array | undefined;
  readonly kind: "date" | "number";
}

/** Codes into `values`, -1 where nothing is there. `values` grows from batch to batch; codes keep their meaning. */
export interface CategoryColumn {
  readonly as: "category";
  readonly codes: Int32Array;
  readonly values: readonly string[];
}

/** Texts as they are written; null where nothing is. */
export interface TextColumn {
  readonly as: "text";
  readonly values: readonly (string | null)[];
}

/** rows × width numbers, row after row, with a gap code per cell. */
export interface BlockColumn {
  readonly as: "block";
  readonly values: Float64Array;
  readonly width: number;
  readonly gaps: Uint8Array | undefined;
}

export type Column = NumberColumn | TimeValues | CategoryColumn | TextColumn | BlockColumn;

/** Some rows of the requested columns, in the order of the requests. */
export interface ColumnBatch {
  readonly rows: number;
  readonly columns: readonly Column[];
}

export interface StreamOptions {
  readonly batchRows: number;
  /** Leave out lines that are not rows at all (wrong number of values, broken JSON) and count them. */
  readonly skipBad: boolean;
  readonly signal: AbortSignal | undefined;
}

/** A file with rows. */
export interface Table {
  /** As the user named it. */
  readonly file: string;
  readonly fields: readonly Field[];
  /** False for a bare array, whose only field has no name of its own. */
  readonly named: boolean;
  /** Where the file itself says so. */
  readonly rows: number | undefined;
  /** What the reader decided by itself and the user should know. */
  readonly notes: readonly string[];

  /** Numbers per row of a list or matrix field, from its first row that has one. */
  width(field: Field): Promise<number | undefined>;

  /**
   * The rows in file order, `batchRows` at a time (fewer only in the last batch). One stream at a time.
   *
   * @throws {BadInput} when the file turns out to be damaged
   */
  stream(requests: readonly ColumnRequest[], options: StreamOptions): AsyncGenerator<ColumnBatch>;

  /** Lines left out by the last stream because they were not rows. */
  readonly malformed: number;
  /** Part of the file read by the current stream, where it can be told without counting rows. */
  progress(): number | undefined;
  /** Where a data row (counted from 1) is: `row 3`, or `row 3 (line 4)`. */
  place(row: number): Promise<string>;
  /** What is written in a field of a data row (counted from 1), for a message. */
  textAt(field: Field, row: number): Promise<string | undefined>;
  close(): Promise<void>;
}
