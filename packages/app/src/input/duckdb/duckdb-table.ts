import {
  BadInput,
  type ColumnBatch,
  type ColumnRequest,
  type Field,
  nameList,
  type StreamOptions,
} from "@candor/input";
import { type DuckDBConnection, type DuckDBDataChunk, DuckDBInstance } from "@duckdb/node-api";
import type { FileTable } from "../file-table.ts";
import type { RowSource } from "../row-source.ts";
import { columnBuilder } from "./column-builders.ts";
import { explainFailure } from "./duckdb-failure.ts";
import { type DuckField, listSql, literal, pathLiteral } from "./expressions.ts";

/** Rows of one query. */
export type Ask = (sql: string) => Promise<unknown[][]>;

/** What a format knows about its file. */
export interface DuckSource {
  /** As the user named it. */
  readonly file: string;
  /** In words, e.g. `CSV`. */
  readonly format: string;
  readonly fields: readonly DuckField[];
  readonly rows: number | undefined;
  readonly notes: readonly string[];
  /** The FROM clause. With `skipBad` it passes over what is not a row. */
  from(skipBad: boolean): string;
  /** Counts what it passed over, once a stream has ended. */
  readonly malformedSql: string | undefined;
  /** Finds the first line that is not a row, where DuckDB's own complaint does not name it. */
  readonly badLineSql: string | undefined;
  /** How all of its columns are copied; `ask` runs a query. */
  rowSource(ask: Ask): Promise<RowSource>;
  place(row: number): Promise<string>;
  /** Reads the compressed file to its end and throws `BadInput` if it is cut off; DuckDB itself does not notice. */
  verify(signal: AbortSignal | undefined): Promise<void>;
}

/**
 * A private in-memory DuckDB that may read one file and nothing else, and never fetches an extension.
 *
 * @param path absolute path of the file
 */
export async function openDuckDB(path: string): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    temp_directory: "",
  });
  const connection = await instance.connect();
  try {
    for (const setting of [
      "streaming_buffer_size = '16MB'",
      "preserve_insertion_order = true",
      "enable_progress_bar = true",
      "enable_progress_bar_print = false",
      "TimeZone = 'UTC'",
      `allowed_paths = [${literal(path)}, ${pathLiteral(path)}]`,
      "enable_external_access = false",
      "lock_configuration = true",
    ])
      await connection.run(`SET ${setting}`);
  } finally {
    connection.closeSync();
  }
  return instance;
}

/** Rows of one query, read with a connection of their own. */
export async function queryRows(instance: DuckDBInstance, sql: string): Promise<unknown[][]> {
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(sql);
    return reader.getRowsJS();
  } finally {
    connection.closeSync();
  }
}

/** A file that DuckDB reads. */
export class DuckTable implements FileTable {
  readonly named = true;
  readonly #instance: DuckDBInstance;
  readonly #source: DuckSource;
  #streaming: DuckDBConnection | undefined;
  #malformed = 0;
  #skipBad = false;
  #progress: number | undefined;

  constructor(instance: DuckDBInstance, source: DuckSource) {
    this.#instance = instance;
    this.#source = source;
  }

  get file(): string {
    return this.#source.file;
  }
  get fields(): readonly DuckField[] {
    return this.#source.fields;
  }
  get rows(): number | undefined {
    return this.#source.rows;
  }
  get notes(): readonly string[] {
    return this.#source.notes;
  }
  get malformed(): number {
    return this.#malformed;
  }

  async width(field: Field): Promise<number | undefined> {
    const list = listSql(this.#field(field));
    const rows = await this.#ask(
      `SELECT len(${list}) FROM ${this.#source.from(false)} WHERE ${list} IS NOT NULL LIMIT 1`,
    );
    return rows.length > 0 ? Number(rows[0]![0]) : undefined;
  }

