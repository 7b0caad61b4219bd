import type { DuckDBConnection } from "@duckdb/node-api";
import { StoreError } from "../errors.ts";
import { rowsOf, textIn } from "./row-values.ts";

/** What the store notes of itself: `salt`, `position`, `as_of`. */
export async function readMeta(connection: DuckDBConnection): Promise<ReadonlyMap<string, string>> {
  const rows = await rowsOf(connection, "SELECT name, value FROM meta");
  return new Map(rows.map((row) => [textIn(row, "name"), textIn(row, "value")]));
}

/** @throws {StoreError} `damaged` where there is none */
export async function readSalt(connection: DuckDBConnection): Promise<string> {
  const salt = (await readMeta(connection)).get("salt");
  if (salt === undefined) throw new StoreError("damaged", "the store has no salt");
  return salt;
}
