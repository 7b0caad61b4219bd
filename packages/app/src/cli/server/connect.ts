import { stat } from "node:fs/promises";
import type { Log } from "../../http/deps.ts";
import { runningServer } from "../../store/running-server.ts";
import type { CliContext } from "../context.ts";
import { UsageError } from "../usage-error.ts";
import { dataFolderOf, type ServerFlags } from "./server-flags.ts";

/** A request to the API. */
export interface ApiRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly project?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A way to the API: a server elsewhere, the one of this machine, or the data folder itself while no server has it. */
export interface Connection {
  /** For people: a URL or a path. */
  readonly where: string;
  /** The folder was opened here: no server has it. */
  readonly isOwn: boolean;
  /** @throws {UsageError} when the server cannot be reached */
  request(path: string, request?: ApiRequest): Promise<Response>;
  close(): Promise<void>;
}

/** A log that writes what an operator should know to standard error, as plain sentences. */
function plainLog({ stderr }: Pick<CliContext, "stderr">): Log {
  return {
    info: () => undefined,
    warn(fields, message) {
      if (!("route" in fields)) stderr.write(`${message}\n`);
    },
    error(fields, message) {
      const cause = fields["err"];
      stderr.write(`${message}${cause instanceof Error ? `: ${cause.message}` : ""}\n`);
    },
  };
}

/**
 * Reaches the API: at `--url`, else at the server that runs on the data folder, else by opening the folder.
 *
 * @param options `make`: whether a folder that is not there is made
 * @throws {UsageError} when there is nothing to reach
 * @throws {StoreError} when the folder cannot be opened
 */
export async function connect(
  flags: ServerFlags,
  context: CliContext,
  options: { readonly make?: boolean } = {},
): Promise<Connection> {
  const url = flags.url ?? (flags.data === undefined ? context.env["CANDOR_URL"] : undefined);
  if (url !== undefined && url !== "") {
    const key = flags.key ?? context.env["CANDOR_KEY"];
    if (key === undefined || key === "")
      throw new UsageError(`a key is needed for ${url}: set CANDOR_KEY, or pass --key`);
    return over(checkedUrl(url), key, context);
  }
  const data = dataFolderOf(flags, context);
  const server = await runningServer(data);
  if (server !== null) {
    if (server.token === null)
      throw new UsageError(`the server at ${server.url} belongs to another user: pass --url ${server.url} and a key`);
    return over(server.url, server.token, context);
  }
  if (options.make !== true && (await stat(data).catch(() => null)) === null)
    throw new UsageError(`there is no data folder ${data}: candor serve makes one, --data names another`);
  const { openServer } = await import("./open-server.ts");
  const now = (): number => context.now().getTime();
  const opened = await openServer({ data, now, log: plainLog(context), limits: unlimited });
  return {
    where: data,
    isOwn: true,
    request: async (path, request = {}) =>
      opened.app.request(`http://localhost${path}`, initOf(request, opened.localToken, context)),
    close: () => opened.close(),
  };
}

/** Nobody else asks: what protects a server from many does not apply. */
const unlimited = { requestsPerSecond: 1e9, burst: 1e9 };

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:"))
    throw new UsageError(`--url must be like http://127.0.0.1:4319, got ${text}`);
  if (url.username !== "" || url.password !== "")
    throw new UsageError("--url must not hold a password: the key goes into CANDOR_KEY");
  return url.href.replace(/\/+$/, "");
}

function initOf({ method = "GET", project, headers, body }: ApiRequest, token: string, { signal }: CliContext) {
  return {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(project === undefined ? {} : { "x-candor-project": project }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
    signal,
  };
}

function over(url: string, token: string, context: CliContext): Connection {
  return {
    where: url,
    isOwn: false,
    async request(path, request = {}) {
      try {
        return await fetch(`${url}${path}`, { ...initOf(request, token, context), redirect: "error" });
      } catch (error) {
        context.signal.throwIfAborted();
        throw new UsageError(`cannot reach ${url}: ${causeOf(error)}`);
      }
    },
    close: async () => undefined,
  };
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && "code" in cause && cause.code === "ECONNREFUSED") return "nothing listens there";
  return cause instanceof Error ? cause.message : String(cause);
}