  async *stream(requests: readonly ColumnRequest[], options: StreamOptions): AsyncGenerator<ColumnBatch> {
    const { batchRows, skipBad, signal } = options;
    this.#skipBad = skipBad;
    const builders = requests.map((request) => columnBuilder(request, (field) => this.#field(field), this.#tooMany));
    const select: string[] = [];
    const firsts = builders.map((builder) => select.push(...builder.select) - builder.select.length);
    const query = `SELECT ${select.join(", ")} FROM ${this.#source.from(skipBad)}`;
    let rows = 0;
    for (const builder of builders) builder.begin(batchRows);
    for await (const chunk of this.#chunks(query, skipBad, signal)) {
      const size = chunk.rowCount;
      for (let from = 0; from < size; ) {
        const count = Math.min(size - from, batchRows - rows);
        for (let b = 0; b < builders.length; b++) builders[b]!.take(chunk, firsts[b]!, from, count, rows);
        from += count;
        rows += count;
        if (rows < batchRows) continue;
        yield { rows, columns: builders.map((builder) => builder.end(rows)) };
        rows = 0;
        for (const builder of builders) builder.begin(batchRows);
      }
    }
    if (rows > 0) yield { rows, columns: builders.map((builder) => builder.end(rows)) };
  }

  /**
   * The chunks of a streaming query. The client takes a failure in the middle of a stream for its end
   * (duckdb_stream_fetch_chunk returns nothing in both cases), so the query runs in a transaction: afterwards the
   * transaction is found aborted exactly when the stream has failed.
   */
  async *#chunks(query: string, skipBad: boolean, signal: AbortSignal | undefined): AsyncGenerator<DuckDBDataChunk> {
    signal?.throwIfAborted();
    const connection = await this.#instance.connect();
    const interrupt = () => connection.interrupt();
    const verified = this.#source.verify(signal);
    verified.catch(() => {});
    let ended = false;
    try {
      this.#streaming = connection;
      this.#progress = undefined;
      signal?.addEventListener("abort", interrupt, { once: true });
      await connection.run("BEGIN");
      const result = await connection.stream(query);
      for (;;) {
        const chunk = await result.fetchChunk();
        signal?.throwIfAborted();
        if (chunk === null || chunk.rowCount === 0) break;
        yield chunk;
      }
      ended = true;
      this.#progress = 1;
      await connection.run("SELECT 1");
      if (skipBad && this.#source.malformedSql !== undefined)
        this.#malformed = Number((await connection.runAndReadAll(this.#source.malformedSql)).getRowsJS()[0]![0]);
      await verified;
    } catch (error) {
      signal?.throwIfAborted();
      await verified;
      if (BadInput.is(error)) throw error;
      throw await this.#cause(query, error);
    } finally {
      signal?.removeEventListener("abort", interrupt);
      this.#streaming = undefined;
      if (!ended) connection.interrupt();
      connection.closeSync();
    }
  }

  /** Runs a failed streaming query once more without streaming: only then does DuckDB say what is wrong. */
  async #cause(query: string, first: unknown): Promise<Error> {
    try {
      await queryRows(this.#instance, `SELECT bit_xor(hash(COLUMNS(*))) FROM (${query})`);
    } catch (error) {
      return this.#explained(error);
    }
    return this.#explained(first);
  }

  async #explained(error: unknown): Promise<BadInput> {
    const { file, format, badLineSql } = this.#source;
    const found = badLineSql === undefined ? [] : await queryRows(this.#instance, badLineSql).catch(() => []);
    return explainFailure(error, file, format, found.length > 0 ? Number(found[0]![0]) : undefined);
  }

  readonly #tooMany = (request: ColumnRequest & { as: "category" }): BadInput => {
    const column = request.field.name;
    return new BadInput(
      `${this.file}, column ${nameList([column])}: more than ${request.limit} different values, ${request.purpose}`,
      { file: this.file, column },
    );
  };

  #field(field: Field): DuckField {
    const found = this.#source.fields.find((candidate) => candidate === field);
    if (found === undefined) throw new TypeError(`field ${field.name} is not of this table`);
    return found;
  }

  async #ask(sql: string): Promise<unknown[][]> {
    try {
      return await queryRows(this.#instance, sql);
    } catch (error) {
      throw await this.#explained(error);
    }
  }

  progress(): number | undefined {
    const percentage = this.#streaming?.progress.percentage ?? -1;
    if (percentage >= 0) this.#progress = Math.max(this.#progress ?? 0, Math.min(1, percentage / 100));
    return this.#progress;
  }

  place(row: number): Promise<string> {
    return this.#source.place(row);
  }

  rowSource(): Promise<RowSource> {
    return this.#source.rowSource((sql) => this.#ask(sql));
  }

  async textAt(field: Field, row: number): Promise<string | undefined> {
    const rows = await this.#ask(
      `SELECT CAST(${this.#field(field).sql} AS VARCHAR) FROM ${this.#source.from(this.#skipBad)} LIMIT 1 OFFSET ${row - 1}`,
    );
    const value = rows[0]?.[0];
    return typeof value === "string" ? value : undefined;
  }

  async close(): Promise<void> {
    this.#instance.closeSync();
  }
}
