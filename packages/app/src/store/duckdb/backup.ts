import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { identifier, literal } from "../../input/duckdb/expressions.ts";
import { StoreError } from "../errors.ts";
import { syncFolder } from "../sync-folder.ts";
import type { Database } from "./database.ts";
import { numberIn, rowsOf, textIn } from "./row-values.ts";

/** Table of a copy: what its other tables held when it was written. */
const manifest = "copy_manifest";

/**
 * Writes a consistent copy of all tables to a new file, while the store goes on.
 *
 * @param temporaryFolder where it is written before it gets its name
 * @throws {StoreError} `exists`, `cannot-write`
 */
export async function writeCopy(database: Database, temporaryFolder: string, path: string): Promise<void> {
  if (existsSync(path)) throw new StoreError("exists", `${path} exists already; a backup needs a new file`);
  const name = `copy_${randomUUID().replaceAll("-", "")}`;
  const unfinished = join(temporaryFolder, `${name}.duckdb`);
  try {
    await database.beside(async (connection) => {
      await connection.run(`ATTACH ${literal(unfinished)} AS ${identifier(name)}`);
      try {
        const [row] = await rowsOf(connection, "SELECT current_database() AS name");
        await connection.run(`COPY FROM DATABASE ${identifier(textIn(row ?? {}, "name"))} TO ${identifier(name)}`);
        await writeManifest(connection, name);
      } finally {
        await connection.run(`DETACH ${identifier(name)}`);
      }
    });
    await moveTo(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
    await rm(`${unfinished}.wal`, { force: true });
  }
}

async function moveTo(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EXDEV")) throw error;
    const draft = `${to}.part`;
    try {
      await copyFile(from, draft);
      const file = await open(draft, "r+");
      await file.sync().finally(() => file.close());
      await rename(draft, to);
    } finally {
      await rm(draft, { force: true });
    }
  }
  await syncFolder(dirname(to));
}

interface TableDigest {
  readonly table: string;
  readonly rows: number;
  /** Exclusive or of the hashes of all rows; only the same version of DuckDB makes the same. */
  readonly digest: string;
}

async function digests(connection: DuckDBConnection, database: string): Promise<readonly TableDigest[]> {
  const tables = await rowsOf(
    connection,
    "SELECT table_name FROM information_schema.tables WHERE table_catalog = $1 AND table_name <> $2 ORDER BY table_name",
    [database, manifest],
  );
  const found: TableDigest[] = [];
  for (const row of tables) {
    const table = textIn(row, "table_name");
    const [sums] = await rowsOf(
      connection,
      `SELECT count(*) AS n, CAST(coalesce(bit_xor(hash(t)), 0) AS VARCHAR) AS digest
       FROM ${identifier(database)}.main.${identifier(table)} AS t`,
    );
    found.push({ table, rows: numberIn(sums ?? {}, "n"), digest: textIn(sums ?? {}, "digest") });
  }
  return found;
}

async function writeManifest(connection: DuckDBConnection, database: string): Promise<void> {
  const place = `${identifier(database)}.main.${manifest}`;
  await connection.run(
    `CREATE TABLE ${place} (name VARCHAR NOT NULL, row_count BIGINT NOT NULL, digest VARCHAR NOT NULL, engine VARCHAR NOT NULL)`,
  );
  for (const { table, rows, digest } of await digests(connection, database))
    await connection.run(`INSERT INTO ${place} SELECT $1, $2, $3, version()`, [table, BigInt(rows), digest]);
}

/**
 * Checks that an opened copy holds what its manifest says, and removes the manifest, in the transaction of the caller.
 *
 * @param path names the file in messages
 * @throws {StoreError} `schema` where it is no backup, `damaged` where it holds something else
 */
export async function checkCopy(connection: DuckDBConnection, path: string): Promise<void> {
  const [current] = await rowsOf(connection, "SELECT current_database() AS name");
  const database = textIn(current ?? {}, "name");
  const known = await rowsOf(
    connection,
    "SELECT 1 AS one FROM information_schema.tables WHERE table_catalog = $1 AND table_name = $2",
    [database, manifest],
  );
  if (known.length === 0) throw new StoreError("schema", `${path} is not a backup of Candor`);
  const rows = await rowsOf(connection, `SELECT *, engine = version() AS comparable FROM ${manifest} ORDER BY name`);
  const found = await digests(connection, database);
  const isSame =
    rows.length === found.length &&
    rows.every((row, i) => {
      const here = found[i];
      if (here === undefined || textIn(row, "name") !== here.table) return false;
      return numberIn(row, "row_count") === here.rows && (row["comparable"] !== true || row["digest"] === here.digest);
    });
  if (!isSame) throw new StoreError("damaged", `${path} does not hold what was written into it: the backup is damaged`);
  await connection.run(`DROP TABLE ${manifest}`);
}
