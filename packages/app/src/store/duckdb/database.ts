import type { DuckDBConnection } from "@duckdb/node-api";

/**
 * The open file. Writers wait for one another, readers for nobody: each reader sees the last commit before it began.
 *
 * DuckDB 1.5.5 loses rows when one transaction inserts into a table from a query without any row, and then many rows from
 * another query: a transaction therefore inserts into each table once.
 */
export interface Database {
  /** Runs the work in a transaction of its own, after all earlier ones. Rolled back when the work throws. */
  write<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
  /** Runs the work in the queue of writers without a transaction: for CHECKPOINT and its like. */
  exclusive<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
  /** Runs the work in a read-only transaction: all its queries see the same state. */
  read<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
  /** Runs the work on a connection of its own, without a transaction, beside readers and writers: for copies. */
  beside<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
  /** Waits for what runs, then closes the file. */
  close(): Promise<void>;
}
