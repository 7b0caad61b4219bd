import {
  BadInput,
  type ColumnBatch,
  type ColumnRequest,
  type Field,
  nameList,
  type StreamOptions,
  type Table,
} from "@candor/input";
import {
  type DecodedArray,
  type FileMetaData,
  type ParquetScan,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
} from "hyparquet";
import { decompressors } from "./decompressors.ts";
import { parquetBuilder } from "./parquet-builders.ts";
import { type ParquetField, parquetField } from "./parquet-field.ts";
import { valueText } from "./value-text.ts";

const asMs = (micros: bigint): number => Number(micros) / 1000;

/** Dates and moments as milliseconds, to the microsecond. */
const parsers = {
  timestampFromMilliseconds: Number,
  timestampFromMicroseconds: asMs,
  timestampFromNanoseconds: (nanos: bigint): number => asMs(nanos / 1000n),
  dateFromDays: (days: number): number => days * 86_400_000,
  jsonFromBytes: (bytes: Uint8Array): string => new TextDecoder().decode(bytes),
};

/** A Parquet file that a browser holds; of each row group only the columns asked for are read. */
class ParquetTable implements Table {
  readonly named = true;
  readonly notes: readonly string[] = [];
  readonly malformed = 0;
  readonly file: string;
  readonly rows: number;
  readonly fields: readonly ParquetField[];
  readonly #scan: ParquetScan;
  #done = 0;

  constructor(file: string, fields: readonly ParquetField[], scan: ParquetScan) {
    this.file = file;
    this.fields = fields;
    this.rows = Number(scan.metadata.num_rows);
    this.#scan = scan;
  }

  async width(field: Field): Promise<number | undefined> {
    const { name, kind } = this.#field(field);
    if (kind !== "list") return undefined;
    for (const range of this.#scan.ranges)
      for (const list of await this.#read(name, range))
        if (Array.isArray(list) || ArrayBuffer.isView(list)) return Object.values(list).length;
    return undefined;
  }

  async *stream(requests: readonly ColumnRequest[], options: StreamOptions): AsyncGenerator<ColumnBatch> {
    const { batchRows, signal } = options;
    const builders = requests.map((request) => parquetBuilder(request, (field) => this.#field(field), this.#tooMany));
    let rows = 0;
    this.#done = 0;
    for (const builder of builders) builder.begin(batchRows);
    for (const range of this.#scan.ranges) {
      const names = new Set(builders.flatMap(({ fields }) => fields.map(({ name }) => name)));
      const columns = new Map<string, DecodedArray>();
      for (const name of names) {
        signal?.throwIfAborted();
        columns.set(name, await this.#read(name, range));
      }
      const size = range.rowEnd - range.rowStart;
      for (let from = 0; from < size; ) {
        signal?.throwIfAborted();
        const count = Math.min(size - from, batchRows - rows);
        for (const builder of builders) {
          const read = builder.fields.map(({ name }) => columns.get(name) ?? []);
          builder.take(read, from, count, rows);
        }
        from += count;
        rows += count;
        this.#done += count;
        if (rows < batchRows) continue;
        yield { rows, columns: builders.map((builder) => builder.end(rows)) };
        rows = 0;
        for (const builder of builders) builder.begin(batchRows);
      }
    }
    if (rows > 0) yield { rows, columns: builders.map((builder) => builder.end(rows)) };
  }

  async #read(column: string, range: { readonly rowStart: number; readonly rowEnd: number }): Promise<DecodedArray> {
    return this.#scan.readColumn({ column, ...range }).catch((cause: unknown) => {
      throw damaged(this.file, cause);
    });
  }

  readonly #tooMany = (request: ColumnRequest & { as: "category" }): BadInput => {
    const column = request.field.name;
    return new BadInput(
      `${this.file}, column ${nameList([column])}: more than ${request.limit} different values, ${request.purpose}`,
      { file: this.file, column },
    );
  };

  #field(field: Field): ParquetField {
    const found = this.fields.find((candidate) => candidate === field);
    if (found === undefined) throw new TypeError(`field ${field.name} is not of this table`);
    return found;
  }

  progress(): number {
    return this.rows === 0 ? 1 : this.#done / this.rows;
  }

  async place(row: number): Promise<string> {
    return `row ${row}`;
  }

  async textAt(field: Field, row: number): Promise<string | undefined> {
    const own = this.#field(field);
    const range = this.#scan.ranges.find(({ rowEnd }) => row <= rowEnd);
    if (range === undefined) return undefined;
    const values = await this.#read(own.name, range);
    return valueText(values[row - 1 - range.rowStart], own) ?? undefined;
  }

  async close(): Promise<void> {
    this.#done = 0;
  }
}

function damaged(file: string, cause: unknown): BadInput {
  return new BadInput(`${file}: not a whole Parquet file: it is cut off or damaged`, { file, cause });
}

/**
 * Opens a Parquet file.
 *
 * @param blob the file
 * @param file as the user named it
 * @throws {BadInput} when it is not a whole Parquet file
 */
export async function openParquetBlob(blob: Blob, file: string): Promise<Table> {
  const buffer = {
    byteLength: blob.size,
    slice: (start: number, end?: number): Promise<ArrayBuffer> => blob.slice(start, end).arrayBuffer(),
  };
  const refuse = (cause: unknown): never => {
    throw damaged(file, cause);
  };
  const metadata: FileMetaData = await parquetMetadataAsync(buffer, { geoparquet: false }).catch(refuse);
  const fields = parquetSchema(metadata).children.map(parquetField);
  const compressors = await decompressors(metadata);
  const options = { file: buffer, metadata, parsers, compressors, geoparquet: false, useOffsetIndex: false };
  const scan = await parquetScan(options).catch(refuse);
  return new ParquetTable(file, fields, scan);
}
