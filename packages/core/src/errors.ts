/** What is wrong with the caller's data; stable, for programs. */
export type InputCode =
  | "empty"
  | "shape-mismatch"
  | "not-finite"
  | "out-of-range"
  | "not-normalised"
  | "one-class"
  | "too-few"
  | "unknown-option"
  | "incompatible";

/** The caller's data cannot be scored; retrying will not help. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly code: InputCode;
  /** Position (row, zero-based) of the first bad element, when one can be named. */
  readonly index: number | undefined;

  constructor(code: InputCode, message: string, index?: number) {
    super(message);
    this.code = code;
    this.index = index;
  }

  /** True for an `InputError` of any copy of this package. */
  static is(error: unknown): error is InputError {
    return error instanceof Error && error.name === "InputError" && "code" in error;
  }
}
