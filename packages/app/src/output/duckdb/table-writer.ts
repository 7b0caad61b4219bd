import type { Matrix } from "@candor/core";
import { BadInput } from "@candor/input";
import {
  ARRAY,
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBType,
  INTEGER,
  VARCHAR,
} from "@duckdb/node-api";
import { identifier, literal, pathLiteral } from "../../input/duckdb/expressions.ts";
import { arrayDoubles, doubles } from "../../input/duckdb/vectors.ts";
import type { CopyTarget, RowSource } from "../../input/index.ts";
import {
  type AddedColumns,
  type CalibratedBatch,
  type CalibratedWriter,
  memberSeparator,
} from "../calibrated-writer.ts";
import type { OutputFormat } from "../output-format.ts";
import { uniqueNames } from "../unique-names.ts";

/** Rows that DuckDB takes at once. */
const chunkRows = 2048;
/** A row group of Parquet is held in memory; it has no more cells than this, and no more rows than is usual. */
const cellsPerGroup = 16_777_216;
const mostRowsPerGroup = 122_880;

/** Where the rows come from and go to. */
export interface TableCopy {
  /** Whose columns are kept; undefined to write only what is added. */
  readonly source: RowSource | undefined;
  readonly skipsMalformed: boolean;
  readonly added: AddedColumns;
  readonly output: OutputFormat;
  /** A file that does not exist yet. */
  readonly path: string;
  /** A folder for what does not fit in memory. */
  readonly spill: string;
  readonly signal: AbortSignal | undefined;
}

const targets: Readonly<Record<OutputFormat["format"], CopyTarget>> = {
  csv: "text",
  tsv: "text",
  npy: "text",
  jsonl: "json",
  json: "json",
  parquet: "typed",
};

async function openDuckDB({ source, path, spill }: TableCopy): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    temp_directory: spill,
    memory_limit: "1GB",
  });
  const connection = await instance.connect();
  try {
    const allowed = [path, ...(source === undefined ? [] : [source.path])].flatMap((p) => [literal(p), pathLiteral(p)]);
    for (const setting of [
      "preserve_insertion_order = true",
      "threads = 1",
      "TimeZone = 'UTC'",
      `allowed_paths = [${allowed.join(", ")}]`,
      "enable_external_access = false",
      "lock_configuration = true",
    ])
      await connection.run(`SET ${setting}`);
  } finally {
    connection.closeSync();
  }
  return instance;
}

/** The expressions of the added columns over the table of calibrated values `b`. */
function addedSelect({ added, output, source }: TableCopy): string[] {
  const hasComma = targets[output.format] === "text" && source?.dialect?.decimalComma === true;
  const number = (sql: string) => (hasComma ? `replace(CAST(${sql} AS VARCHAR), '.', ',')` : sql);
  const confidence =
    added.confidence === undefined ? [] : [`${number("b.confidence")} AS ${identifier(added.confidence)}`];
  const words = (added.words ?? []).map(
    ({ name, values }, i) =>
      `([${values.map(literal).join(", ")}])[CAST(b.w${i} AS INTEGER) + 1] AS ${identifier(name)}`,
  );
  const whole = new Set(added.wholeNumbers);
  const numbers = (added.numbers ?? []).map((name, i) =>
    whole.has(name)
      ? `CAST(b.n${i} AS BIGINT) AS ${identifier(name)}`
      : `${number(finite(`b.n${i}`, output))} AS ${identifier(name)}`,
  );
  const sets = setSelect(added, output);
  if (added.classes === undefined) return [...confidence, ...numbers, ...words, ...sets];
  const { prediction, names, probabilities } = added.classes;
  const areIndices = names.every((name, k) => name === String(k));
  const predicted = areIndices
    ? "CAST(b.prediction AS INTEGER)"
    : `([${names.map(literal).join(", ")}])[CAST(b.prediction AS INTEGER) + 1]`;
  const probability = (k: number) => number(`CASE WHEN b.confidence IS NOT NULL THEN b.p[${k + 1}] END`);
  const each = probabilities.map((name, k) => `${probability(k)} AS ${identifier(name)}`);
  return [`${predicted} AS ${identifier(prediction)}`, ...confidence, ...each, ...numbers, ...words, ...sets];
}

/** JSON has no infinite numbers. */
function finite(sql: string, { format }: OutputFormat): string {
  return targets[format] === "json" ? `CASE WHEN isfinite(${sql}) THEN ${sql} END` : sql;
}

