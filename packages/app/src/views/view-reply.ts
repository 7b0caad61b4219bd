import { type InputCode, InputError } from "@candor/core";
import { type ViewRequest, viewJson } from "./view-functions.ts";

/** What a worker says to a request. */
export type ViewReply =
  | { readonly kind: "json"; readonly bytes: Uint8Array<ArrayBuffer> }
  /** The caller's fault. */
  | { readonly kind: "refused"; readonly code: InputCode; readonly message: string; readonly index: number | undefined }
  /** Ours. */
  | { readonly kind: "failed"; readonly message: string };

/** The reply to a request; never throws. */
export function replyTo(request: ViewRequest): ViewReply {
  try {
    return { kind: "json", bytes: viewJson(request) };
  } catch (error) {
    if (InputError.is(error)) return { kind: "refused", code: error.code, message: error.message, index: error.index };
    return { kind: "failed", message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/**
 * The bytes of a reply.
 *
 * @throws {InputError} where it refuses
 * @throws {Error} where it failed
 */
export function bytesOf(reply: ViewReply): Uint8Array<ArrayBuffer> {
  if (reply.kind === "json") return reply.bytes;
  if (reply.kind === "refused") throw new InputError(reply.code, reply.message, reply.index);
  throw new Error(`a view could not be made: ${reply.message}`);
}
