import type { Field, FieldKind } from "@candor/input";
import type { SchemaElement, SchemaTree } from "hyparquet";

/** What the values of a column are as they come out of the file. */
export type Storage =
  | "integer"
  | "boolean"
  | "double"
  | "single"
  | "decimal"
  | "date"
  | "moment"
  | "utc-moment"
  | "text";

/** A column of a Parquet file. */
export interface ParquetField extends Field {
  readonly storage: Storage;
  /** Digits after the point of decimals. */
  readonly scale: number;
}

function storageOf({ type, converted_type: converted, logical_type: logical }: SchemaElement): Storage | undefined {
  if (logical?.type === "TIMESTAMP") return logical.isAdjustedToUTC ? "utc-moment" : "moment";
  if (converted === "TIMESTAMP_MILLIS" || converted === "TIMESTAMP_MICROS") return "utc-moment";
  if (type === "INT96") return "moment";
  if (converted === "DATE" || logical?.type === "DATE") return "date";
  if (converted === "DECIMAL" || logical?.type === "DECIMAL") return "decimal";
  if (converted?.startsWith("TIME_") || logical?.type === "TIME" || converted === "INTERVAL" || converted === "BSON")
    return undefined;
  if (type === "FLOAT" || logical?.type === "FLOAT16") return "single";
  if (type === "BYTE_ARRAY" || logical?.type === "UUID") return "text";
  if (type === "DOUBLE") return "double";
  if (type === "BOOLEAN") return "boolean";
  return type === "INT32" || type === "INT64" ? "integer" : undefined;
}

function kindOf(storage: Storage): FieldKind {
  if (storage === "text" || storage === "boolean") return storage;
  if (storage === "date" || storage === "moment" || storage === "utc-moment") return "time";
  return "number";
}

/** The element of a list's items; undefined for a column that is no list of single values. */
function itemOf({ element, children }: SchemaTree): SchemaElement | undefined {
  if (element.converted_type !== "LIST" && element.logical_type?.type !== "LIST") return undefined;
  const repeated = children[0];
  if (repeated === undefined || repeated.element.repetition_type !== "REPEATED") return undefined;
  if (repeated.children.length === 0) return repeated.element;
  const item = repeated.children.length === 1 ? repeated.children[0] : undefined;
  return item?.children.length === 0 ? item.element : undefined;
}

/**
 * What a column is. Decimals are marked as plain integers in the schema: the reader would multiply them by an inexact power
 * of ten.
 */
export function parquetField(tree: SchemaTree): ParquetField {
  const { element, children } = tree;
  const { name } = element;
  const value = children.length === 0 && element.repetition_type !== "REPEATED" ? element : itemOf(tree);
  const storage = value && storageOf(value);
  if (value === undefined || storage === undefined) return { name, kind: "other", storage: "text", scale: 0 };
  const kind = kindOf(storage);
  const { logical_type: logical } = value;
  const scale = value.scale ?? (logical?.type === "DECIMAL" ? logical.scale : 0);
  if (storage === "decimal") {
    delete value.converted_type;
    delete value.logical_type;
  }
  if (value !== element) return { name, kind: kind === "number" ? "list" : "other", storage, scale };
  return { name, kind, storage, scale };
}
