import { CategoryCodes } from "../category-codes.ts";
import { readMoment } from "../read-moment.ts";
import { type Column, type ColumnRequest, type Field, gap } from "../table.ts";
import { ByteCodes } from "./byte-codes.ts";
import type { CellText } from "./cell-text.ts";
import { isNoNumber, listOfText, numberOfBytes, numberOfText } from "./read-number.ts";
import type { RowSplitter } from "./row-splitter.ts";

/** Some rows as bytes, and where their values are. */
export interface SplitBytes {
  readonly bytes: Uint8Array;
  readonly split: RowSplitter;
  readonly columns: number;
}

/** Gathers the values of one requested column into batches. */
export interface CsvBuilder {
  /** Begins a batch with room for so many rows. */
  begin(capacity: number): void;
  /** Takes `count` rows, from row `from` on, to row `at` of the batch. */
  take(rows: SplitBytes, from: number, count: number, at: number): void;
  /** The batch, cut to so many rows. */
  end(rows: number): Column;
}

/** What builders need to know of the file. */
export interface CsvCells {
  readonly text: CellText;
  readonly decimalComma: boolean;
  /** Position of a field in a row. */
  position(field: Field): number;
}

/** Numbers of one column into cells of a block: `stride` cells per row, from cell `offset` on. */
class NumberCells {
  values = new Float64Array(0);
  gaps: Uint8Array | undefined;
  readonly #cells: CsvCells;

  constructor(cells: CsvCells) {
    this.#cells = cells;
  }

  begin(capacity: number): void {
    this.values = new Float64Array(capacity);
    this.gaps = undefined;
  }

  leave(cell: number, code: number): void {
    this.gaps ??= new Uint8Array(this.values.length);
    this.gaps[cell] = code;
    this.values[cell] = Number.NaN;
  }

  take(
    { bytes, split, columns }: SplitBytes,
    column: number,
    from: number,
    count: number,
    cell: number,
    stride = 1,
  ): void {
    const { decimalComma } = this.#cells;
    const { starts, ends } = split;
    const { values } = this;
    for (let i = 0, f = from * columns + column, c = cell; i < count; i++, f += columns, c += stride) {
      const end = ends[f]!;
      const value = end < 0 ? Number.NaN : numberOfBytes(bytes, starts[f]!, end, decimalComma);
      if (Number.isNaN(value)) this.#read(bytes, starts[f]!, end, c);
      else values[c] = value;
    }
  }

  /** Reads what is written in no usual way, or nothing. */
  #read(bytes: Uint8Array, start: number, end: number, cell: number): void {
    const { text, decimalComma } = this.#cells;
    const written = start === end ? "" : text.of(bytes, start, end);
    const value = numberOfText(decimalComma ? written.replaceAll(",", ".") : written);
    if (value !== undefined) this.values[cell] = value;
    else this.leave(cell, isNoNumber(written) ? gap.missing : gap.notANumber);
  }
}

function numbers(cells: CsvCells, field: Field, as: "number" | "time"): CsvBuilder {
  const column = cells.position(field);
  const into = new NumberCells(cells);
  return {
    begin: (capacity) => into.begin(capacity),
    take: (rows, from, count, at) => into.take(rows, column, from, count, at),
    end(rows) {
      const [values, gaps] = [into.values.subarray(0, rows), into.gaps?.subarray(0, rows)];
      return as === "number" ? { as, values, gaps } : { as, values, gaps, kind: "number" };
    },
  };
}

function dates(cells: CsvCells, field: Field): CsvBuilder {
  const column = cells.position(field);
  const into = new NumberCells(cells);
  return {
    begin: (capacity) => into.begin(capacity),
    take({ bytes, split, columns }, from, count, at) {
      for (let i = 0; i < count; i++) {
        const f = (from + i) * columns + column;
        const written = cells.text.of(bytes, split.starts[f]!, split.ends[f]!);
        const value = readMoment(written);
        if (value !== undefined) into.values[at + i] = value;
        else into.leave(at + i, isNoNumber(written) ? gap.missing : gap.notANumber);
      }
    },
    end: (rows) => ({
      as: "time",
      values: into.values.subarray(0, rows),
      gaps: into.gaps?.subarray(0, rows),
      kind: "date",
    }),
  };
}

