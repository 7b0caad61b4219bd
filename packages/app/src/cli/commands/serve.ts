import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { ensureOwnerKey } from "../../http/api-key.ts";
import type { Log } from "../../http/deps.ts";
import { gatherLines } from "../../http/gather-lines.ts";
import { type Listening, listen } from "../../http/listen.ts";
import { openLog } from "../../http/log.ts";
import { type JobRun, startScheduler } from "../../jobs/scheduler.ts";
import { storeJobs } from "../../jobs/store-jobs.ts";
import { version } from "../../version.ts";
import type { CliContext } from "../context.ts";
import { ExitCode } from "../exit-codes.ts";
import { collectNames } from "../input-files.ts";
import { jobsFile } from "../server/examine.ts";
import type { OpenedServer } from "../server/open-server.ts";
import { dataFolderOf, defaultFolder, defaultPort } from "../server/server-flags.ts";
import { UsageError } from "../usage-error.ts";

const logLevels = ["info", "warn", "error", "silent"] as const;

interface ServeFlags {
  readonly data?: string;
  readonly port: number;
  readonly host: string;
  readonly allowHost?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly behindProxy?: boolean;
  readonly publicMetrics?: boolean;
  readonly memory?: string;
  readonly log?: (typeof logLevels)[number];
  readonly json?: boolean;
}

/** Adds `candor serve` to the program. */
export function addServeCommand(program: Command, context: CliContext): void {
  program
    .command("serve")
    .description("keep predictions and outcomes, decide, and answer: one process, one folder")
    .option("--data <folder>", `where everything is kept; $CANDOR_DATA, else ${defaultFolder}`)
    .option("--port <port>", "0 takes any that is free", parsePort, defaultPort)
    .option("--host <address>", "127.0.0.1 is reached from this machine alone, 0.0.0.0 from all", "127.0.0.1")
    .option("--allow-host <names>", "names it is asked for by, where that is not --host; comma separated", collectNames)
    .option("--tls-cert <file>", "certificate (PEM), to serve https; with --tls-key")
    .option("--tls-key <file>", "its private key (PEM)")
    .option("--behind-proxy", "a proxy in front of it serves https")
    .option("--public-metrics", "answer /metrics without a key")
    .option("--memory <size>", "most that the store holds in memory, such as 2GB; default 512MB", parseSize)
    .addOption(
      new Option("--log <level>", "what goes to standard error; info, on a terminal warn").choices([...logLevels]),
    )
    .option("--json", "one JSON document on standard output when it is ready")
    .addHelpText(
      "after",
      `
The first start prints an owner key, once. Ctrl-C answers what is under way, writes everything into one file and ends.

Examples:
  candor serve
  candor serve --data /var/lib/candor --host 0.0.0.0 --behind-proxy --allow-host candor.example.com`,
    )
    .action((flags: ServeFlags) => runServe(flags, context));
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("expected a port, 0 to 65535.");
  return port;
}

function parseSize(text: string): string {
  const match = /^(\d+)(MB|GB)$/i.exec(text);
  const megabytes = Number(match?.[1]) * (/^GB$/i.test(match?.[2] ?? "") ? 1000 : 1);
  if (!(megabytes >= 128)) throw new InvalidArgumentError("expected a size of at least 128MB, such as 512MB or 2GB.");
  return text.toUpperCase();
}

/** How this machine's own commands reach it: an address that stands for all is none to ask for. */
function localUrl({ url, port }: Listening, host: string): string {
  return host === "0.0.0.0" || host === "::" ? `http://127.0.0.1:${port}` : url;
}

/** Where a browser finds it: by the name it is asked for where there is https, which a certificate is for. */
function pageUrl(door: Listening, { host, behindProxy = false, tlsCert, allowHost: [name] = [] }: ServeFlags): string {
  if (name === undefined) return localUrl(door, host);
  if (behindProxy) return `https://${name}`;
  return tlsCert === undefined ? localUrl(door, host) : `https://${name}:${door.port}`;
}

const loopback: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);

