import { type Column, type ColumnBatch, type ColumnRequest, type Field, gap, type StreamOptions } from "@candor/input";
import type { FileTable } from "../file-table.ts";

/** Numbers in memory as a table: one column each, or one array of several numbers per row. */
export class MembersTable implements FileTable {
  readonly file: string;
  readonly fields: readonly Field[];
  readonly named: boolean;
  readonly rows: number;
  readonly notes: readonly string[];
  readonly malformed = 0;
  readonly #data: Float64Array;
  readonly #width: number;
  readonly #bad: Uint8Array | undefined;
  #read = 0;

  /**
   * @param file what to call it in messages and reports
   * @param data rows × width numbers
   * @param names of the columns; undefined for one array
   * @param bad rows without numbers, marked 1
   */
  constructor(
    file: string,
    data: Float64Array,
    width: number,
    names: readonly string[] | undefined,
    bad: Uint8Array | undefined,
    notes: readonly string[],
  ) {
    this.file = file;
    this.rows = data.length / width;
    this.notes = notes;
    this.named = names !== undefined;
    this.fields =
      names?.map((name) => ({ name, kind: "number" as const })) ??
      (width === 1 ? [{ name: file, kind: "number" }] : [{ name: file, kind: "matrix", width }]);
    this.#data = data;
    this.#width = width;
    this.#bad = bad;
  }

  async width(field: Field): Promise<number | undefined> {
    return field.width;
  }

  async *stream(requests: readonly ColumnRequest[], options: StreamOptions): AsyncGenerator<ColumnBatch> {
    this.#read = 0;
    for (let start = 0; start < this.rows; start += options.batchRows) {
      options.signal?.throwIfAborted();
      const rows = Math.min(options.batchRows, this.rows - start);
      this.#read = start + rows;
      yield { rows, columns: requests.map((request) => this.#column(request, start, rows)) };
    }
  }

  #column(request: ColumnRequest, start: number, rows: number): Column {
    if (request.as !== "number" && request.as !== "block")
      throw new TypeError(`a member gives numbers, not a column as ${request.as}`);
    const fields = request.as === "number" ? [request.field] : request.fields;
    const isWhole = fields.length === 1 && fields[0]!.kind === "matrix";
    const places = isWhole
      ? Array.from({ length: this.#width }, (_, k) => k)
      : fields.map((field) => this.fields.indexOf(field));
    const width = places.length;
    const values = new Float64Array(rows * width);
    const bad = this.#bad?.subarray(start, start + rows);
    const gaps = bad?.includes(1) ? new Uint8Array(values.length) : undefined;
    for (let i = 0; i < rows; i++)
      for (let k = 0; k < width; k++) {
        const isBad = bad?.[i] === 1;
        values[i * width + k] = isBad ? Number.NaN : this.#data[(start + i) * this.#width + places[k]!]!;
        if (isBad && gaps) gaps[i * width + k] = gap.missing;
      }
    return request.as === "number" ? { as: "number", values, gaps } : { as: "block", values, width, gaps };
  }

  progress(): number | undefined {
    return this.rows === 0 ? undefined : this.#read / this.rows;
  }

  async place(row: number): Promise<string> {
    return `row ${row}`;
  }

  async textAt(): Promise<string | undefined> {
    return undefined;
  }

  async rowSource(): Promise<undefined> {
    return undefined;
  }

  async close(): Promise<void> {}
}
