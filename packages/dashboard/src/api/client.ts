import type { Deletes, Gets, Patches, Posts } from "./api-types.ts";

/** What the API said no with. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status; 0: the server could not be reached. */
  readonly status: number;
  readonly code: string;
  /** The parameter or property that is meant, where there is one. */
  readonly field: string | undefined;

  constructor(status: number, code: string, message: string, field?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.field = field;
  }

  static is(error: unknown): error is ApiError {
    return error instanceof ApiError;
  }
}

/** A value of a query parameter; undefined and null are left out, a list is repeated. */
export type QueryValue = string | number | boolean | readonly string[] | null | undefined;

/** The query of a path, each parameter optional here: the server says which are missing. */
export type QueryOf<Path extends keyof Gets> = { readonly [Name in keyof Gets[Path]["query"]]?: QueryValue };

/** What goes with a request. */
export interface RequestOptions {
  /** Values of the `{names}` in the path. */
  readonly path?: Readonly<Record<string, string>>;
  /** The project that is meant; null: the one of the key, or the default one. */
  readonly project?: string | null;
  readonly signal?: AbortSignal;
}

/** What goes with a request that changes something. */
export interface ChangeOptions extends RequestOptions {
  /** Parameters in the address. */
  readonly query?: Readonly<Record<string, QueryValue>>;
}

let csrfToken: string | null = null;

/** Keeps what requests that change something show: that they come from a page of this server. */
export function useCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** The address of a GET, with its query in the order of its names: the same question has the same address. */
export function addressOf(
  path: string,
  query: Readonly<Record<string, QueryValue>> = {},
  { path: names = {}, project = null }: RequestOptions = {},
): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(names[name] ?? ""));
  const search = new URLSearchParams();
  if (project !== null) search.set("project", project);
  for (const name of Object.keys(query).sort()) {
    const value = query[name];
    if (value === undefined || value === null || value === "") continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  return search.size === 0 ? filled : `${filled}?${search}`;
}

async function send(address: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, { credentials: "same-origin", ...init });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, "unreachable", "the server does not answer: is it still running?");
  }
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => null);
  const detail = typeof body === "object" && body !== null && "error" in body ? body.error : null;
  const text = (name: string): string | undefined => {
    const found = typeof detail === "object" && detail !== null ? Reflect.get(detail, name) : undefined;
    return typeof found === "string" ? found : undefined;
  };
  const message = text("message") ?? `the server answered with status ${response.status}`;
  throw new ApiError(response.status, text("code") ?? "unknown", message, text("field"));
}

/**
 * Asks a question.
 *
 * @throws {ApiError} also where the server cannot be reached
 */
export async function get<Path extends keyof Gets>(
  path: Path,
  query: QueryOf<Path> = {},
  options: RequestOptions = {},
): Promise<Gets[Path]["reply"]> {
  const address = addressOf(path, query, options);
  const response = await send(address, options.signal ? { signal: options.signal } : {});
  return response.json();
}

async function change(method: string, path: string, body: unknown, options: ChangeOptions): Promise<Response> {
  const ask = (): Promise<Response> =>
    send(addressOf(path, options.query, options), {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(csrfToken === null ? {} : { "x-csrf-token": csrfToken }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  try {
    return await ask();
  } catch (error) {
    if (!ApiError.is(error) || error.code !== "csrf") throw error;
    // Somebody logged in again in another tab: this browser has another session now.
    useCsrfToken((await get("/api/v1/session")).csrfToken);
    return ask();
  }
}

/** Sends something. @throws {ApiError} */
export async function post<Path extends keyof Posts>(
  path: Path,
  body: Posts[Path]["body"],
  options: ChangeOptions = {},
): Promise<Posts[Path]["reply"]> {
  return (await change("POST", path, body, options)).json();
}

/** Changes something. @throws {ApiError} */
export async function patch<Path extends keyof Patches>(
  path: Path,
  body: Patches[Path]["body"],
  options: ChangeOptions = {},
): Promise<Patches[Path]["reply"]> {
  return (await change("PATCH", path, body, options)).json();
}

/** Removes something. @throws {ApiError} */
export async function remove(path: keyof Deletes, options: ChangeOptions = {}): Promise<void> {
  await change("DELETE", path, undefined, options);
}
