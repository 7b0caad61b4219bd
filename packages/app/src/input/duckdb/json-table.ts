import { resolve } from "node:path";
import { BadInput, type DetectedFormat } from "@candor/input";
import { verifyCompressed } from "../integrity.ts";
import { explainFailure } from "./duckdb-failure.ts";
import { DuckTable, openDuckDB, queryRows } from "./duckdb-table.ts";
import { type DuckField, identifier, kindOfType, literal, pathLiteral } from "./expressions.ts";

const layouts = { jsonl: "newline_delimited", json: "auto" } as const;
const isRow = "(CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END)";

/**
 * Rows of a file of JSON lines that passes over what is not an object. `read_json` with `ignore_errors` would lose
 * the line after a broken one too, because its parser goes on over the line end.
 */
function lenientRows(lines: string, names: readonly string[], type: "VARCHAR" | "JSON"): string {
  const structure = `{${names.map((name) => `${JSON.stringify(name)}: "${type}"`).join(", ")}}`;
  const columns = names.map((name) => `object.${identifier(name)} AS ${identifier(name)}`).join(", ");
  return `(SELECT ${columns} FROM (SELECT json_transform(line, ${literal(structure)}) AS object
    FROM ${lines} WHERE line IS NOT NULL AND ${isRow}))`;
}

/** BOOLEAN: some value is an integer that a double cannot hold. */
function hasLongInteger(sql: string): string {
  return `coalesce(bool_or(regexp_full_match(CAST(${sql} AS VARCHAR), '-?[0-9]{17,}')), false)`;
}

/** A JSON value as the type that all values of its column have; texts stay texts, also those that look like dates. */
function typedJson(sql: string, type: string): string {
  if (type === "JSON") return sql;
  return /^(VARCHAR|U?HUGEINT|UUID|DATE|TIME[A-Z_ ]*)$/.test(type) ? `(${sql}->>'$')` : `CAST(${sql} AS ${type})`;
}

/**
 * Opens JSON lines or a JSON array of objects. Every value is read as text and converted in the query. Fields that
 * first appear after 20 480 objects are not seen.
 *
 * @param path where the file is
 * @param file as the user named it
 * @throws {BadInput} when it is empty or holds something other than objects
 */
export async function openJson(path: string, file: string, detected: DetectedFormat): Promise<DuckTable> {
  const { compression } = detected;
  const layout = detected.format === "jsonl" ? layouts.jsonl : layouts.json;
  const isLines = layout === layouts.jsonl;
  const absolute = resolve(path);
  const instance = await openDuckDB(absolute);
  try {
    const packing = compression === "none" ? "uncompressed" : compression;
    const base = `${pathLiteral(absolute)}, compression='${packing}', format='${layout}', records=true`;
    const lines = `read_csv(${pathLiteral(absolute)}, auto_detect=false, compression='${compression}', header=false,
      delim='', quote='', escape='', max_line_size=16777216, columns={line: 'VARCHAR'})`;
    const badLineSql = `SELECT n FROM (SELECT line, row_number() OVER () AS n FROM ${lines})
      WHERE line IS NOT NULL AND NOT ${isRow} LIMIT 1`;
    const sample = `read_json(${base}, maximum_depth=2${isLines ? ", ignore_errors=true" : ""})`;
    const described = await queryRows(
      instance,
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${sample})`,
    ).catch((error) => {
      throw explainFailure(error, file, "JSON");
    });
    const fields = described.map(([name, type]): DuckField => {
      const kind = kindOfType(String(type));
      return { name: String(name), kind, sql: identifier(String(name)), textual: true, decimalComma: false };
    });
    if (fields.length === 0) throw new BadInput(`${file}: no rows, expected JSON objects`, { file });
    const from = (skipBad: boolean, names: readonly string[], type: "VARCHAR" | "JSON") =>
      skipBad && isLines
        ? lenientRows(lines, names, type)
        : `read_json(${base}, columns={${names.map((name) => `${literal(name)}: '${type}'`).join(", ")}})`;
    const fieldNames = fields.map(({ name }) => name);
    return new DuckTable(instance, {
      file,
      format: "JSON",
      fields,
      rows: undefined,
      notes: [],
      from: (skipBad) => from(skipBad, fieldNames, "VARCHAR"),
      malformedSql: isLines ? `SELECT count(*) FROM ${lines} WHERE line IS NOT NULL AND NOT ${isRow}` : undefined,
      badLineSql: isLines ? badLineSql : undefined,
      rowSource: async (ask) => {
        const whole = `read_json(${base}, sample_size=-1${isLines ? ", ignore_errors=true" : ""})`;
        const all = await ask(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${whole})`);
        const names = all.map(([name]) => String(name));
        return {
          path: absolute,
          names,
          dialect: undefined,
          async query(target, skipBad) {
            if (target === "text") return { from: from(skipBad, names, "VARCHAR"), select: names.map(identifier) };
            const rows = from(skipBad, names, "JSON");
            if (target === "json") return { from: rows, select: names.map(identifier) };
            const [long = []] = await ask(
              `SELECT ${names.map((name) => hasLongInteger(identifier(name)))} FROM ${rows}`,
            );
            const types = all.map(([, type], i) => (type === "DOUBLE" && long[i] === true ? "VARCHAR" : String(type)));
            return { from: rows, select: names.map((name, i) => typedJson(identifier(name), types[i]!)) };
          },
          count: async (skipBad) =>
            Number((await ask(`SELECT count(*) FROM ${from(skipBad, names, "VARCHAR")}`))[0]![0]),
        };
      },
      place: async (row) => `row ${row}`,
      verify: (signal) => verifyCompressed(path, file, compression, signal),
    });
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}
