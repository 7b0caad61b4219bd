import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { afterAll, describe, expect, it } from "vitest";
import type { Database } from "../../../src/store/duckdb/database.ts";
import { eventWrites } from "../../../src/store/duckdb/event-writes.ts";
import { openDatabase } from "../../../src/store/duckdb/open-database.ts";
import { erasureOf, outcomeOf } from "../contract/history.ts";
import { historyStart, shuffled, smallHistory } from "../contract/small-history.ts";
import { openIn } from "./open-in.ts";

const folder = mkdtempSync(join(tmpdir(), "candor-one-insert-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The connection, which notes every table that rows are put into. */
function noting(connection: DuckDBConnection, into: string[]): DuckDBConnection {
  return new Proxy(connection, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...given: unknown[]): unknown => {
        const [first] = given;
        if (typeof first === "string" && name === "createAppender") into.push(first);
        if (typeof first === "string" && name !== "createAppender")
          for (const [, table] of first.matchAll(/\bINSERT\s+(?:OR\s+\w+\s+)?INTO\s+(\w+)/gi)) into.push(table ?? "");
        return Reflect.apply(value, target, given);
      };
    },
  });
}

describe("a transaction of the store", () => {
  it("inserts into each table once: DuckDB 1.5.5 loses rows where a first insert was empty and a second is not", async () => {
    await (await openIn(folder, () => historyStart)).close();
    const real = await openDatabase({ path: join(folder, "candor.duckdb"), temporaryFolder: join(folder, "tmp") });
    const transactions: string[][] = [];
    const database: Database = {
      ...real,
      write: (work) =>
        real.write((connection) => {
          const into: string[] = [];
          transactions.push(into);
          return work(noting(connection, into));
        }),
    };
    const writes = eventWrites(database, join(folder, "tmp"));
    const events = shuffled(smallHistory("shop", 300, 3), 4);
    const third = Math.ceil(events.length / 3);
    let position = 0;
    const load = async (batch: typeof events): Promise<void> => {
      position += batch.length;
      await writes.load(batch, position);
    };
    for (let from = 0; from < events.length; from += third) await load(events.slice(from, from + third));
    await load(events.slice(0, third));
    await load([
      ...["p1", "p2", "later0"].map((id) => outcomeOf("shop", id, 1, { observedAt: historyStart * 2 })),
      erasureOf("shop", "p3"),
      ...shuffled(smallHistory("other", 50, 9), 1),
    ]);
    await writes.setCountedOutcome("shop", "clicked");
    await writes.rebuildCells("shop");
    await writes.retain("shop", historyStart + 86_400_000);
    await writes.expireContent(historyStart + 3000);
    await writes.removeProject("other");
    await real.close();

    const tables = new Set(transactions.flat());
    for (const name of ["predictions", "outcomes", "labels", "orphans", "contents", "erased", "cohorts", "hour_cells"])
      expect(tables).toContain(name);
    for (const into of transactions) expect(into.filter((table, i) => into.indexOf(table) !== i)).toEqual([]);
  });
});
