import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type Calibrator, exportCalibrator } from "@candor/core";
import { type DuckDBConnection, DuckDBDoubleVector, DuckDBInstance, DuckDBListVector } from "@duckdb/node-api";

const run = promisify(execFile);

/** Whether there is a python3 to run. */
export function hasPython(): boolean {
  try {
    execFileSync("python3", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A calibrator with what it shall be applied to. */
export interface ExportCase {
  readonly calibrator: Calibrator;
  /** Rows × columns, row after row. */
  readonly input: Float64Array;
  readonly rows: number;
  /** One list of values per row, where the calibrator has segments. */
  readonly segments: readonly (readonly string[])[] | null;
}

/** Compiles the TypeScript of all cases under `strict`, strips its types and runs it. */
export async function runTypeScript(cases: readonly ExportCase[], folder: string): Promise<Float64Array[]> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const files = cases.map(({ calibrator }, i) => {
    writeFileSync(join(folder, `case${i}.ts`), exportCalibrator(calibrator, "ts"));
    return join(folder, `case${i}.ts`);
  });
  const tsc = join(createRequire(import.meta.url).resolve("typescript/package.json"), "../bin/tsc");
  const flags = ["--strict", "--noUncheckedIndexedAccess", "--erasableSyntaxOnly", "--isolatedModules"];
  const target = ["--target", "es2022", "--module", "nodenext", "--types", "", "--outDir", folder, "--skipLibCheck"];
  await run(process.execPath, [tsc, "--ignoreConfig", ...flags, ...target, ...files]).catch((error) => {
    throw new Error(`${error.stdout}${error.stderr}`);
  });
  const results: Float64Array[] = [];
  for (const [i, { input, rows, segments }] of cases.entries()) {
    const { calibrate } = await import(/* @vite-ignore */ pathToFileURL(join(folder, `case${i}.js`)).href);
    const cols = input.length / rows;
    const result = new Float64Array(input.length);
    for (let row = 0; row < rows; row++) {
      const own = segments?.[row] ?? [];
      if (cols === 1) result[row] = calibrate(input[row], ...own);
      else result.set(calibrate(Array.from(input.subarray(row * cols, (row + 1) * cols)), ...own), row * cols);
    }
    results.push(result);
  }
  return results;
}

const driver = `
import array, importlib, itertools, json, sys
folder = sys.argv[1]
sys.path.insert(0, folder)
for i, case in enumerate(json.load(open(folder + "/cases.json"))):
    values = array.array("d")
    values.frombytes(open(f"{folder}/input{i}.bin", "rb").read())
    k = case["columns"]
    rows = values.tolist() if k == 1 else [values[j:j + k].tolist() for j in range(0, len(values), k)]
    module = importlib.import_module(f"case{i}")
    result = module.calibrate_all(rows, *(case["segments"] or []))
    flat = result if k == 1 else itertools.chain.from_iterable(result)
    open(f"{folder}/output{i}.bin", "wb").write(array.array("d", flat).tobytes())
`;

/** The columns of values of rows. */
function transposed(rows: readonly (readonly string[])[]): string[][] {
  return (rows[0] ?? []).map((_, j) => rows.map((values) => values[j] ?? ""));
}

/** Runs the Python of all cases in one process. */
export async function runPython(cases: readonly ExportCase[], folder: string): Promise<Float64Array[]> {
  mkdirSync(folder, { recursive: true });
  cases.forEach(({ calibrator, input }, i) => {
    writeFileSync(join(folder, `case${i}.py`), exportCalibrator(calibrator, "python"));
    writeFileSync(join(folder, `input${i}.bin`), input);
  });
  const manifest = cases.map(({ input, rows, segments }) => ({
    columns: input.length / rows,
    segments: segments && transposed(segments),
  }));
  writeFileSync(join(folder, "cases.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "driver.py"), driver);
  await run("python3", ["-I", join(folder, "driver.py"), folder], { maxBuffer: 1 << 24 });
  return cases.map((_, i) => new Float64Array(Uint8Array.from(readFileSync(join(folder, `output${i}.bin`))).buffer));
}

async function createTable(
  connection: DuckDBConnection,
  { input, rows, segments }: ExportCase,
  name: string,
): Promise<void> {
  const cols = input.length / rows;
  const width = segments?.[0]?.length ?? 0;
  const names = Array.from({ length: cols }, (_, k) => `x${k} DOUBLE`);
  const texts = Array.from({ length: width }, (_, j) => `s${j} VARCHAR`);
  await connection.run(`CREATE OR REPLACE TABLE flat (i INTEGER, ${[...names, ...texts].join(", ")})`);
  const appender = await connection.createAppender("flat");
  for (let row = 0; row < rows; row++) {
    appender.appendInteger(row);
    for (let k = 0; k < cols; k++) appender.appendDouble(input[row * cols + k]!);
    for (const value of segments?.[row] ?? []) appender.appendVarchar(value);
    appender.endRow();
  }
  appender.closeSync();
  const list = names.map((_, k) => `x${k}`).join(", ");
  const others = texts.map((_, j) => `, s${j}`).join("");
  const value = cols === 1 ? list : `[${list}]`;
  await connection.run(`CREATE OR REPLACE TABLE ${name} AS SELECT i, ${value} AS x${others} FROM flat`);
}

/** Runs the SQL of one calibrator on a table in DuckDB. */
async function queried(connection: DuckDBConnection, item: ExportCase, table: string): Promise<Float64Array> {
  await connection.run(exportCalibrator(item.calibrator, "sql"));
  const others = (item.segments?.[0] ?? []).map((_, j) => `, s${j}`).join("");
  const result = await connection.run(`SELECT candor_calibrate(x${others}) AS q FROM ${table} ORDER BY i`);
  const values = new Float64Array(item.input.length);
  let at = 0;
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const vector = chunk.getColumnVector(0);
    for (let row = 0; row < chunk.rowCount; row++) {
      const inner = vector instanceof DuckDBListVector ? vector.getItemVector(row) : vector;
      if (!(inner instanceof DuckDBDoubleVector)) throw new Error(`no doubles at row ${at}`);
      if (inner === vector) values[at++] = inner.getItem(row) ?? Number.NaN;
      else for (let k = 0; k < inner.itemCount; k++) values[at++] = inner.getItem(k) ?? Number.NaN;
    }
  }
  return values;
}

/** Runs the SQL of all cases in DuckDB; cases with the same input and segments share a table. */
export async function runSql(cases: readonly ExportCase[]): Promise<Float64Array[]> {
  const connection = await (await DuckDBInstance.create()).connect();
  const results: Float64Array[] = [];
  const tables = new Map<Float64Array, string>();
  for (const item of cases) {
    const known = item.segments === null ? tables.get(item.input) : undefined;
    const table = known ?? `data${results.length}`;
    if (known === undefined) await createTable(connection, item, table);
    if (item.segments === null) tables.set(item.input, table);
    results.push(await queried(connection, item, table));
  }
  connection.closeSync();
  return results;
}
