import {
  CategoryCodes,
  type Column,
  type ColumnRequest,
  type Field,
  gap,
  isNoNumber,
  numberOfText,
  readMoment,
} from "@candor/input";
import type { DecodedArray } from "hyparquet";
import type { ParquetField } from "./parquet-field.ts";
import { decimalText, unscaled, valueText } from "./value-text.ts";

/** Gathers the values of one requested column into batches. */
export interface ParquetBuilder {
  /** The columns it reads. */
  readonly fields: readonly ParquetField[];
  /** Begins a batch with room for so many rows. */
  begin(capacity: number): void;
  /** Takes `count` values of each column, from position `from` on, to row `at` of the batch. */
  take(columns: readonly DecodedArray[], from: number, count: number, at: number): void;
  /** The batch, cut to so many rows. */
  end(rows: number): Column;
}

/** Cells of numbers with gaps. */
class Cells {
  values = new Float64Array(0);
  gaps: Uint8Array | undefined;

  begin(capacity: number): void {
    this.values = new Float64Array(capacity);
    this.gaps = undefined;
  }

  leave(cell: number, code: number): void {
    this.gaps ??= new Uint8Array(this.values.length);
    this.gaps[cell] = code;
    this.values[cell] = Number.NaN;
  }

  /** Puts a value of a column into a cell. */
  put(value: unknown, field: ParquetField, cell: number, asDate: boolean): void {
    if (value === null || value === undefined) this.leave(cell, gap.missing);
    else if (typeof value === "string") {
      const read = asDate ? readMoment(value) : numberOfText(value);
      if (read !== undefined) this.values[cell] = read;
      else this.leave(cell, isNoNumber(value) ? gap.missing : gap.notANumber);
    } else this.values[cell] = numberOf(value, field);
  }

  /** Puts values of a column into every `stride`th cell. */
  take(values: DecodedArray, field: ParquetField, from: number, count: number, cell: number, stride: number): void {
    if (values instanceof Float64Array || (values instanceof Int32Array && field.storage === "integer")) {
      for (let i = 0, c = cell; i < count; i++, c += stride) this.values[c] = values[from + i]!;
      return;
    }
    for (let i = 0, c = cell; i < count; i++, c += stride) this.put(values[from + i], field, c, false);
  }
}

function numberOf(value: unknown, { storage, scale }: ParquetField): number {
  if (
    storage === "decimal" &&
    (typeof value === "bigint" || typeof value === "number" || value instanceof Uint8Array)
  ) {
    const whole = unscaled(value);
    const size = Number(whole);
    return Number.isSafeInteger(size) && scale <= 22 ? size / 10 ** scale : Number(decimalText(whole, scale));
  }
  return Number(value);
}

function numbers(field: ParquetField, as: "number" | "time"): ParquetBuilder {
  const cells = new Cells();
  const asDate = as === "time" && field.kind !== "number";
  return {
    fields: [field],
    begin: (capacity) => cells.begin(capacity),
    take([values], from, count, at) {
      if (values === undefined) return;
      if (asDate) for (let i = 0; i < count; i++) cells.put(values[from + i], field, at + i, true);
      else cells.take(values, field, from, count, at, 1);
    },
    end(rows) {
      const [values, gaps] = [cells.values.subarray(0, rows), cells.gaps?.subarray(0, rows)];
      return as === "number" ? { as, values, gaps } : { as, values, gaps, kind: asDate ? "date" : "number" };
    },
  };
}

function categories(field: ParquetField, limit: number, tooMany: () => Error): ParquetBuilder {
  const codes = new CategoryCodes(limit, tooMany);
  const known = new Map<unknown, number>();
  let out = new Int32Array(0);
  const codeOf = (value: unknown): number => {
    const key = Object.is(value, -0) ? "-0.0" : value;
    const found = known.get(key);
    if (found !== undefined) return found;
    const text = valueText(value, field);
    const code = text === null ? -1 : codes.code(text);
    if (known.size < 2 * limit) known.set(key, code);
    return code;
  };
  return {
    fields: [field],
    begin(capacity) {
      out = new Int32Array(capacity);
    },
    take([values], from, count, at) {
      if (values === undefined) return;
      for (let i = 0; i < count; i++) out[at + i] = codeOf(values[from + i]);
    },
    end: (rows) => ({ as: "category", codes: out.subarray(0, rows), values: codes.values }),
  };
}

function texts(field: ParquetField): ParquetBuilder {
  let all: (string | null)[] = [];
  return {
    fields: [field],
    begin() {
      all = [];
    },
    take([values], from, count) {
      if (values === undefined) return;
      for (let i = 0; i < count; i++) all.push(valueText(values[from + i], field));
    },
    end: (rows) => ({ as: "text", values: all.slice(0, rows) }),
  };
}

function block(fields: readonly ParquetField[], width: number): ParquetBuilder {
  const cells = new Cells();
  const [first] = fields;
  const isList = fields.length === 1 && first?.kind === "list";
  const takeList = (list: unknown, field: ParquetField, cell: number): void => {
    const items: readonly unknown[] =
      Array.isArray(list) || ArrayBuffer.isView(list) ? Array.from(Object.values(list)) : [];
    for (let j = 0; j < width; j++) cells.put(items[j], field, cell + j, false);
    if (list !== null && list !== undefined && items.length !== width) cells.leave(cell, gap.wrongLength);
  };
  return {
    fields,
    begin: (capacity) => cells.begin(capacity * width),
    take(columns, from, count, at) {
      columns.forEach((values, j) => {
        const field = fields[j];
        if (field === undefined) return;
        if (isList) for (let i = 0; i < count; i++) takeList(values[from + i], field, (at + i) * width);
        else cells.take(values, field, from, count, at * width + j, width);
      });
    },
    end: (rows) => ({
      as: "block",
      values: cells.values.subarray(0, rows * width),
      width,
      gaps: cells.gaps?.subarray(0, rows * width),
    }),
  };
}

/**
 * The builder for a request.
 *
 * @param resolve the field as the file has it
 * @param tooMany makes the error for a category with too many values
 */
export function parquetBuilder(
  request: ColumnRequest,
  resolve: (field: Field) => ParquetField,
  tooMany: (request: ColumnRequest & { as: "category" }) => Error,
): ParquetBuilder {
  switch (request.as) {
    case "number":
    case "time":
      return numbers(resolve(request.field), request.as);
    case "category":
      return categories(resolve(request.field), request.limit, () => tooMany(request));
    case "text":
      return texts(resolve(request.field));
    case "block":
      return block(request.fields.map(resolve), request.width);
  }
}
