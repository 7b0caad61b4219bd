import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { StoreError } from "./errors.ts";
import { isRunning, type ProcessIdentity, processIdentity } from "./process-identity.ts";
import { readOwner, runningServer } from "./running-server.ts";
import { syncFolder } from "./sync-folder.ts";

/** Where things are in a data folder. */
export interface DataFolderPaths {
  readonly root: string;
  /** File of the embedded engine. */
  readonly database: string;
  /** Folder of the log. */
  readonly log: string;
  /** Folder of what is written before it is sent, and of what the engine spills; emptied by `begin`. */
  readonly temporary: string;
}

/** A data folder that this process owns. */
export interface DataFolder extends DataFolderPaths {
  /**
   * Removes what the process before left: temporary files, and where its server was. Called when the engine has let this
   * process in, which no lock file of another machine or container can promise.
   */
  begin(): Promise<void>;
  /**
   * Tells the command line of this machine where the server is: `server.json` and `local-token`, readable by their owner.
   *
   * @param secret random bytes, at least 16
   * @returns the token: what requests of the local command line bring as their bearer token
   */
  announce(server: { readonly url: string; readonly startedAt: number; readonly secret: Uint8Array }): Promise<string>;
  /** Gives the folder up: removes what `announce` wrote and the lock, unless they are those of another process. */
  release(): Promise<void>;
}

/** Where things are in a data folder, whether it is there or not. */
export function dataFolderPaths(path: string): DataFolderPaths {
  const root = resolve(path);
  return {
    root,
    database: join(root, "candor.duckdb"),
    log: join(root, "log"),
    temporary: join(root, "tmp"),
  };
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/**
 * Makes a data folder where there is none (readable by its owner alone) and takes possession of it for this process.
 *
 * The engine locks its own file; the file `lock` covers the time before that, and says who it is. It appears whole and
 * only where there is none, and names the process with the moment it began, so that a lock that a killed process left
 * counts for nothing, even where its number was given to another process. Two processes that clear the same left-over
 * lock at the same moment can, in the worst case, both go on to the engine, which lets one of them in; until then nothing
 * is removed.
 *
 * @throws {StoreError} `owned` with the process and its address, `cannot-write`
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const paths = dataFolderPaths(path);
  const lock = join(paths.root, "lock");
  const told = [join(paths.root, "server.json"), join(paths.root, "local-token")];
  const mine = JSON.stringify(await processIdentity(process.pid));
  let hasBegun = false;
  try {
    const made = await mkdir(paths.root, { recursive: true, mode: 0o700 });
    await takeLock(lock, mine, paths.root);
    if (made !== undefined) await syncFolder(dirname(made));
  } catch (error) {
    if (StoreError.is(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const isFile = hasCode(error, "EEXIST") || hasCode(error, "ENOTDIR");
    const text = isFile ? "there is a file of this name" : why;
    throw new StoreError("cannot-write", `${paths.root} cannot be used as the data folder: ${text}`, { cause: error });
  }

  async function release(): Promise<void> {
    const text = await readFile(lock, "utf8").catch(() => "");
    if (text !== mine) return;
    if (hasBegun) for (const file of told) await rm(file, { force: true });
    await rm(lock, { force: true });
  }

  const writable = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      await release().catch(() => undefined);
      const why = error instanceof Error ? error.message : String(error);
      throw new StoreError("cannot-write", `${paths.root} cannot be written: ${why}`, { cause: error });
    }
  };
  await writable(async () => {
    await mkdir(paths.temporary, { recursive: true, mode: 0o700 });
    await mkdir(paths.log, { recursive: true, mode: 0o700 });
    await syncFolder(paths.root);
  });

  return {
    ...paths,
    begin: () =>
      writable(async () => {
        hasBegun = true;
        for (const file of told) await rm(file, { force: true });
        await rm(paths.temporary, { recursive: true, force: true });
        await mkdir(paths.temporary, { mode: 0o700 });
      }),
    async announce({ url, startedAt, secret }) {
      if (secret.length < 16)
        throw new StoreError("cannot-write", `a secret has 16 bytes or more, got ${secret.length}`);
      hasBegun = true;
      const token = Buffer.from(secret).toString("base64url");
      const identity = await processIdentity(process.pid);
      await replace(join(paths.root, "local-token"), token);
      await replace(join(paths.root, "server.json"), `${JSON.stringify({ ...identity, url, startedAt })}\n`);
      return token;
    },
    release,
  };
}

/** Writes a file that is never seen half written. */
async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  await rm(draft, { force: true });
  await writeFile(draft, text, { mode: 0o600, flag: "wx" });
  await rename(draft, path);
}

/** Makes a file, whole, where there is none. @throws `EEXIST` */
async function createWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.${randomUUID()}`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: "wx" });
    await link(draft, path);
  } catch (error) {
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].some((code) => hasCode(error, code))) throw error;
    // A file system without links.
    await writeFile(path, text, { mode: 0o600, flag: "wx" });
  } finally {
    await rm(draft, { force: true });
  }
}

async function takeLock(lock: string, mine: string, root: string): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      await createWhole(lock, mine);
      return;
    } catch (error) {
      if (!hasCode(error, "EEXIST")) throw error;
    }
    await refuseOwner(await ownerOf(lock), root);
    const aside = `${lock}.${process.pid}.${randomUUID()}`;
    try {
      await rename(lock, aside);
    } catch (error) {
      if (hasCode(error, "ENOENT")) continue;
      throw error;
    }
    const moved = await readOwner(aside);
    if (moved !== null && (await isRunning(moved))) {
      await link(aside, lock).catch(() => undefined);
      await rm(aside, { force: true });
      await refuseOwner(moved, root);
    }
    await rm(aside, { force: true });
  }
  throw new StoreError("owned", `the data folder ${root} is being opened by another process`);
}

/** Who holds the lock; a lock that is being written is waited for. */
async function ownerOf(lock: string): Promise<ProcessIdentity | null> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const owner = await readOwner(lock);
    if (owner !== null || (await stat(lock).catch(() => null)) === null) return owner;
    await wait(30);
  }
  return null;
}

async function refuseOwner(owner: ProcessIdentity | null, root: string): Promise<void> {
  if (owner === null || !(await isRunning(owner))) return;
  const server = await runningServer(root);
  const place = server !== null && server.pid === owner.pid ? ` at ${server.url}` : "";
  throw new StoreError("owned", `the data folder ${root} is in use by candor (pid ${owner.pid})${place}`);
}
