import { resolve } from "node:path";
import { explainFailure } from "./duckdb-failure.ts";
import { DuckTable, openDuckDB, queryRows } from "./duckdb-table.ts";
import { type DuckField, identifier, kindOfType, pathLiteral } from "./expressions.ts";

/**
 * Opens a Parquet file.
 *
 * @param path where the file is
 * @param file as the user named it
 * @throws {BadInput} when it is not a whole Parquet file
 */
export async function openParquet(path: string, file: string): Promise<DuckTable> {
  const absolute = resolve(path);
  const instance = await openDuckDB(absolute);
  try {
    const from = `read_parquet(${pathLiteral(absolute)})`;
    const ask = (sql: string) =>
      queryRows(instance, sql).catch((error) => {
        throw explainFailure(error, file, "Parquet");
      });
    const described = await ask(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${from})`);
    const counted = await ask(`SELECT sum(num_rows) FROM parquet_file_metadata(${pathLiteral(absolute)})`);
    const fields = described.map(([name, type]): DuckField => {
      const kind = kindOfType(String(type));
      return { name: String(name), kind, sql: identifier(String(name)), textual: kind === "text", decimalComma: false };
    });
    const rows = Number(counted[0]![0]);
    return new DuckTable(instance, {
      file,
      format: "Parquet",
      fields,
      rows,
      notes: [],
      from: () => from,
      malformedSql: undefined,
      badLineSql: undefined,
      rowSource: async () => ({
        path: absolute,
        names: fields.map(({ name }) => name),
        dialect: undefined,
        query: async () => ({ from, select: fields.map(({ sql }) => sql) }),
        count: async () => rows,
      }),
      place: async (row) => `row ${row}`,
      verify: async () => {},
    });
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}
