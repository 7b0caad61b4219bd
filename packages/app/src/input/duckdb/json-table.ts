import { resolve } from "node:path";
import { BadInput } from "../bad-input.ts";
import type { DetectedFormat } from "../detect-format.ts";
import { verifyCompressed } from "../integrity.ts";
import { explainFailure } from "./duckdb-failure.ts";
import { DuckTable, openDuckDB, queryRows } from "./duckdb-table.ts";
import { type DuckField, identifier, kindOfType, literal, pathLiteral } from "./expressions.ts";

const layouts = { jsonl: "newline_delimited", json: "auto" } as const;

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
  const absolute = resolve(path);
  const instance = await openDuckDB(absolute);
  try {
    const packing = compression === "none" ? "uncompressed" : compression;
    const base = `${pathLiteral(absolute)}, compression='${packing}', format='${layout}'`;
    const described = await queryRows(
      instance,
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_json(${base}, records=true, maximum_depth=2))`,
    ).catch((error) => {
      throw explainFailure(error, file, "JSON");
    });
    const fields = described.map(([name, type]): DuckField => {
      const kind = kindOfType(String(type));
      return { name: String(name), kind, sql: identifier(String(name)), textual: true, decimalComma: false };
    });
    if (fields.length === 0) throw new BadInput(`${file}: no rows, expected JSON objects`, { file });
    const columns = fields.map((field) => `${literal(field.name)}: 'VARCHAR'`).join(", ");
    return new DuckTable(instance, {
      file,
      format: "JSON",
      fields,
      rows: undefined,
      notes: [],
      from: (skipBad) => {
        const lenient = skipBad && layout === layouts.jsonl ? ", ignore_errors=true" : "";
        return `read_json(${base}, records=true, columns={${columns}}${lenient})`;
      },
      malformedSql: undefined,
      place: async (row) => `row ${row}`,
      verify: (signal) => verifyCompressed(path, file, compression, signal),
    });
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}
