/** The queue is full: nothing was taken, the same request may be sent again. HTTP 503 with `Retry-After`. */
export class StoreBusy extends Error {
  override readonly name = "StoreBusy";
  /** After how many seconds it is worth trying again, ≥ 1. */
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }

  static is(error: unknown): error is StoreBusy {
    return error instanceof Error && error.name === "StoreBusy" && "retryAfterSeconds" in error;
  }
}

/** Why the store could not do what was asked. */
export type StoreErrorCode =
  /** The disk is full or cannot be written: nothing was taken. HTTP 507. */
  | "cannot-write"
  /** Another process owns the data folder. */
  | "owned"
  /** The data was written by a newer Candor, or by something else. */
  | "schema"
  /** A file is damaged. */
  | "damaged"
  /** The log was written for another database than the one beside it. */
  | "foreign"
  /** There is something of this name already. HTTP 409. */
  | "exists"
  /** There is nothing of this name. HTTP 404. */
  | "unknown"
  /** Closed while waiting. */
  | "closed";

/** The store refuses, with a sentence for people that names the file or the thing. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  static is(error: unknown): error is StoreError {
    return error instanceof Error && error.name === "StoreError" && "code" in error;
  }
}
