import type { DuckDBConnection } from "@duckdb/node-api";
import { StoreError } from "../errors.ts";
import { rowsOf, textIn } from "./row-values.ts";

/** What the store notes of itself: `salt`, `store`, `position`, `as_of`. */
export async function readMeta(connection: DuckDBConnection): Promise<ReadonlyMap<string, string>> {
  const rows = await rowsOf(connection, "SELECT name, value FROM meta");
  return new Map(rows.map((row) => [textIn(row, "name"), textIn(row, "value")]));
}

/** @throws {StoreError} `damaged` where there is none */
export async function readSalt(connection: DuckDBConnection): Promise<string> {
  return noted(connection, "salt");
}

/** @throws {StoreError} `damaged` where there is none */
export async function readStoreId(connection: DuckDBConnection): Promise<string> {
  return noted(connection, "store");
}

async function noted(connection: DuckDBConnection, name: string): Promise<string> {
  const value = (await readMeta(connection)).get(name);
  if (value === undefined) throw new StoreError("damaged", `the store has no ${name}`);
  return value;
}
