import {
  BadInput,
  CategoryCodes,
  type Column,
  type ColumnBatch,
  type ColumnRequest,
  type Field,
  gap,
  nameList,
  type StreamOptions,
} from "@candor/input";
import type { FileTable } from "../file-table.ts";
import type { NpyArray } from "./npy-array.ts";
import { datesToMs, decodeNumbers, decodeTexts } from "./npy-values.ts";

interface ArrayField extends Field {
  readonly array: NpyArray;
  readonly rows: number;
}

function describe(array: NpyArray): ArrayField | undefined {
  const { kind, shape } = array.header;
  const [rows, width = 1] = shape;
  if (rows === undefined || shape.length > 2) return undefined;
  const single = kind === "U" || kind === "S" ? "text" : kind === "M" ? "time" : kind === "b" ? "boolean" : "number";
  if (width === 1) return { name: array.name, kind: single, array, rows };
  return { name: array.name, kind: single === "number" ? "matrix" : "other", width, array, rows };
}

/** Rows `start` to `start + rows` of an array, its numbers to `out` from position `at`, `stride` places per row. */
async function readInto(
  { array, rows: length, width = 1 }: ArrayField,
  start: number,
  rows: number,
  out: Float64Array,
  at: number,
  stride: number,
): Promise<void> {
  const { header } = array;
  if (!header.fortranOrder && width === stride)
    return decodeNumbers(await array.read(start * width, rows * width), header, out, at, 1);
  for (let j = 0; j < width; j++)
    decodeNumbers(await array.read(j * length + start, rows), header, out, at + j, stride);
}

async function readNumbers(field: ArrayField, start: number, rows: number): Promise<Float64Array> {
  const out = new Float64Array(rows);
  await readInto(field, start, rows, out, 0, 1);
  return out;
}

function missingGaps(values: Float64Array): Uint8Array | undefined {
  let gaps: Uint8Array | undefined;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i])) continue;
    gaps ??= new Uint8Array(values.length);
    gaps[i] = gap.missing;
  }
  return gaps;
}

async function readTexts(field: ArrayField, start: number, rows: number): Promise<string[]> {
  const { header } = field.array;
  if (header.kind === "U" || header.kind === "S") return decodeTexts(await field.array.read(start, rows), header);
  const numbers = await readNumbers(field, start, rows);
  if (header.kind === "M" && datesToMs(numbers, header.unit))
    return Array.from(numbers, (ms) => (Number.isNaN(ms) ? "" : new Date(ms).toISOString()));
  return Array.from(numbers, String);
}

/** NPY arrays with the same number of rows, side by side. */
export class ArrayTable implements FileTable {
  readonly file: string;
  readonly rows: number;
  readonly fields: readonly ArrayField[];
  readonly named: boolean;
  readonly notes: readonly string[] = [];
  readonly malformed = 0;
  readonly #arrays: readonly NpyArray[];
  #read = 0;

  /**
   * @param file as the user named it
   * @param named the arrays have names of their own
   * @throws {BadInput} when no array has one or two dimensions
   */
  constructor(file: string, arrays: readonly NpyArray[], named: boolean) {
    this.file = file;
    this.named = named;
    this.#arrays = arrays;
    const described = arrays.flatMap((array) => describe(array) ?? []);
    if (described.length === 0) {
      const shapes = arrays.map(({ header }) => header.shape.join(" × ") || "a single number");
      throw new BadInput(`${file}: expected an array of n or n × k values, got ${shapes.join(", ")}`, { file });
    }
    this.rows = Math.max(...described.map((field) => field.rows));
    this.fields = described;
  }

  async width(field: Field): Promise<number | undefined> {
    return field.width;
  }

