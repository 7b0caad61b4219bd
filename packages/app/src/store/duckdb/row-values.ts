import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { StoreError } from "../errors.ts";

/** A row of a query, by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * All rows of a query.
 *
 * @param values bound to `$1`, `$2`, …
 */
export async function rowsOf(connection: DuckDBConnection, sql: string, values?: DuckDBValue[]): Promise<Row[]> {
  const reader = await connection.runAndReadAll(sql, values);
  return reader.getRowObjectsJS();
}

function damaged(row: Row, column: string, expected: string): StoreError {
  return new StoreError("damaged", `the store has ${typeof row[column]} in ${column}, expected ${expected}`);
}

/** @throws {StoreError} `damaged` for anything else */
export function textIn(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw damaged(row, column, "text");
  return value;
}

/** @throws {StoreError} `damaged` for anything else */
export function textOrNullIn(row: Row, column: string): string | null {
  return row[column] === null ? null : textIn(row, column);
}

/** @throws {StoreError} `damaged` for anything else */
export function numberIn(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "number") throw damaged(row, column, "a number");
  return value;
}

/** @throws {StoreError} `damaged` for anything else */
export function numberOrNullIn(row: Row, column: string): number | null {
  return row[column] === null ? null : numberIn(row, column);
}

/** @throws {StoreError} `damaged` for anything else */
export function booleanIn(row: Row, column: string): boolean {
  const value = row[column];
  if (typeof value !== "boolean") throw damaged(row, column, "true or false");
  return value;
}

/** @throws {StoreError} `damaged` for text that is no JSON object */
export function objectIn(row: Row, column: string): Record<string, unknown> {
  const value: unknown = JSON.parse(textIn(row, column));
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw damaged(row, column, "an object");
  return { ...value };
}
