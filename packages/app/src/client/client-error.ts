/** Why an item was not delivered, or a decision not given. */
export type ClientErrorCode =
  /** The server could not be reached, or did not answer in time. */
  | "unavailable"
  /** The server said no: `status` and the message say why. */
  | "refused"
  /** Items were rejected and no `onRejected` was there to hear of it: `rejections` has them. */
  | "rejected"
  /** The queue is full and `whenFull` is `throw`: the item was not taken. */
  | "full"
  /** The client is closed: the item was not taken. */
  | "closed"
  /** What was handed over cannot be sent. */
  | "bad-input";

/** An item that is not at the server, and why. */
export interface Rejection {
  readonly kind: "prediction" | "outcome";
  /** Id of the prediction, as it was queued. */
  readonly id: string;
  /** As it was sent. */
  readonly item: Readonly<Record<string, unknown>>;
  /** The server's code, such as `out-of-range`, or `unavailable` for what was not delivered before the client closed. */
  readonly code: string;
  readonly message: string;
  /** Path of the field that the server complains about; null where it named none. */
  readonly field: string | null;
}

/** Something a caller of the client should know. `status` is that of HTTP, null where no answer came. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  readonly code: ClientErrorCode;
  readonly status: number | null;
  /** For `rejected`: the first thousand. */
  readonly rejections: readonly Rejection[];

  constructor(
    code: ClientErrorCode,
    message: string,
    details: {
      readonly status?: number | null;
      readonly rejections?: readonly Rejection[];
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status ?? null;
    this.rejections = details.rejections ?? [];
  }

  static is(error: unknown): error is ClientError {
    return error instanceof Error && error.name === "ClientError" && "rejections" in error;
  }
}