  async *stream(requests: readonly ColumnRequest[], options: StreamOptions): AsyncGenerator<ColumnBatch> {
    const read = requests.map((request) => this.#reader(request));
    this.#read = 0;
    for (let start = 0; start < this.rows; start += options.batchRows) {
      options.signal?.throwIfAborted();
      const rows = Math.min(options.batchRows, this.rows - start);
      const columns: Column[] = [];
      for (const readColumn of read) columns.push(await readColumn(start, rows));
      this.#read = start + rows;
      yield { rows, columns };
    }
  }

  #reader(request: ColumnRequest): (start: number, rows: number) => Promise<Column> {
    switch (request.as) {
      case "number": {
        const field = this.#numeric(request.field);
        return async (start, rows) => ({
          as: "number",
          values: await readNumbers(field, start, rows),
          gaps: undefined,
        });
      }
      case "block":
        return this.#blockReader(request.fields, request.width);
      case "time":
        return this.#timeReader(request.field);
      case "category": {
        const field = this.#field(request.field);
        const codes = new CategoryCodes(request.limit, () =>
          this.#complaint(field, `more than ${request.limit} different values, ${request.purpose}`),
        );
        return async (start, rows) => ({
          as: "category",
          codes: await this.#codes(field, codes, start, rows),
          values: codes.values,
        });
      }
      case "text": {
        const field = this.#field(request.field);
        return async (start, rows) => {
          const values = await readTexts(field, start, rows);
          return { as: "text", values: values.map((value) => (value === "" ? null : value)) };
        };
      }
    }
  }

  #blockReader(fields: readonly Field[], width: number): (start: number, rows: number) => Promise<Column> {
    const arrays = fields.map((field) => this.#numeric(field));
    return async (start, rows) => {
      const values = new Float64Array(rows * width);
      for (let j = 0; j < arrays.length; j++) await readInto(arrays[j]!, start, rows, values, j, width);
      return { as: "block", values, width, gaps: undefined };
    };
  }

  #timeReader(wanted: Field): (start: number, rows: number) => Promise<Column> {
    const field = wanted.kind === "time" ? this.#field(wanted) : this.#numeric(wanted);
    if (field.kind !== "time")
      return async (start, rows) => {
        return { as: "time", values: await readNumbers(field, start, rows), gaps: undefined, kind: "number" };
      };
    const { unit } = field.array.header;
    return async (start, rows) => {
      const values = await readNumbers(field, start, rows);
      if (!datesToMs(values, unit)) throw this.#complaint(field, `dates in the unit "${unit}" are not read`);
      return { as: "time", values, gaps: missingGaps(values), kind: "date" };
    };
  }

  async #codes(field: ArrayField, codes: CategoryCodes, start: number, rows: number): Promise<Int32Array> {
    const out = new Int32Array(rows);
    if (field.kind !== "number" && field.kind !== "boolean") {
      const texts = await readTexts(field, start, rows);
      for (let i = 0; i < rows; i++) out[i] = texts[i] === "" ? -1 : codes.code(texts[i]!);
      return out;
    }
    const values = await readNumbers(field, start, rows);
    const known = new Map<number, number>();
    for (let i = 0; i < rows; i++) {
      const value = values[i]!;
      let code = known.get(value);
      if (code === undefined) {
        code = Number.isNaN(value) ? -1 : codes.code(String(value));
        known.set(value, code);
      }
      out[i] = code;
    }
    return out;
  }

  #field(field: Field): ArrayField {
    const found = this.fields.find((candidate) => candidate === field);
    if (found === undefined) throw new TypeError(`field ${field.name} is not of this table`);
    if (found.rows !== this.rows)
      throw this.#complaint(found, `${found.rows} rows, expected ${this.rows} as in the longest array`);
    return found;
  }

  #numeric(field: Field): ArrayField {
    const found = this.#field(field);
    if (found.kind === "text" || found.kind === "time" || found.kind === "other")
      throw this.#complaint(found, `expected numbers, got ${found.kind === "time" ? "dates" : "texts"}`);
    return found;
  }

  #complaint(field: Field, what: string): BadInput {
    const column = this.named ? `, column ${nameList([field.name])}` : "";
    return new BadInput(`${this.file}${column}: ${what}`, { file: this.file, column: field.name });
  }

  progress(): number | undefined {
    return this.rows === 0 ? undefined : this.#read / this.rows;
  }

  async place(row: number): Promise<string> {
    return `row ${row}`;
  }

  async textAt(field: Field, row: number): Promise<string | undefined> {
    return (await readTexts(this.#field(field), row - 1, 1))[0];
  }

  async rowSource(): Promise<undefined> {
    return undefined;
  }

  async close(): Promise<void> {
    for (const array of this.#arrays) await array.close();
  }
}
