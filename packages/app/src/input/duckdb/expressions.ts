import type { Field, FieldKind } from "@candor/input";

/** A field as DuckDB sees it. */
export interface DuckField extends Field {
  /** The expression that reads it. */
  readonly sql: string;
  /** The value is text that still has to be understood (CSV, JSON, VARCHAR). */
  readonly textual: boolean;
  readonly decimalComma: boolean;
}

/** A string literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A path as `read_csv` and its kin take it: one file, whatever characters are in its name. */
export function pathLiteral(path: string): string {
  return literal(path.replace(/[[*?]/g, "[$&]"));
}

/** A quoted identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * A number that nothing is written for: empty, or one of the words statistics programs write. A pattern and not
 * `IN (…)`, which DuckDB plans as a join from five values on, and then streams the rows out of order.
 */
export function isMissing(sql: string): string {
  return `(${sql} IS NULL OR regexp_matches(${sql}, '^\\s*(na|n/a|null|none)?\\s*$', 'i'))`;
}

/** The text of a number, with a decimal point. */
export function numberText({ sql, decimalComma }: DuckField): string {
  return decimalComma ? `replace(${sql}, ',', '.')` : sql;
}

/** DOUBLE, null where there is none. */
export function numberSql(field: DuckField): string {
  return field.textual ? `TRY_CAST(${numberText(field)} AS DOUBLE)` : `CAST(${field.sql} AS DOUBLE)`;
}

const offset = "'\\s*([+-]\\d{2}):?(\\d{2})$'";

/** DOUBLE: milliseconds since 1970-01-01 UTC; text without an offset is UTC. */
export function dateSql({ sql, textual }: DuckField): string {
  const moment = textual
    ? `TRY_CAST(regexp_replace(trim(${sql}), ${offset}, '\\1:\\2') AS TIMESTAMPTZ)`
    : `CAST(${sql} AS TIMESTAMP)`;
  return `CAST(epoch_us(${moment}) AS DOUBLE) / 1000`;
}

/** BOOLEAN: something is written, but the expression `read` cannot read it. Typed values always can be read. */
export function unreadableSql({ sql, textual }: DuckField, read: string): string[] {
  return textual ? [`((${read}) IS NULL AND NOT ${isMissing(sql)})`] : [];
}

/** DOUBLE[]. */
export function listSql({ sql, textual }: DuckField): string {
  return textual ? `TRY_CAST(${sql} AS DOUBLE[])` : `CAST(${sql} AS DOUBLE[])`;
}

/** What a DuckDB type is for us. */
export function kindOfType(type: string): FieldKind {
  if (/^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$|^(FLOAT|DOUBLE)$|^DECIMAL/.test(type)) return "number";
  if (type === "BOOLEAN") return "boolean";
  if (/^(VARCHAR|ENUM|UUID|JSON|BLOB)/.test(type) && !type.endsWith("]")) return "text";
  if (/^(DATE|TIMESTAMP)/.test(type) && !type.endsWith("]")) return "time";
  return /^(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL\(.*\)|JSON)\[\d*\]$/.test(type)
    ? "list"
    : "other";
}
