import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { literal } from "../../input/duckdb/expressions.ts";
import { StoreError } from "../errors.ts";
import { syncFolder } from "../sync-folder.ts";
import type { Database } from "./database.ts";
import { isFatal, storeErrorOf } from "./store-failure.ts";

/** How the file is opened. */
export interface DatabaseOptions {
  /** The database file; it is created where there is none. */
  readonly path: string;
  /** The one folder that SQL may reach: for what does not fit in memory, and for copies on their way out. */
  readonly temporaryFolder: string;
  /** Threads of queries. Default 2. */
  readonly threads?: number;
  /** As DuckDB writes it. Default `512MB`. */
  readonly memoryLimit?: string;
  /** Size of the write-ahead log at which it is written into the file. Default `64MB`. */
  readonly checkpointThreshold?: string;
}

/** Readers at a time: with the writer they leave one of Node's four threads to the file system. */
const mostReaders = 2;

/**
 * Opens the file with no access to any other, except in the temporary folder.
 *
 * A failure that DuckDB calls fatal (a full disk at the moment of a commit) makes the file be opened again, which brings back
 * the last commit.
 *
 * @throws {StoreError} `owned` by another process, `schema` when it is not a database, `damaged`, `cannot-write`
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  let session = await openSession(options);
  let named = "";
  let broken = false;
  let closed = false;
  let writers: Promise<unknown> = Promise.resolve();
  let readers = 0;
  const waiting: (() => void)[] = [];
  const running = new Set<Promise<unknown>>();

  const open = (): Session => {
    if (closed) throw new StoreError("closed", `${options.path} has been closed`);
    return session;
  };

  /** Once nobody reads any more, closes what is broken and opens it again. */
  const repair = async (): Promise<void> => {
    while (running.size > 0) await Promise.allSettled(running);
    if (!broken) return;
    session.close();
    session = await openSession(options);
    broken = false;
  };

  const guarded = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (isFatal(error)) broken = true;
      throw storeErrorOf(error, options.path);
    }
  };

  const exclusive = <T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> => {
    const turn = writers.then(async () => {
      open();
      if (broken) await repair();
      return await guarded(work(session.writer));
    });
    writers = turn.catch(() => undefined);
    return turn;
  };

  /**
   * A commit is synced by the engine, but not the name of the write-ahead log it goes to, which is a new file after every
   * checkpoint: until that name is on disk, a loss of power can take the file away.
   */
  const nameLog = async (): Promise<void> => {
    const found = await stat(`${options.path}.wal`, { bigint: true }).catch(() => null);
    const name = found === null ? "" : `${found.ino} ${found.birthtimeNs}`;
    if (name === named || name === "") return;
    await syncFolder(dirname(options.path));
    named = name;
  };

  const takeTurn = async (): Promise<void> => {
    if (readers < mostReaders) readers++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };

  const giveTurn = (): void => {
    const next = waiting.shift();
    if (next) next();
    else readers--;
  };

  return {
    exclusive,
    write: (work) =>
      exclusive(async (connection) => {
        const result = await inTransaction(connection, "BEGIN TRANSACTION", work);
        await nameLog();
        return result;
      }),
    async read(work) {
      await takeTurn();
      try {
        if (broken) await exclusive(async () => undefined);
        const reader = open().readers.pop() ?? (await open().instance.connect());
        const from = session;
        const run = guarded(inTransaction(reader, "BEGIN TRANSACTION READ ONLY", work));
        running.add(run);
        try {
          return await run;
        } finally {
          running.delete(run);
          if (from === session && !closed) from.readers.push(reader);
          else reader.closeSync();
        }
      } finally {
        giveTurn();
      }
    },
    async beside(work) {
      const connection = await open().instance.connect();
      const run = guarded(work(connection));
      running.add(run);
      try {
        return await run;
      } finally {
        running.delete(run);
        connection.closeSync();
      }
    },
    async close() {
      if (closed) return;
      const last = exclusive(async () => undefined).catch(() => undefined);
      await last;
      closed = true;
      while (running.size > 0) await Promise.allSettled(running);
      session.close();
    },
  };
}

interface Session {
  readonly instance: DuckDBInstance;
  readonly writer: DuckDBConnection;
  readonly readers: DuckDBConnection[];
  close(): void;
}

async function openSession(options: DatabaseOptions): Promise<Session> {
  const instance = await openInstance(options);
  try {
    await syncFolder(dirname(options.path));
    const writer = await instance.connect();
    const folder = literal(options.temporaryFolder);
    for (const setting of [
      `temp_directory = ${folder}`,
      "TimeZone = 'UTC'",
      "preserve_insertion_order = true",
      `allowed_directories = [${folder}]`,
      "enable_external_access = false",
    ])
      await writer.run(`SET ${setting}`);
    const readers: DuckDBConnection[] = [];
    return {
      instance,
      writer,
      readers,
      close() {
        for (const connection of [writer, ...readers]) connection.closeSync();
        instance.closeSync();
      },
    };
  } catch (error) {
    instance.closeSync();
    throw storeErrorOf(error, options.path);
  }
}

async function openInstance(options: DatabaseOptions): Promise<DuckDBInstance> {
  // The engine would begin an empty database, and remove what the log holds of the one that is missing.
  if (existsSync(`${options.path}.wal`) && !existsSync(options.path))
    throw new StoreError("damaged", `${options.path} is missing, and its write-ahead log is there`);
  try {
    return await DuckDBInstance.create(options.path, {
      threads: String(options.threads ?? 2),
      memory_limit: options.memoryLimit ?? "512MB",
      checkpoint_threshold: options.checkpointThreshold ?? "64MB",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
  } catch (error) {
    throw storeErrorOf(error, options.path);
  }
}

async function inTransaction<T>(
  connection: DuckDBConnection,
  begin: string,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  await connection.run(begin);
  try {
    const result = await work(connection);
    await connection.run("COMMIT");
    return result;
  } catch (error) {
    // A failed COMMIT, or a database that is broken, has no transaction left: the first error is the one to tell.
    await connection.run("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
