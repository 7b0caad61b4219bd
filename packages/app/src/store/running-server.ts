import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isRunning, type ProcessIdentity } from "./process-identity.ts";

/** What a server writes into its data folder, for the command line of the same machine. */
export interface RunningServer extends ProcessIdentity {
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Secret of the local command line; null where it cannot be read by this user. */
  readonly token: string | null;
}

/**
 * The server that runs on a data folder.
 *
 * @param folder path of the data folder
 * @returns null where there is none; what a server that was killed left behind does not count
 */
export async function runningServer(folder: string): Promise<RunningServer | null> {
  const told = await readJson(join(folder, "server.json"));
  if (told === null || typeof told["pid"] !== "number" || typeof told["url"] !== "string") return null;
  const { pid, url } = { pid: told["pid"], url: told["url"] };
  const began = typeof told["began"] === "string" ? told["began"] : null;
  const startedAt = typeof told["startedAt"] === "number" ? told["startedAt"] : 0;
  if (!(await isRunning({ pid, began }))) return null;
  const token = await readFile(join(folder, "local-token"), "utf8").catch(() => null);
  return { pid, began, url, startedAt, token: token === null || token === "" ? null : token };
}

/** The process that a lock file names; null where the file is missing or not complete. */
export async function readOwner(path: string): Promise<ProcessIdentity | null> {
  const told = await readJson(path);
  if (told === null || typeof told["pid"] !== "number") return null;
  return { pid: told["pid"], began: typeof told["began"] === "string" ? told["began"] : null };
}

async function readJson(path: string): Promise<Record<string, unknown> | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
