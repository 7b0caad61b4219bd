import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type DuckStore, openDuckStore } from "../../../src/store/duckdb/open-store.ts";

/** The embedded store in a folder, as the data folder lays it out. */
export async function openIn(folder: string, now: () => number): Promise<DuckStore> {
  const temporaryFolder = join(folder, "tmp");
  mkdirSync(temporaryFolder, { recursive: true });
  return await openDuckStore({ path: join(folder, "candor.duckdb"), temporaryFolder, now });
}