function categories(cells: CsvCells, field: Field, limit: number, tooMany: () => Error): CsvBuilder {
  const column = cells.position(field);
  const codes = new CategoryCodes(limit, tooMany);
  const known = new ByteCodes(codes, (bytes, start, end) => cells.text.of(bytes, start, end));
  let out = new Int32Array(0);
  return {
    begin(capacity) {
      out = new Int32Array(capacity);
    },
    take({ bytes, split, columns }, from, count, at) {
      for (let i = 0, f = from * columns + column; i < count; i++, f += columns) {
        const start = split.starts[f]!;
        const end = split.ends[f]!;
        out[at + i] =
          start === end ? -1 : end < 0 ? codes.code(cells.text.of(bytes, start, end)) : known.code(bytes, start, end);
      }
    },
    end: (rows) => ({ as: "category", codes: out.subarray(0, rows), values: codes.values }),
  };
}

function texts(cells: CsvCells, field: Field): CsvBuilder {
  const column = cells.position(field);
  let values: (string | null)[] = [];
  return {
    begin() {
      values = [];
    },
    take({ bytes, split, columns }, from, count) {
      for (let i = 0; i < count; i++) {
        const f = (from + i) * columns + column;
        values.push(split.starts[f] === split.ends[f] ? null : cells.text.of(bytes, split.starts[f]!, split.ends[f]!));
      }
    },
    end: (rows) => ({ as: "text", values: values.slice(0, rows) }),
  };
}

function listBlock(cells: CsvCells, field: Field, width: number): CsvBuilder {
  const column = cells.position(field);
  const into = new NumberCells(cells);
  return {
    begin: (capacity) => into.begin(capacity * width),
    take({ bytes, split, columns }, from, count, at) {
      for (let i = 0; i < count; i++) {
        const f = (from + i) * columns + column;
        const written = cells.text.of(bytes, split.starts[f]!, split.ends[f]!);
        const list = listOfText(written);
        const cell = (at + i) * width;
        const absent = list === undefined && !isNoNumber(written) ? gap.notANumber : gap.missing;
        for (let j = 0; j < width; j++) {
          const value = list?.[j];
          if (value === undefined) into.leave(cell + j, absent);
          else into.values[cell + j] = value;
        }
        if (list !== undefined && list.length !== width) into.leave(cell, gap.wrongLength);
      }
    },
    end: (rows) => block(into, rows, width),
  };
}

function columnBlock(cells: CsvCells, fields: readonly Field[]): CsvBuilder {
  const width = fields.length;
  const columns = fields.map((field) => cells.position(field));
  const into = new NumberCells(cells);
  return {
    begin: (capacity) => into.begin(capacity * width),
    take(rows, from, count, at) {
      columns.forEach((column, j) => {
        into.take(rows, column, from, count, at * width + j, width);
      });
    },
    end: (rows) => block(into, rows, width),
  };
}

function block({ values, gaps }: NumberCells, rows: number, width: number): Column {
  return { as: "block", values: values.subarray(0, rows * width), width, gaps: gaps?.subarray(0, rows * width) };
}

/**
 * The builder for a request.
 *
 * @param tooMany makes the error for a category with too many values
 */
export function csvBuilder(
  request: ColumnRequest,
  cells: CsvCells,
  tooMany: (request: ColumnRequest & { as: "category" }) => Error,
): CsvBuilder {
  switch (request.as) {
    case "number":
      return numbers(cells, request.field, "number");
    case "time":
      return request.field.kind === "number" ? numbers(cells, request.field, "time") : dates(cells, request.field);
    case "category":
      return categories(cells, request.field, request.limit, () => tooMany(request));
    case "text":
      return texts(cells, request.field);
    case "block":
      return request.fields.length === 1 && (request.width > 1 || request.fields[0]!.kind === "list")
        ? listBlock(cells, request.fields[0]!, request.width)
        : columnBlock(cells, request.fields);
  }
}
