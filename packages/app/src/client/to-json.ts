import { ClientError } from "./client-error.ts";

/**
 * JSON of a value. A number that is not finite is refused: `JSON.stringify` would make null of it, which says that there is no
 * evidence.
 *
 * @param name what it is, for messages
 * @throws {ClientError} `bad-input`
 */
export function toJson(value: unknown, name: string): string {
  try {
    const path = notFinite(value, "");
    if (path !== null) throw new ClientError("bad-input", `${name}: ${path.slice(1)} must be a finite number`);
    return JSON.stringify(value);
  } catch (cause) {
    if (ClientError.is(cause)) throw cause;
    throw new ClientError("bad-input", `${name} cannot be written as JSON`, { cause });
  }
}

/** Path of the first number that is not finite, null where all are. */
function notFinite(value: unknown, path: string): string | null {
  if (typeof value === "number") return Number.isFinite(value) ? null : path;
  if (typeof value !== "object" || value === null) return null;
  for (const [key, member] of Object.entries(value)) {
    if (typeof member === "string") continue;
    const found = notFinite(member, `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}
