import type { Context } from "hono";
import { errorReply } from "../error-reply.ts";
import type { AppEnv } from "../server-app.ts";

/** A request that is not what the protocol, or what is active here, expects. Its message is all that a client gets. */
export class KserveError extends Error {
  override readonly name = "KserveError";
  readonly status: 400 | 404 | 409;

  constructor(message: string, status: 400 | 404 | 409 = 400) {
    super(message);
    this.status = status;
  }

  static is(error: unknown): error is KserveError {
    return error instanceof Error && error.name === "KserveError" && "status" in error;
  }
}

/** A handler whose errors are answered as the protocol says: `{"error": "a sentence"}`. */
export function answeringErrors(
  handler: (c: Context<AppEnv>) => Promise<Response>,
  onFault: (error: unknown) => void,
): (c: Context<AppEnv>) => Promise<Response> {
  return async (c) => {
    try {
      return await handler(c);
    } catch (error) {
      if (KserveError.is(error)) return c.json({ error: error.message }, error.status);
      const { status, detail, headers, isFault } = errorReply(error);
      if (isFault) onFault(error);
      return c.json({ error: detail.message }, status, { ...headers });
    }
  };
}

/** Whether the errors of a path are sentences, as the Open Inference Protocol has them, and not objects. */
export function saysSentences(path: string): boolean {
  return path === "/v2" || path.startsWith("/v2/");
}
