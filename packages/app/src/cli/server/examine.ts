import { constants } from "node:fs";
import { access, readdir, readFile, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { dataFolderPaths } from "../../store/data-folder.ts";
import { StoreError } from "../../store/errors.ts";
import { runningServer } from "../../store/running-server.ts";
import type { CliContext } from "../context.ts";
import { callApi, field, listField, textField } from "./call-api.ts";
import type { Connection } from "./connect.ts";

/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  readonly status: "ok" | "warn" | "problem";
  readonly message: string;
  /** What to do about it; null where there is nothing to do. */
  readonly advice: string | null;
}

const ok = (name: string, message: string): Finding => ({ name, status: "ok", message, advice: null });
const warn = (name: string, message: string, advice: string): Finding => ({ name, status: "warn", message, advice });
const problem = (name: string, message: string, advice: string): Finding => ({
  name,
  status: "problem",
  message,
  advice,
});

const megabyte = 1e6;

/** The folder itself: whether it is there, who may read it, and how much room it has. */
export async function examineFolder(data: string): Promise<readonly Finding[]> {
  const { root, database } = dataFolderPaths(data);
  const found = await stat(root).catch(() => null);
  if (found === null) return [problem("folder", `there is no ${root}`, "candor serve makes it; --data names another")];
  if (!found.isDirectory()) return [problem("folder", `${root} is no folder`, "name a folder with --data")];
  const findings: Finding[] = [];
  const isWritable = await access(root, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  findings.push(
    isWritable
      ? ok("folder", root)
      : problem("folder", `${root} cannot be written by this user`, "run as its owner, or change its owner"),
  );
  const others = found.mode & 0o077;
  findings.push(
    others === 0 || process.platform === "win32"
      ? ok("permissions", "readable by its owner alone")
      : warn("permissions", "other users of this machine can look into it", `chmod 700 ${root}`),
  );
  findings.push(await examineDisk(root, (await stat(database).catch(() => null))?.size ?? 0));
  return findings;
}

async function examineDisk(root: string, size: number): Promise<Finding> {
  const { bavail, bsize } = await statfs(root);
  const free = bavail * bsize;
  const says = `${(free / 1e9).toFixed(1)} GB free, the data takes ${(size / 1e9).toFixed(2)} GB`;
  if (free < 200 * megabyte) return problem("disk", says, "free some space: below this nothing may be taken any more");
  if (free < 2 * size + 1000 * megabyte)
    return warn("disk", says, "compaction and backup need about the size of the data again");
  return ok("disk", says);
}

/** What lies in the log: what is not loaded yet, and what could not be. */
export async function examineLog(data: string): Promise<readonly Finding[]> {
  const { log } = dataFolderPaths(data);
  const names = await readdir(log).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => ({ name, size: (await stat(join(log, name))).size })));
  const aside = sizes.find(({ name, size }) => name === "set-aside.ndjson" && size > 0);
  const bytes = sizes.filter(({ name }) => name.endsWith(".log")).reduce((sum, { size }) => sum + size, 0);
  const findings = [ok("log", `${sizes.length} files, ${(bytes / megabyte).toFixed(1)} MB`)];
  if (aside !== undefined)
    findings.push(
      warn(
        "set aside",
        `the engine refused some events: ${join(log, aside.name)}`,
        "each line has an event and the reason; send them again once that is settled, and remove the file",
      ),
    );
  return findings;
}

/** Where the server notes the last run of its jobs. */
export const jobsFile = "jobs.json";

/** When retention, expiry of content and compaction ran last, and what went wrong. */
export async function examineJobs(data: string): Promise<readonly Finding[]> {
  const text = await readFile(join(dataFolderPaths(data).root, jobsFile), "utf8").catch(() => "[]");
  let runs: unknown;
  try {
    runs = JSON.parse(text);
  } catch {
    return [warn("jobs", `${jobsFile} cannot be read`, "the server writes it anew with the next job")];
  }
  if (!Array.isArray(runs)) return [];
  return runs.map((run: unknown) => {
    const name = `job ${textField(run, "name")}`;
    const startedAt = field(run, "startedAt");
    const at = typeof startedAt === "number" ? new Date(startedAt).toISOString() : "";
    const problemText = textField(run, "problem");
    if (problemText === "") return ok(name, `ran last at ${at}`);
    return warn(name, `failed at ${at}: ${problemText}`, "it is tried again; see disk above and the log of the server");
  });
}

/** Who has the folder. */
export async function examineOwner(data: string): Promise<Finding> {
  const server = await runningServer(data);
  if (server === null) return ok("server", "none runs on it");
  const since = new Date(server.startedAt).toISOString();
  return ok("server", `${server.url}, process ${server.pid}, since ${since}`);
}

/** Why a data folder could not be opened. */
export function examineFailure(error: unknown): Finding {
  if (!StoreError.is(error)) throw error;
  const advice = {
    owned: "stop that process, or ask it with --url",
    schema: "use the version of Candor that wrote it, or a newer one",
    damaged: "restore the newest backup into a new folder: candor restore FILE --data DIR",
    foreign: "put the database and the log of one store together again, or move the log away to go on without it",
    "cannot-write": "see permissions and disk above",
    exists: "see the message",
    unknown: "see the message",
    closed: "try again",
  }[error.code];
  return problem("store", error.message, advice);
}

/** Whether it takes events, and what it holds, project by project. */
export async function examineService(connection: Connection, context: CliContext): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const response = await connection.request("/health/ready");
  const ready: unknown = await response.json();
  findings.push(
    response.ok
      ? ok("ready", "predictions and outcomes can be kept")
      : problem("ready", textField(ready, "problem") || "nothing can be kept", "see disk and permissions"),
  );
  for (const project of listField(await callApi(connection, "/api/v1/projects"), "projects")) {
    const id = textField(project, "id");
    findings.push(...(await examineProject(connection, id, context)));
  }
  return findings;
}

async function examineProject(connection: Connection, id: string, { now }: CliContext): Promise<readonly Finding[]> {
  const health = await callApi(connection, "/api/v1/data-health?fresh=true", { project: id });
  const count = (name: string): number => {
    const value = field(health, name);
    return typeof value === "number" ? value : 0;
  };
  const number = (value: number): string => value.toLocaleString("en");
  const findings = [
    ok(`project ${id}`, `${number(count("predictions"))} predictions, ${number(count("outcomes"))} outcomes`),
  ];
  if (count("orphans") > 0)
    findings.push(
      warn(
        `project ${id}`,
        `${number(count("orphans"))} outcomes wait for a prediction of their id`,
        "compare the ids that the two senders use; outcomes are joined when the predictions come",
      ),
    );
  if (count("conflicts") > 0)
    findings.push(
      warn(
        `project ${id}`,
        `${number(count("conflicts"))} predictions came again with other content; the first was kept`,
        "give every prediction an id of its own",
      ),
    );
  const models = listField(await callApi(connection, "/api/v1/models", { project: id }), "models");
  const newest = Math.max(0, ...models.flatMap((model) => lastTimesOf(model)));
  const ahead = newest - now().getTime();
  if (ahead > 10 * 60_000)
    findings.push(
      warn(
        "clock",
        `project ${id} has predictions of ${new Date(newest).toISOString()}, later than this machine's clock`,
        "compare the clocks of this machine and of the senders",
      ),
    );
  return findings;
}

function lastTimesOf(model: unknown): number[] {
  const own = timeOf(field(model, "lastTime"));
  return [...own, ...listField(model, "versions").flatMap((version) => timeOf(field(version, "lastTime")))];
}

function timeOf(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? [Date.parse(value)] : [];
}
