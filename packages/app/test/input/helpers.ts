import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { BadInput } from "@candor/input";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "candor-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A path in a temporary folder of this test file. */
export function inFolder(name: string): string {
  return join(folder, name);
}

/** Writes a temporary file and returns its path. */
export function file(name: string, content: string | Uint8Array): string {
  writeFileSync(inFolder(name), content);
  return inFolder(name);
}

/** Runs SQL in a DuckDB of its own, e.g. `COPY … TO`. */
export async function duck(sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run(sql);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The `BadInput` a promise ends in, its message without the temporary folder. */
export async function refusal(promise: Promise<unknown>): Promise<{ message: string; error: BadInput }> {
  try {
    await promise;
  } catch (error) {
    if (!BadInput.is(error)) throw error;
    return { message: error.message.replaceAll(`${folder}/`, ""), error };
  }
  throw new Error("expected a BadInput, but nothing was refused");
}

/** An NPY file, version 1, little-endian unless the values say otherwise. */
export function npy(
  descr: string,
  shape: readonly number[],
  data: Uint8Array | ArrayBufferView,
  fortran = false,
): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dict = `{'descr': '${descr}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': ${tuple}, }`;
  const header = `${dict.padEnd(Math.ceil((dict.length + 11) / 64) * 64 - 11)}\n`;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const length = Uint8Array.of(header.length & 255, header.length >> 8);
  return Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), length, Buffer.from(header, "latin1"), bytes]);
}

const shared = resolve(import.meta.dirname, "../../../../../shared/data");

/** Whether the real data sets are there; continuous integration must have them. */
export const hasData: boolean = existsSync(shared) || process.env["CI"] === "true";

/** Path of a real data file. */
export function data(path: string): string {
  return join(shared, path);
}
