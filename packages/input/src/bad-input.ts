/** Where a complaint belongs, and what would help. */
export interface BadInputDetail {
  /** Data row, counted from 1. */
  readonly row?: number | undefined;
  readonly column?: string | undefined;
  /** The file as the user named it. */
  readonly file?: string | undefined;
  /** What to do about it; it is part of the message too. */
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** The user's file or flags cannot be used as they are. The message says what was expected, what came, and where. */
export class BadInput extends Error {
  override readonly name = "BadInput";
  readonly row: number | undefined;
  readonly column: string | undefined;
  readonly file: string | undefined;
  readonly hint: string | undefined;

  constructor(message: string, detail: BadInputDetail = {}) {
    const { row, column, file, hint, cause } = detail;
    super(hint === undefined ? message : `${message}; ${hint}`, cause === undefined ? undefined : { cause });
    this.row = row;
    this.column = column;
    this.file = file;
    this.hint = hint;
  }

  /** True for a `BadInput` of any copy of this package. */
  static is(error: unknown): error is BadInput {
    return error instanceof Error && error.name === "BadInput";
  }
}
