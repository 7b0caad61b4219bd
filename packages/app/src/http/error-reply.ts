import { InputError } from "@candor/core";
import { HTTPException } from "hono/http-exception";
import { StoreBusy, StoreError, type StoreErrorCode } from "../store/errors.ts";
import { type ErrorDetail, type ErrorStatus, HttpError } from "./http-error.ts";

/** How an error is answered. */
export interface ErrorReply {
  readonly status: ErrorStatus;
  readonly detail: ErrorDetail;
  readonly headers: Readonly<Record<string, string>>;
  /** Nobody expected it: it is logged with its cause, and the reply says nothing of it. */
  readonly isFault: boolean;
}

const storeStatus: Readonly<Record<StoreErrorCode, ErrorStatus>> = {
  "cannot-write": 507,
  owned: 503,
  schema: 500,
  damaged: 500,
  foreign: 500,
  exists: 409,
  unknown: 404,
  closed: 503,
};

/** The reply to anything that was thrown. */
export function errorReply(error: unknown): ErrorReply {
  const reply = (status: ErrorStatus, detail: ErrorDetail, headers: Readonly<Record<string, string>> = {}) => ({
    status,
    detail,
    headers,
    isFault: status === 500,
  });
  if (HttpError.is(error)) return reply(error.status, error.detail, error.headers);
  if (InputError.is(error))
    return reply(400, {
      code: error.code,
      message: error.message,
      ...(error.index === undefined ? {} : { index: error.index }),
    });
  if (StoreBusy.is(error))
    return reply(503, { code: "busy", message: error.message }, { "Retry-After": String(error.retryAfterSeconds) });
  if (StoreError.is(error) && storeStatus[error.code] !== 500) {
    const status = storeStatus[error.code];
    return reply(status, { code: error.code, message: error.message }, status === 503 ? { "Retry-After": "5" } : {});
  }
  if (error instanceof HTTPException) {
    if (error.status === 415)
      return reply(415, { code: "media-type", message: "the body must be JSON, with Content-Type: application/json" });
    if (error.status === 400) return reply(400, { code: "json", message: "the body is not JSON" });
  }
  return reply(500, { code: "internal", message: "the server failed; its log has the reason under this request's id" });
}