/** Sets as lists where there are lists, else as one text; an empty text is an empty set, and nothing is a bad row. */
function setSelect({ sets }: AddedColumns, { format }: OutputFormat): string[] {
  if (sets === undefined) return [];
  const separator = `chr(${memberSeparator.charCodeAt(0)})`;
  const list = `CASE WHEN b.size = 0 THEN []::VARCHAR[] ELSE string_split(b.members, ${separator}) END`;
  const members = targets[format] === "text" ? `replace(b.members, ${separator}, ' | ')` : list;
  return [`${members} AS ${identifier(sets.members)}`, `b.size AS ${identifier(sets.size)}`];
}

function columnsOf({ source, added }: TableCopy): number {
  const own = added.classes === undefined ? 1 : 2 + added.classes.probabilities.length;
  return (
    (source?.names.length ?? 0) + own + (added.words?.length ?? 0) + (added.numbers?.length ?? 0) + (added.sets ? 2 : 0)
  );
}

/** The table of what is added: names with their types, in the order of the vectors of a chunk. */
function addedTable({
  classes,
  words = [],
  numbers = [],
  sets,
}: AddedColumns): (readonly [name: string, type: DuckDBType])[] {
  return [
    ["confidence", DOUBLE],
    ...words.map((_, i) => [`w${i}`, DOUBLE] as const),
    ...numbers.map((_, i) => [`n${i}`, DOUBLE] as const),
    ...(classes === undefined ? [] : [["prediction", DOUBLE] as const]),
    ...(classes === undefined || classes.probabilities.length === 0
      ? []
      : [["p", ARRAY(DOUBLE, classes.names.length)] as const]),
    ...(sets === undefined ? [] : [["members", VARCHAR] as const, ["size", INTEGER] as const]),
  ];
}

function copyOptions(copy: TableCopy): string {
  const { output, source } = copy;
  const { format, compression } = output;
  const groupRows = Math.min(mostRowsPerGroup, Math.ceil(cellsPerGroup / columnsOf(copy) / chunkRows) * chunkRows);
  const packed = compression === "none" ? "" : `, COMPRESSION ${compression}`;
  const delimiter = format === "tsv" ? "\t" : (source?.dialect?.delimiter ?? ",");
  switch (format) {
    case "parquet":
      return `FORMAT parquet, ROW_GROUP_SIZE ${groupRows}, USE_TMP_FILE false`;
    case "jsonl":
      return `FORMAT json, USE_TMP_FILE false${packed}`;
    case "json":
      return `FORMAT json, ARRAY true, USE_TMP_FILE false${packed}`;
    default:
      return `FORMAT csv, HEADER, DELIMITER ${literal(delimiter)}, USE_TMP_FILE false${packed}`;
  }
}

class TableWriter implements CalibratedWriter {
  readonly #copy: TableCopy;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #appender: DuckDBAppender;
  readonly #chunk: DuckDBDataChunk;
  #rows = 0;
  #kept = 0;
  /** The vectors of the last chunk had no nulls: they are filled again, as making new ones is slow and takes memory. */
  #isReusable = false;
  #isOpen = true;

  constructor(copy: TableCopy, instance: DuckDBInstance, connection: DuckDBConnection, appender: DuckDBAppender) {
    this.#copy = copy;
    this.#instance = instance;
    this.#connection = connection;
    this.#appender = appender;
    const types = addedTable(copy.added).map(([, type]) => type);
    this.#chunk = DuckDBDataChunk.create(types, chunkRows);
  }

  async write(batch: CalibratedBatch): Promise<void> {
    let next = 0;
    for (let start = 0; start < batch.rows; start += chunkRows) {
      const rows = Math.min(chunkRows, batch.rows - start);
      next = this.#append(batch, start, rows, next);
    }
    // The appender keeps up to 204 800 rows outside of the memory limit, however wide they are.
    this.#appender.flushSync();
    this.#rows += batch.rows;
    this.#kept += batch.keep?.length ?? batch.rows;
  }