async function runServe(flags: ServeFlags, context: CliContext): Promise<void> {
  const { host, port, behindProxy = false } = flags;
  const tls = await readTls(flags);
  const isOpen = !loopback.has(host);
  const isTerminal = context.stderr.isTTY === true;
  const lines = gatherLines((text) => void context.stderr.write(text));
  process.once("exit", lines.flush);
  const log = openLog(lines, flags.log ?? (isTerminal ? "warn" : "info"));
  const now = (): number => context.now().getTime();
  const { openServer } = await import("../server/open-server.ts");
  const loginTicket = randomBytes(32).toString("base64url");
  const server = await openServer({
    data: dataFolderOf(flags, context),
    now,
    log,
    ...(flags.memory === undefined ? {} : { memoryLimit: flags.memory }),
    app: {
      hosts: hostsOf(flags),
      isHttps: tls !== null || behindProxy,
      isMetricsPublic: flags.publicMetrics ?? false,
      loginTicket,
    },
  });
  const doors: Listening[] = [];
  try {
    const door = await listen(server.app, { hostname: host, port, ...(tls === null ? {} : { tls }) }).catch(
      (error: unknown) => refusePort(error, flags),
    );
    doors.push(door);
    const local = tls === null ? door : await listen(server.app, { port: 0 });
    if (local !== door) doors.push(local);
    const startedAt = now();
    const ownerKey = await ensureOwnerKey(server.state, randomBytes, startedAt);
    await server.folder.announce({ url: localUrl(local, host), startedAt, secret: server.secret });
    if (isOpen && tls === null && !behindProxy) warnOfPlainText(host, context);
    const loginUrl = `${pageUrl(door, flags)}/#login=${loginTicket}`;
    sayReady({ url: door.url, loginUrl, folder: server.folder.root, ownerKey }, flags, context);
    log.info({ url: door.url, data: server.folder.root, version }, "serving");
    await untilStopped(server, doors, { context, log, now });
    log.info({}, "stopped");
  } finally {
    await Promise.all(doors.map((door) => door.close()));
    await server.close();
    lines.flush();
    process.off("exit", lines.flush);
  }
}

async function untilStopped(
  server: OpenedServer,
  doors: readonly Listening[],
  { context, log, now }: { context: CliContext; log: ReturnType<typeof openLog>; now: () => number },
): Promise<void> {
  const jobs = startScheduler(storeJobs(server.events, server.state, now), {
    now,
    ran: (runs) => noteRuns(server.folder.root, runs, log),
    random: () => randomBytes(4).readUInt32LE() / 2 ** 32,
    after(ms, call) {
      const timer = setTimeout(call, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
    log,
  });
  const { signal } = context;
  if (!signal.aborted)
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  const force = (): void => process.exit(ExitCode.interrupted);
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, force);
  if (context.stderr.isTTY === true) context.stderr.write("\nstopping; once more ends it at once\n");
  await Promise.all([jobs.close(), ...doors.map((door) => door.close())]);
}

/** Leaves the last runs where `candor doctor` looks for them. */
function noteRuns(root: string, runs: readonly JobRun[], log: Log): void {
  try {
    writeFileSync(join(root, jobsFile), `${JSON.stringify(runs)}\n`, { mode: 0o600 });
  } catch (error) {
    log.warn({ err: error }, "the runs of the jobs could not be noted");
  }
}

async function readTls({ tlsCert, tlsKey }: ServeFlags): Promise<{ cert: string; key: string } | null> {
  if (tlsCert === undefined && tlsKey === undefined) return null;
  if (tlsCert === undefined || tlsKey === undefined) throw new UsageError("--tls-cert and --tls-key belong together");
  const read = (path: string) =>
    readFile(path, "utf8").catch((error: Error) => {
      throw new UsageError(`cannot read ${path}: ${error.message}`);
    });
  return { cert: await read(tlsCert), key: await read(tlsKey) };
}

/** Names that it answers to. Bound to an address that has many names and told none, it answers to all. */
function hostsOf({ host, allowHost }: ServeFlags): readonly string[] | null {
  const own = ["localhost", "127.0.0.1", "[::1]"];
  if (allowHost !== undefined) return [...own, host, ...allowHost];
  if (loopback.has(host)) return own;
  return isIP(host) === 0 ? [...own, host] : null;
}

function refusePort(error: unknown, { host, port }: ServeFlags): never {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE")
    throw new UsageError(`port ${port} is in use: stop what listens there, or choose another with --port ${port + 1}`);
  if (code === "EACCES") throw new UsageError(`port ${port} needs more rights: choose one above 1023 with --port`);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN")
    throw new UsageError(`${host} is not an address of this machine: --host 127.0.0.1, or 0.0.0.0 for all`);
  if (error instanceof Error && /PEM|key values mismatch|certificate/i.test(error.message))
    throw new UsageError(`the certificate and key cannot be used: ${error.message}`);
  throw error;
}

function warnOfPlainText(host: string, { stderr }: CliContext): void {
  stderr.write(
    `warning: ${host} can be reached from other machines, and keys and data travel unencrypted: serve https with\n` +
      "--tls-cert and --tls-key, or put a proxy in front that does and say --behind-proxy\n",
  );
}

function sayReady(
  {
    url,
    loginUrl,
    folder,
    ownerKey,
  }: { readonly url: string; readonly loginUrl: string; readonly folder: string; readonly ownerKey: string | null },
  { json = false }: ServeFlags,
  { stdout }: CliContext,
): void {
  if (json) {
    stdout.write(`${JSON.stringify({ schema: "candor.serve/1", url, loginUrl, data: folder, ownerKey, version })}\n`);
    return;
  }
  const key =
    ownerKey === null
      ? ""
      : `\nOwner key, shown this once; it may do everything:\n\n  ${ownerKey}\n\nFurther keys: candor key create --role write --project default\n`;
  stdout.write(
    `Candor ${version} serves ${folder}\n\n  Open       ${loginUrl}\n             (logs one browser in, once; a key does it too)\n  API        ${url}/api/v1\n  Reference  ${url}/docs\n${key}`,
  );
}
