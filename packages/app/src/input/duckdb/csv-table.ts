import { resolve } from "node:path";
import { BadInput, csvDialect, type DetectedFormat } from "@candor/input";
import { verifyCompressed } from "../integrity.ts";
import { lineOfRow } from "./csv-line.ts";
import { explainFailure } from "./duckdb-failure.ts";
import { DuckTable, openDuckDB, queryRows } from "./duckdb-table.ts";
import { type DuckField, literal, pathLiteral } from "./expressions.ts";
import { typeCode, typedExpression } from "./infer-types.ts";

const headLines = 200;

/**
 * Opens a CSV or TSV file. Every value is read as text and converted in the query, so that no guess about a column's
 * type can fail halfway through the file.
 *
 * @param path where the file is
 * @param file as the user named it
 * @throws {BadInput} when it is empty or not text in columns
 */
export async function openCsv(path: string, file: string, detected: DetectedFormat): Promise<DuckTable> {
  const { compression, encoding, format } = detected;
  const absolute = resolve(path);
  const instance = await openDuckDB(absolute);
  try {
    const base = `${pathLiteral(absolute)}, auto_detect=false, compression='${compression}', encoding='${encoding}'`;
    const head = `SELECT line FROM read_csv(${base}, header=false, delim='', quote='', escape='',
      columns={line: 'VARCHAR'}) LIMIT ${headLines}`;
    const lines = await queryRows(instance, head).catch((error) => {
      throw explainFailure(error, file, "CSV");
    });
    const dialect = csvDialect(
      lines.map(([line]) => (typeof line === "string" ? line : "")),
      format === "tsv" ? "\t" : undefined,
    );
    if (dialect === undefined) throw new BadInput(`${file}: the file is empty, expected a header and rows`, { file });
    const { delimiter, skip, header, kinds, decimalComma } = dialect;
    const fields = header.map(
      (name, i): DuckField => ({ name, kind: kinds[i] ?? "text", sql: `c${i}`, textual: true, decimalComma }),
    );
    const columns = fields.map((field) => `${field.sql}: 'VARCHAR'`).join(", ");
    const scan = `${base}, header=true, skip=${skip}, delim=${literal(delimiter)}, quote='"', escape='"',
      columns={${columns}}`;
    return new DuckTable(instance, {
      file,
      format: "CSV",
      fields,
      rows: undefined,
      notes: decimalComma ? [`${file}: numbers were read with a decimal comma`] : [],
      from: (skipBad) => `read_csv(${scan}${skipBad ? ", store_rejects=true" : ""})`,
      malformedSql: "SELECT count(DISTINCT line) FROM reject_errors",
      badLineSql: undefined,
      rowSource: async (ask) => {
        const from = (skipBad: boolean) => `read_csv(${scan}${skipBad ? ", ignore_errors=true" : ""})`;
        return {
          path: absolute,
          names: header,
          dialect: { delimiter, decimalComma },
          async query(target, skipBad) {
            if (target === "text") return { from: from(skipBad), select: fields.map(({ sql }) => sql) };
            const [codes] = await ask(`SELECT ${fields.map(typeCode).join(", ")} FROM ${from(skipBad)}`);
            const select = fields.map((field, i) => typedExpression(field, Number(codes?.[i] ?? 0)));
            return { from: from(skipBad), select };
          },
          count: async (skipBad) => Number((await ask(`SELECT count(*) FROM ${from(skipBad)}`))[0]![0]),
        };
      },
      async place(row) {
        if (compression === "zstd" || encoding !== "utf-8") return `row ${row}`;
        const before = skip + 1;
        const line = await lineOfRow({ path, compression, before, emptyLinesCount: header.length === 1 }, row);
        return line === undefined ? `row ${row}` : `row ${row} (line ${line})`;
      },
      verify: (signal) => verifyCompressed(path, file, compression, signal),
    });
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}
