/** An error as the server says it. */
export interface ServerError {
  readonly code: string;
  readonly message: string;
  readonly field: string | null;
}

/** Whether it is an object whose members can be looked at. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The error in a reply or an item of one; undefined where there is none. */
export function serverError(body: unknown): ServerError | undefined {
  if (!isRecord(body) || !isRecord(body["error"])) return undefined;
  const { code, message, field } = body["error"];
  if (typeof code !== "string" || typeof message !== "string") return undefined;
  return { code, message, field: typeof field === "string" ? field : null };
}

/** Statuses after which the same request may well succeed. */
export function isPassing(status: number): boolean {
  return [408, 425, 429, 500, 502, 503, 504, 507].includes(status);
}
