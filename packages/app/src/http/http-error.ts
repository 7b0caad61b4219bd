/** Statuses that the API answers errors with. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 500 | 503 | 507;

/** What an error reply says: `{"error": {...}}`. */
export interface ErrorDetail {
  /** Kebab-case, stable, for programs. */
  readonly code: string;
  /** A sentence: what was expected and what came. */
  readonly message: string;
  /** Path of the field, `segments.country` or `items[3].id`, where one can be named. */
  readonly field?: string | undefined;
  /** Position of the item in a batch, from 0. */
  readonly index?: number | undefined;
}

/** A reply that a handler or middleware decided on; the caller's doing, so it is not logged as a failure. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: ErrorStatus;
  readonly detail: ErrorDetail;
  readonly headers: Readonly<Record<string, string>>;

  /** @param place field and index of what is wrong, and headers of the reply */
  constructor(
    status: ErrorStatus,
    code: string,
    message: string,
    place: { field?: string; index?: number; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    const { headers = {}, ...where } = place;
    this.status = status;
    this.detail = { code, message, ...where };
    this.headers = headers;
  }

  static is(error: unknown): error is HttpError {
    return error instanceof Error && error.name === "HttpError" && "detail" in error;
  }
}
