import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { StoreError } from "../errors.ts";
import { syncFolder } from "../sync-folder.ts";
import { checkCopy } from "./backup.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./migrations/index.ts";
import { type DatabaseOptions, openDatabase } from "./open-database.ts";

/**
 * Makes a new store of a backup: checked against its own manifest, brought to the newest schema, and only then moved from
 * the temporary folder to its place.
 *
 * @param backup the file that `EventStore.backup` wrote; it stays as it is
 * @throws {StoreError} `exists` where there is a store already, `unknown` where there is no backup, `schema`, `damaged`,
 *   `cannot-write`
 */
export async function restoreDuckStore(
  backup: string,
  options: DatabaseOptions & { readonly now: () => number },
): Promise<void> {
  const { path } = options;
  if (existsSync(path) || existsSync(`${path}.wal`))
    throw new StoreError("exists", `${path} exists already; a backup is restored into an empty folder`);
  if (!existsSync(backup)) throw new StoreError("unknown", `${backup} does not exist`);
  const unfinished = join(options.temporaryFolder, `restore_${randomUUID()}.duckdb`);
  try {
    await copyFile(backup, unfinished);
    const database = await openDatabase({ ...options, path: unfinished });
    try {
      await database.write(async (connection) => {
        await checkCopy(connection, backup);
        await connection.run("DELETE FROM meta WHERE name = 'store'");
        await migrate(connection, migrations, options.now(), backup);
      });
      await database.exclusive(async (connection) => {
        await connection.run("CHECKPOINT");
      });
    } finally {
      await database.close();
    }
    await rename(unfinished, path);
    await syncFolder(dirname(path));
  } catch (error) {
    if (!StoreError.is(error)) throw error;
    throw new StoreError(error.code, error.message.replaceAll(unfinished, backup), { cause: error });
  } finally {
    for (const rest of [unfinished, `${unfinished}.wal`]) await rm(rest, { force: true });
  }
}
