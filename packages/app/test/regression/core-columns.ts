import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { data } from "../calibrate/class-data.ts";

/** A table as text, by column. */
export type Columns = ReadonlyMap<string, readonly string[]>;

/** Whether the real data stand beside the checkout; under CI they must. */
export function havePresent(folder: string): boolean {
  const present = existsSync(join(data, folder));
  if (!present && process.env["CI"] === "true")
    throw new Error(`the data set ${folder} is missing beside the checkout`);
  return present;
}

/** A comma-separated file without quotes, gzipped or not. */
export function readColumns(folder: string, file: string): Columns {
  const bytes = readFileSync(join(data, folder, file));
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  const [header = "", ...lines] = text.trimEnd().split("\n");
  const cells = lines.map((line) => line.trimEnd().split(","));
  return new Map(
    header
      .trimEnd()
      .split(",")
      .map((name, k) => [name, cells.map((row) => row[k] ?? "")]),
  );
}

/** A column as text. */
export function words(columns: Columns, name: string): readonly string[] {
  const found = columns.get(name);
  if (!found) throw new Error(`no column ${name}, there are ${[...columns.keys()].join(", ")}`);
  return found;
}

/** A column as numbers, of the rows that satisfy the condition. */
export function numbers(columns: Columns, name: string, isIn: (row: number) => boolean = () => true): Float64Array {
  return Float64Array.from(
    words(columns, name).filter((_, row) => isIn(row)),
    Number,
  );
}

/** What reports need to be told. */
export const origin = {
  version: "0",
  source: { name: "test", rows: 0, skipped: [], columns: {}, approximate: false, notes: [] },
} as const;
