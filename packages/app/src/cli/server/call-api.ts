import { UsageError } from "../usage-error.ts";
import type { ApiRequest, Connection } from "./connect.ts";

/** What the API said no with. */
export interface ApiFault {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** The fault in an error reply. */
export async function faultOf(response: Response): Promise<ApiFault> {
  const body: unknown = await response.json().catch(() => null);
  const error = field(body, "error");
  const code = field(error, "code");
  const message = field(error, "message");
  return {
    status: response.status,
    code: typeof code === "string" ? code : "unknown",
    message: typeof message === "string" ? message : `the server answered with status ${response.status}`,
  };
}

/** A property of something whose shape is not known; undefined where there is none. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

/** The entries of a list in a reply; empty where there is none. */
export function listField(value: unknown, name: string): readonly unknown[] {
  const list = field(value, name);
  return Array.isArray(list) ? list : [];
}

/** A text in a reply; empty where there is none. */
export function textField(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === "string" ? found : "";
}

/**
 * Asks the API for JSON.
 *
 * @returns the body of the reply
 * @throws {UsageError} with what the API said where it refused
 */
export async function callApi(connection: Connection, path: string, request: ApiRequest = {}): Promise<unknown> {
  const response = await connection.request(path, request);
  if (response.ok) return response.status === 204 ? null : response.json();
  const { message } = await faultOf(response);
  throw new UsageError(message);
}
