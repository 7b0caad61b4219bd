/** What the copy is written as: text without types, columns with types, or JSON. */
export type CopyTarget = "text" | "typed" | "json";

/** A query that reads all columns of a file. */
export interface RowQuery {
  readonly from: string;
  /** One expression per column, in the order of the file. */
  readonly select: readonly string[];
}

/** How DuckDB reads a file once more with all of its columns, to copy them beside something new. */
export interface RowSource {
  /** Absolute. */
  readonly path: string;
  readonly names: readonly string[];
  /** How numbers and columns are separated, of CSV and TSV. */
  readonly dialect: { readonly delimiter: string; readonly decimalComma: boolean } | undefined;
  /**
   * The rows in the order of the file. Text stays as it is written; types are those of the file or, where it has none,
   * those that every value of a column has.
   *
   * @param skipBad pass over what is not a row
   */
  query(target: CopyTarget, skipBad: boolean): Promise<RowQuery>;
  /** Rows that `query` gives. */
  count(skipBad: boolean): Promise<number>;
}
