import { createHash } from "node:crypto";
import type { DuckDBConnection } from "@duckdb/node-api";
import { StoreError } from "../errors.ts";
import type { Migration } from "./migration.ts";
import { numberIn, rowsOf, textIn } from "./row-values.ts";

/** SHA-256 of a migration, in hexadecimal. */
export function migrationChecksum({ number, name, sql }: Migration): string {
  return createHash("sha256").update(`${number} ${name}\n${sql}`).digest("hex");
}

/**
 * Brings the schema of the open database to the newest migration, in the transaction of the caller.
 *
 * @param path names the file in messages
 * @returns how many migrations were run
 * @throws {StoreError} `schema` where the file belongs to something else, to a newer Candor, or to a changed migration
 */
export async function migrate(
  connection: DuckDBConnection,
  migrations: readonly Migration[],
  now: number,
  path: string,
): Promise<number> {
  const tables = await rowsOf(
    connection,
    "SELECT table_name FROM information_schema.tables WHERE table_catalog = current_database()",
  );
  const names = new Set(tables.map((row) => textIn(row, "table_name")));
  if (names.size > 0 && !names.has("migrations"))
    throw new StoreError("schema", `${path} is a DuckDB database, but not one of Candor`);
  if (names.size === 0)
    await connection.run(
      "CREATE TABLE migrations (number INTEGER NOT NULL, name VARCHAR NOT NULL, checksum VARCHAR NOT NULL, run_at BIGINT NOT NULL)",
    );
  const done = await rowsOf(connection, "SELECT number, name, checksum FROM migrations ORDER BY number");
  done.forEach((row, i) => {
    const migration = migrations[i];
    const number = numberIn(row, "number");
    if (migration === undefined)
      throw new StoreError(
        "schema",
        `${path} has schema ${number} ("${textIn(row, "name")}"), this Candor knows schemas up to ${migrations.length}: ` +
          "it was written by a newer Candor",
      );
    if (number !== migration.number || textIn(row, "checksum") !== migrationChecksum(migration))
      throw new StoreError(
        "schema",
        `${path} was made with another form of migration ${migration.number} ("${migration.name}") than this Candor has`,
      );
  });
  const missing = migrations.slice(done.length);
  for (const migration of missing) {
    await connection.run(migration.sql);
    await connection.run("INSERT INTO migrations VALUES ($1, $2, $3, $4)", [
      migration.number,
      migration.name,
      migrationChecksum(migration),
      BigInt(now),
    ]);
  }
  return missing.length;
}
