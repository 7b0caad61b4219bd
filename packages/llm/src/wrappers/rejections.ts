import { isObject, stringOrNull } from "../json.ts";

/** Which models of which servers refused to give log-probabilities. */
export interface Rejections {
  has(server: string, model: string): boolean;
  add(server: string, model: string): void;
}

/** A memory of refusals that is as long-lived as the object. */
export function createRejections(): Rejections {
  const seen = new Set<string>();
  const key = (server: string, model: string): string => JSON.stringify([server, model]);
  return {
    has: (server, model) => seen.has(key(server, model)),
    add: (server, model) => void seen.add(key(server, model)),
  };
}

const statuses: ReadonlySet<number> = new Set([400, 403, 422]);

/** Whether a response with this status may be about a parameter that the server does not take. */
export function mayReject(status: number): boolean {
  return statuses.has(status);
}

/**
 * Whether an error says that log-probabilities cannot be had: the error itself (its message, its parameter, its details) names
 * them. What else stands in the body, such as an echo of the request, is not looked at.
 */
export function rejectsLogprobs(body: string): boolean {
  const error = readError(body);
  return error.some((said) =>
    /logprobs/i.test(stringOrNull(said) ?? (Array.isArray(said) ? JSON.stringify(said) : "")),
  );
}

/** The places of an error that speak: OpenAI's shape, FastAPI's `detail`, a bare `error` or `message`, or plain text. */
function readError(body: string): readonly unknown[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return [body];
  }
  if (!isObject(parsed)) return [];
  const error = isObject(parsed["error"]) ? parsed["error"] : parsed;
  return [error["message"], error["param"], error["detail"], error["error"]];
}
