import { join } from "node:path";
import { describe } from "vitest";
import { openDuckStore } from "../../../src/store/duckdb/open-store.ts";
import { stateStoreContract } from "../contract/state-store-contract.ts";

describe("state on DuckDB", () => {
  stateStoreContract((folder, now) =>
    openDuckStore({ path: join(folder, "candor.duckdb"), temporaryFolder: join(folder, "tmp"), now }),
  );
});
