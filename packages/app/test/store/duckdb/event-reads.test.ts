import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";
import { openDuckStore } from "../../../src/store/duckdb/open-store.ts";
import { eventReadsContract } from "../contract/event-reads-contract.ts";

describe("reads on DuckDB", () => {
  eventReadsContract(async (folder, now) => {
    const temporaryFolder = join(folder, "tmp");
    mkdirSync(temporaryFolder);
    const store = await openDuckStore({ path: join(folder, "candor.duckdb"), temporaryFolder, now });
    return { ...store, temporaryFolder };
  });
});