  /** Appends some rows; `first` is the first good row not yet written, and the next one is returned. */
  #append(
    { keep, confidences, classes, words = [], numbers = [], sets }: CalibratedBatch,
    start: number,
    rows: number,
    first: number,
  ): number {
    let end = first;
    if (keep === undefined) end += rows;
    else while (end < keep.length && keep[end]! < start + rows) end++;
    const at = keep?.subarray(first, end);
    const isWhole = end - first === rows;
    if (!(isWhole && this.#isReusable && this.#chunk.rowCount === rows)) {
      this.#chunk.reset();
      this.#chunk.rowCount = rows;
    }
    this.#isReusable = isWhole && sets === undefined;
    this.#column(0, confidences, first, end, start, at);
    [...words, ...numbers].forEach((values, i) => {
      this.#column(1 + i, values, first, end, start, at);
    });
    if (classes !== undefined) {
      this.#column(1 + words.length + numbers.length, classes.predictions, first, end, start, at);
      if (this.#hasProbabilities) this.#probabilities(classes.probabilities, first, end, start, at);
    }
    if (sets !== undefined) this.#sets(sets, first, end, start, at);
    this.#appender.appendDataChunk(this.#chunk);
    return end;
  }

  /** Writes values `first` to `end`; with positions `at` they belong to some rows only, and the others get nothing. */
  #column(
    column: number,
    values: Float64Array | Int32Array,
    first: number,
    end: number,
    start: number,
    at: Int32Array | undefined,
  ): void {
    const vector = this.#chunk.getColumnVector(column);
    if (at === undefined) doubles(vector).set(values.subarray(first, end));
    else {
      for (let i = 0; i < vector.itemCount; i++) vector.setItem(i, null);
      for (let i = first; i < end; i++) vector.setItem(at[i - first]! - start, values[i]!);
    }
    vector.flush();
  }

  /** As `#column`, for rows of numbers; where there is nothing, anything is written, and not read. */
  #probabilities({ data, cols }: Matrix, first: number, end: number, start: number, at: Int32Array | undefined): void {
    const { words = [], numbers = [] } = this.#copy.added;
    const vector = this.#chunk.getColumnVector(2 + words.length + numbers.length);
    const items = arrayDoubles(vector);
    if (at === undefined) items.set(data.subarray(first * cols, end * cols));
    else
      for (let i = first; i < end; i++)
        items.set(data.subarray(i * cols, (i + 1) * cols), (at[i - first]! - start) * cols);
    vector.flush();
  }

  /** As `#column`, for the last two columns. */
  #sets(
    { members, sizes }: NonNullable<CalibratedBatch["sets"]>,
    first: number,
    end: number,
    start: number,
    at: Int32Array | undefined,
  ): void {
    const last = this.#chunk.columnCount - 1;
    const texts = this.#chunk.getColumnVector(last - 1);
    const counts = this.#chunk.getColumnVector(last);
    for (let i = 0; at !== undefined && i < texts.itemCount; i++) {
      texts.setItem(i, null);
      counts.setItem(i, null);
    }
    for (let i = first; i < end; i++) {
      const place = at === undefined ? i - first : at[i - first]! - start;
      texts.setItem(place, members[i]!);
      counts.setItem(place, sizes[i]!);
    }
    texts.flush();
    counts.flush();
  }

  get #hasProbabilities(): boolean {
    return (this.#copy.added.classes?.probabilities.length ?? 0) > 0;
  }

  async finish(): Promise<void> {
    const { source, skipsMalformed, output, path, signal } = this.#copy;
    this.#appender.flushSync();
    this.#appender.closeSync();
    signal?.throwIfAborted();
    const query = await source?.query(targets[output.format], skipsMalformed);
    const names = uniqueNames(source?.names ?? []);
    const own = query?.select.map((sql, i) => `${sql} AS ${identifier(names[i]!)}`) ?? [];
    const from = query === undefined ? "added AS b" : `${query.from} AS a POSITIONAL JOIN added AS b`;
    const select = [...own, ...addedSelect(this.#copy)].join(", ");
    const { onlyKept = false } = this.#copy.added;
    const where = onlyKept ? " WHERE b.confidence IS NOT NULL" : "";
    const interrupt = () => this.#connection.interrupt();
    signal?.addEventListener("abort", interrupt, { once: true });
    try {
      const copied = await this.#connection.run(
        `COPY (SELECT ${select} FROM ${from}${where}) TO ${literal(path)} (${copyOptions(this.#copy)})`,
      );
      const rows = copied.rowsChanged;
      const expected = onlyKept ? this.#kept : this.#rows;
      if (rows !== expected)
        throw new BadInput(`the input changed while it was read: it had ${expected} rows, then ${rows}`);
    } catch (error) {
      signal?.throwIfAborted();
      throw explained(error);
    } finally {
      signal?.removeEventListener("abort", interrupt);
    }
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

/** A full disk is the user's to clear; anything else is a defect. */
function explained(error: unknown): unknown {
  const text = error instanceof Error ? error.message : "";
  return /No space left on device|disk quota/i.test(text)
    ? new BadInput("cannot write: the disk is full", { cause: error })
    : error;
}

/**
 * Writes all columns of a file and what is added to them, in the order of the file. What is added waits in a table of
 * DuckDB, which moves it to disk beyond a gigabyte; the file is then read once more and both are written side by side.
 */
export async function openTableWriter(copy: TableCopy): Promise<CalibratedWriter> {
  const instance = await openDuckDB(copy);
  try {
    const connection = await instance.connect();
    const columns = addedTable(copy.added).map(([name, type]) => `${name} ${type}`);
    await connection.run(`CREATE TABLE added (${columns.join(", ")})`);
    return new TableWriter(copy, instance, connection, await connection.createAppender("added"));
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}
