/** Where predictions came from, for the report. */
export interface DataSource {
  readonly name: string;
  /** Rows of the file, those left out included. */
  readonly rows: number;
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  /** Names of the columns by role. */
  readonly columns: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}
