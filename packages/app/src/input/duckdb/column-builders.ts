import { CategoryCodes, type Column, type ColumnRequest, type Field, gap } from "@candor/input";
import type { DuckDBDataChunk, DuckDBVector } from "@duckdb/node-api";
import { type DuckField, dateSql, listSql, numberSql, unreadableSql } from "./expressions.ts";
import { longTextHash, TextCodes } from "./text-codes.ts";
import { doubles, isValid, validityWords } from "./vectors.ts";

/** Gathers the chunks of one requested column into batches. */
export interface ColumnBuilder {
  /** The expressions it reads, in the order in which it reads them. */
  readonly select: readonly string[];
  /** Begins a batch with room for so many rows. */
  begin(capacity: number): void;
  /** Takes `count` rows of a chunk, from row `from` on, to row `at` of the batch; `first` is its first expression. */
  take(chunk: DuckDBDataChunk, first: number, from: number, count: number, at: number): void;
  /** The batch, cut to so many rows. */
  end(rows: number): Column;
}

function isTrue(vector: DuckDBVector | undefined, row: number): boolean {
  return vector?.getItem(row) === true;
}

function numbers(
  read: string,
  unreadable: readonly string[],
  finish: (values: Float64Array, gaps: Uint8Array | undefined) => Column,
): ColumnBuilder {
  let values = new Float64Array(0);
  let gaps: Uint8Array | undefined;
  return {
    select: [read, ...unreadable],
    begin(capacity) {
      values = new Float64Array(capacity);
      gaps = undefined;
    },
    take(chunk, first, from, count, at) {
      const vector = chunk.getColumnVector(first);
      values.set(doubles(vector).subarray(from, from + count), at);
      const validity = validityWords(vector);
      if (validity === undefined) return;
      const notNumbers = unreadable.length > 0 ? chunk.getColumnVector(first + 1) : undefined;
      for (let i = 0; i < count; i++) {
        if (isValid(validity, from + i)) continue;
        gaps ??= new Uint8Array(values.length);
        gaps[at + i] = isTrue(notNumbers, from + i) ? gap.notANumber : gap.missing;
        values[at + i] = Number.NaN;
      }
    },
    end: (rows) => finish(values.subarray(0, rows), gaps?.subarray(0, rows)),
  };
}

function categories(field: DuckField, limit: number, tooMany: () => Error): ColumnBuilder {
  const codes = new CategoryCodes(limit, tooMany);
  const encoder = new TextCodes(codes);
  const text = `CAST(${field.sql} AS VARCHAR)`;
  let out = new Int32Array(0);
  return {
    select: [text, longTextHash(text)],
    begin(capacity) {
      out = new Int32Array(capacity);
    },
    take(chunk, first, from, count, at) {
      encoder.encode(chunk.getColumnVector(first), () => chunk.getColumnVector(first + 1), from, count, out, at);
    },
    end: (rows) => ({ as: "category", codes: out.subarray(0, rows), values: codes.values }),
  };
}

function texts(field: DuckField): ColumnBuilder {
  let values: (string | null)[] = [];
  return {
    select: [`CAST(${field.sql} AS VARCHAR)`],
    begin(capacity) {
      values = new Array<string | null>(capacity).fill(null);
    },
    take(chunk, first, from, count, at) {
      const vector = chunk.getColumnVector(first);
      for (let i = 0; i < count; i++) {
        const value = vector.getItem(from + i);
        values[at + i] = value === null ? null : String(value);
      }
    },
    end: (rows) => ({ as: "text", values: values.slice(0, rows) }),
  };
}

/** What a block selects: its cells, per cell the flag for text that is no number, and the flag for a wrong length. */
interface BlockSelect {
  readonly select: readonly string[];
  /** Position of the flag for cell j, -1 where there is none. */
  readonly unreadable: readonly number[];
  readonly wrongLength: number;
}

function selectColumns(fields: readonly DuckField[]): BlockSelect {
  const select = fields.map((field) => numberSql(field));
  const unreadable = fields.map((field, j) => {
    const flag = unreadableSql(field, select[j]!);
    return flag.length > 0 ? select.push(...flag) - 1 : -1;
  });
  return { select, unreadable, wrongLength: -1 };
}

function selectList(field: DuckField, width: number): BlockSelect {
  const list = listSql(field);
  const select = Array.from({ length: width }, (_, j) => `(${list})[${j + 1}]`);
  const wrongLength = select.push(`CASE WHEN len(${list}) <> ${width} THEN true END`) - 1;
  const flag = unreadableSql(field, list);
  const at = flag.length > 0 ? select.push(...flag) - 1 : -1;
  return { select, unreadable: new Array<number>(width).fill(at), wrongLength };
}

function block({ select, unreadable, wrongLength }: BlockSelect, width: number): ColumnBuilder {
  let values = new Float64Array(0);
  let gaps: Uint8Array | undefined;
  const leave = (cell: number, code: number) => {
    gaps ??= new Uint8Array(values.length);
    gaps[cell] = code;
    values[cell] = Number.NaN;
  };
  return {
    select,
    begin(capacity) {
      values = new Float64Array(capacity * width);
      gaps = undefined;
    },
    take(chunk, first, from, count, at) {
      for (let j = 0; j < width; j++) {
        const vector = chunk.getColumnVector(first + j);
        const items = doubles(vector);
        for (let i = 0, cell = at * width + j; i < count; i++, cell += width) values[cell] = items[from + i]!;
        const validity = validityWords(vector);
        if (validity === undefined) continue;
        const flag = unreadable[j]!;
        const notNumbers = flag < 0 ? undefined : chunk.getColumnVector(first + flag);
        for (let i = 0; i < count; i++)
          if (!isValid(validity, from + i))
            leave((at + i) * width + j, isTrue(notNumbers, from + i) ? gap.notANumber : gap.missing);
      }
      if (wrongLength < 0) return;
      const wrong = chunk.getColumnVector(first + wrongLength);
      for (let i = 0; i < count; i++) if (isTrue(wrong, from + i)) leave((at + i) * width, gap.wrongLength);
    },
    end: (rows) => ({
      as: "block",
      values: values.subarray(0, rows * width),
      width,
      gaps: gaps?.subarray(0, rows * width),
    }),
  };
}

/**
 * The builder for a request.
 *
 * @param resolve the field as DuckDB sees it
 * @param tooMany makes the error for a category with too many values
 */
export function columnBuilder(
  request: ColumnRequest,
  resolve: (field: Field) => DuckField,
  tooMany: (request: ColumnRequest & { as: "category" }) => Error,
): ColumnBuilder {
  switch (request.as) {
    case "number": {
      const field = resolve(request.field);
      const read = numberSql(field);
      return numbers(read, unreadableSql(field, read), (values, gaps) => ({ as: "number", values, gaps }));
    }
    case "time": {
      const field = resolve(request.field);
      const kind = field.kind === "number" ? "number" : "date";
      const read = kind === "number" ? numberSql(field) : dateSql(field);
      return numbers(read, unreadableSql(field, read), (values, gaps) => ({ as: "time", values, gaps, kind }));
    }
    case "category":
      return categories(resolve(request.field), request.limit, () => tooMany(request));
    case "text":
      return texts(resolve(request.field));
    case "block": {
      const fields = request.fields.map(resolve);
      const isList = fields.length === 1 && (request.width > 1 || fields[0]!.kind === "list");
      return block(isList ? selectList(fields[0]!, request.width) : selectColumns(fields), request.width);
    }
  }
}
