import { setImmediate } from "node:timers/promises";
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  SMALLINT,
  UBIGINT,
  UTINYINT,
  VARCHAR,
} from "@duckdb/node-api";

/** Rows that are taken in one go: about 3 ms, after which requests have their turn. */
export const stepRows = 1024;

/** Rows after which an appender writes what it holds, for the same reason. */
const flushRows = 8 * stepRows;

/** Tables that rows are appended to. */
export type StagedTable =
  | "predictions"
  | "outcomes"
  | "contents"
  | "erasures"
  | "cohorts"
  | "streams"
  | "cohortStreams";

/** The types of the columns of a table, in their order. */
export const tableTypes: Readonly<Record<StagedTable, readonly DuckDBType[]>> = {
  predictions: [
    ...[BIGINT, INTEGER, UBIGINT, VARCHAR, INTEGER, BIGINT, BIGINT, SMALLINT],
    ...[DOUBLE, DOUBLE, DOUBLE, DOUBLE, UTINYINT, BOOLEAN, VARCHAR, VARCHAR, DOUBLE],
    ...[VARCHAR, VARCHAR, VARCHAR, VARCHAR],
  ],
  outcomes: [BIGINT, INTEGER, UBIGINT, VARCHAR, VARCHAR, VARCHAR, UTINYINT, VARCHAR, BIGINT, BIGINT],
  contents: [INTEGER, UBIGINT, VARCHAR, VARCHAR, BIGINT],
  erasures: [INTEGER, UBIGINT, VARCHAR],
  cohorts: [INTEGER, INTEGER, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR],
  streams: [INTEGER, INTEGER, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR],
  cohortStreams: [INTEGER, INTEGER],
};

/** Rows in columns on their way into a table. */
export class StagedRows {
  readonly types: readonly DuckDBType[];
  readonly columns: DuckDBValue[][];

  constructor(types: readonly DuckDBType[]) {
    this.types = types;
    this.columns = types.map(() => []);
  }

  get rows(): number {
    return this.columns[0]?.length ?? 0;
  }

  add(...values: readonly DuckDBValue[]): void {
    for (let k = 0; k < this.columns.length; k++) this.columns[k]?.push(values[k] ?? null);
  }

  /** Appends all rows to a table of the same columns, in steps between which other work of the process has its turn. */
  async appendTo(connection: DuckDBConnection, table: string, schema?: string): Promise<void> {
    if (this.rows === 0) return;
    const appender = await connection.createAppender(table, schema ?? null);
    try {
      const chunk = DuckDBDataChunk.create(this.types, Math.min(stepRows, this.rows));
      for (let from = 0; from < this.rows; from += stepRows) {
        const to = Math.min(from + stepRows, this.rows);
        chunk.reset();
        chunk.rowCount = to - from;
        this.columns.forEach((column, k) => {
          chunk.setColumnValues(k, column.slice(from, to));
        });
        appender.appendDataChunk(chunk);
        if (to % flushRows === 0) appender.flushSync();
        if (to < this.rows) await setImmediate();
      }
    } finally {
      appender.closeSync();
    }
  }
}
