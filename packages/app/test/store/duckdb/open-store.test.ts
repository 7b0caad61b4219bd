import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { migrate } from "../../../src/store/duckdb/migrate.ts";
import { migrations } from "../../../src/store/duckdb/migrations/index.ts";
import { openDatabase } from "../../../src/store/duckdb/open-database.ts";
import { openDuckStore } from "../../../src/store/duckdb/open-store.ts";
import { restoreDuckStore } from "../../../src/store/duckdb/restore.ts";
import { hour, outcomeOf, predictionOf, start } from "../contract/history.ts";
import { openIn } from "./open-in.ts";

let folder: string;
let path: string;
let temporaryFolder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-open-"));
  path = join(folder, "candor.duckdb");
  temporaryFolder = join(folder, "tmp");
  mkdirSync(temporaryFolder);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const now = () => start;
const open = () => openDuckStore({ path, temporaryFolder, now });

async function run(file: string, ...statements: string[]): Promise<void> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  for (const sql of statements) await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

describe("openDuckStore(options)", () => {
  it("refuses a file that is no database, that is empty, or that belongs to something else, and leaves it as it is", async () => {
    writeFileSync(path, "id,score\n".repeat(2000));
    await expect(open()).rejects.toMatchObject({
      name: "StoreError",
      code: "schema",
      message: `${path} is not a database of Candor`,
    });
    expect(readFileSync(path, "utf8")).toBe("id,score\n".repeat(2000));
    writeFileSync(path, "");
    await expect(open()).rejects.toMatchObject({ code: "schema" });
    rmSync(path);
    await run(path, "CREATE TABLE mine (a INTEGER)");
    await expect(open()).rejects.toMatchObject({
      code: "schema",
      message: `${path} is a DuckDB database, but not one of Candor`,
    });
  });

  it("refuses the file of a newer Candor, and one made with another form of a migration", async () => {
    await (await open()).close();
    const next = migrations.length + 1;
    await run(path, `INSERT INTO migrations VALUES (${next}, 'tomorrow', 'abc', 0)`);
    await expect(open()).rejects.toMatchObject({
      code: "schema",
      message: `${path} has schema ${next} ("tomorrow"), this Candor knows schemas up to ${next - 1}: it was written by a newer Candor`,
    });
    await run(
      path,
      `DELETE FROM migrations WHERE number = ${next}`,
      "UPDATE migrations SET checksum = 'x' WHERE number = 1",
    );
    await expect(open()).rejects.toMatchObject({
      code: "schema",
      message: `${path} was made with another form of migration 1 ("spine") than this Candor has`,
    });
  });

  it("brings the file of every older schema up to date", async () => {
    for (let known = 0; known < migrations.length; known++) {
      rmSync(path, { force: true });
      const database = await openDatabase({ path, temporaryFolder });
      const first = await database.write((c) => migrate(c, migrations.slice(0, known), 0, path));
      expect(first).toBe(known);
      await database.close();
      const store = await open();
      expect(await store.events.load([predictionOf("a", "1")], 1)).toMatchObject({ predictions: 1 });
      expect(await store.state.projects()).toEqual([]);
      await store.close();
    }
  });

  it("numbers migrations from 1 without gaps", () => {
    expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, i) => i + 1));
  });

  it("refuses a file that another process owns", async () => {
    await (await open()).close();
    const duckdb = createRequire(import.meta.url).resolve("@duckdb/node-api");
    const script = `const { DuckDBInstance } = require(${JSON.stringify(duckdb)});
      DuckDBInstance.create(${JSON.stringify(path)}).then((db) => { console.log("open"); setInterval(() => db, 1000); });`;
    const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    await expect(open()).rejects.toMatchObject({
      code: "owned",
      message: `${path} is open in another process; only one may own it`,
    });
    child.kill("SIGKILL");
    await once(child, "close");
    await (await open()).close();
  });

  it("refuses a file, or a write-ahead log, that is damaged or missing, again and again, and leaves it as it is", async () => {
    const store = await open();
    await store.events.load([predictionOf("a", "1")], 1);
    await store.events.compact();
    await store.events.load([predictionOf("a", "2")], 2);
    // What a crash leaves: the file, and the log beside it.
    const [file, log] = [readFileSync(path), readFileSync(`${path}.wal`)];
    await store.close();
    const flipped = (bytes: Buffer, at: number): Buffer => {
      const copy = Buffer.from(bytes);
      for (let k = 0; k < 16; k++) copy[at + k] = (copy[at + k] ?? 0) ^ 0xa5;
      return copy;
    };
    for (const [of, wal] of [
      [file.subarray(0, file.length / 2), log],
      [file.subarray(0, 100), log],
      [flipped(file, 4100), log],
      [file, flipped(log, 20)],
      [file, flipped(log, log.length >> 1)],
      [null, log],
    ] as const) {
      if (of === null) rmSync(path);
      else writeFileSync(path, of);
      writeFileSync(`${path}.wal`, wal);
      for (let attempt = 0; attempt < 2; attempt++)
        await expect(open()).rejects.toMatchObject({ name: "StoreError", code: "damaged" });
      if (of !== null) expect(readFileSync(path).equals(of)).toBe(true);
      expect(readFileSync(`${path}.wal`).equals(wal)).toBe(true);
    }
    writeFileSync(path, file);
    writeFileSync(`${path}.wal`, log);
    const again = await open();
    expect(await again.events.position()).toBe(2);
    await again.close();
  });

  it("refuses a folder that is not there", async () => {
    const options = { path: join(folder, "no", "candor.duckdb"), temporaryFolder, now };
    await expect(openDuckStore(options)).rejects.toMatchObject({ name: "StoreError", code: "cannot-write" });
  });

  it("is of one salt for life, and of another in every store", async () => {
    const salts: unknown[] = [];
    for (const file of [path, path, join(folder, "other.duckdb")]) {
      await (await openDuckStore({ path: file, temporaryFolder, now })).close();
      const database = await openDatabase({ path: file, temporaryFolder });
      salts.push(
        await database.read(async (c) =>
          (await c.runAndReadAll("SELECT value FROM meta WHERE name = 'salt'")).getRows(),
        ),
      );
      await database.close();
    }
    expect(salts[0]).toEqual(salts[1]);
    expect(salts[0]).not.toEqual(salts[2]);
  });
});

describe("openDatabase(options)", () => {
  it("lets SQL reach the temporary folder and no other file, and load nothing", async () => {
    writeFileSync(join(folder, "secret.csv"), "a\n1\n");
    const database = await openDatabase({ path, temporaryFolder });
    const attempt = (sql: string) => database.exclusive(async (connection) => await connection.run(sql));
    for (const sql of [
      `FROM read_csv('${folder}/secret.csv')`,
      `FROM read_csv('${temporaryFolder}/../secret.csv')`,
      `FROM read_text('/etc/hostname')`,
      `FROM glob('${folder}/*')`,
      `COPY (SELECT 1) TO '${folder}/out.csv'`,
      `ATTACH '${folder}/out.duckdb'`,
      "INSTALL httpfs",
      "LOAD httpfs",
      "SET enable_external_access = true",
      "SET allowed_directories = ['/']",
    ])
      await expect(attempt(sql), sql).rejects.toThrow();
    await attempt(`COPY (SELECT 1) TO '${temporaryFolder}/out.csv'`);
    expect(existsSync(join(temporaryFolder, "out.csv"))).toBe(true);
    await database.close();
    expect(readdirSync(folder).sort()).toEqual(["candor.duckdb", "secret.csv", "tmp"]);
  });

  it("rolls back what throws, one writer after the other", async () => {
    const database = await openDatabase({ path, temporaryFolder });
    await database.write((c) => c.run("CREATE TABLE t (a INTEGER)"));
    const bad = database.write(async (c) => {
      await c.run("INSERT INTO t VALUES (1)");
      throw new Error("no");
    });
    const good = database.write((c) => c.run("INSERT INTO t VALUES (2)"));
    await expect(bad).rejects.toThrow("no");
    await good;
    const rows = await database.read(async (c) => (await c.runAndReadAll("FROM t")).getRows());
    expect(rows).toEqual([[2]]);
    await expect(database.read((c) => c.run("INSERT INTO t VALUES (3)"))).rejects.toThrow(/read-only/i);
    await database.close();
  });
});

describe("a disk that is full", () => {
  it.each([["64MB"], ["1MB"]])("fails the load whole and goes on from there (checkpoints at %s)", (threshold) => {
    const script = fileURLToPath(new URL("full-disk.mjs", import.meta.url));
    const command = `ulimit -f 3000; trap "" XFSZ; exec "$0" "$@"`;
    const { stdout, stderr } = spawnSync("bash", ["-c", command, process.execPath, script, folder, threshold], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    const { loaded, problem, position, differences, predictions, summary, kept } = JSON.parse(stdout);
    expect(problem).toEqual({ name: "StoreError", code: "cannot-write" });
    expect(loaded).toBeGreaterThan(0);
    expect({ position, predictions, kept }).toEqual({
      position: loaded,
      predictions: loaded * 1000,
      kept: loaded * 1000 + 1,
    });
    expect(summary).toMatchObject({ predictions: 1, duplicates: 0 });
    expect(differences).toEqual([]);
  });
});

describe("restoreDuckStore(backup, options)", () => {
  const copy = () => join(folder, "copy.duckdb");
  const restored = () => ({ path: join(folder, "new.duckdb"), temporaryFolder, now });

  async function backedUp(): Promise<void> {
    const store = await open();
    const events = Array.from({ length: 3000 }, (_, i) => predictionOf("a", `id ${i}`, { time: start + i * 7000 }));
    await store.events.load(events, 1);
    await store.events.load([outcomeOf("a", "id 7", 1)], 2);
    await store.events.backup(copy());
    await store.events.load([predictionOf("a", "later")], 3);
    await store.close();
  }

  it("gives back everything that was there when the backup began, and its position", async () => {
    await backedUp();
    await restoreDuckStore(copy(), restored());
    const store = await openDuckStore(restored());
    const origin = await open();
    expect(await store.events.storeId()).toMatch(/^[0-9a-f]{16}$/);
    expect(await store.events.storeId()).not.toBe(await origin.events.storeId());
    await origin.close();
    expect(await store.events.position()).toBe(2);
    expect(await store.events.prediction("a", "id 7")).toMatchObject({
      outcome: 1,
      prediction: { time: start + 49_000 },
    });
    expect(await store.events.prediction("a", "later")).toBeNull();
    expect(await store.events.verifyCells()).toEqual([]);
    expect(await store.events.load([predictionOf("a", "id 8"), predictionOf("a", "later")], 3)).toMatchObject({
      predictions: 1,
      duplicates: 1,
    });
    await store.events.retain("a", start + hour);
    await store.close();
    expect(existsSync(copy())).toBe(true);
  });

  it("refuses a folder with a store, a file that is no backup, one that is not there", async () => {
    await backedUp();
    await expect(restoreDuckStore(copy(), { path, temporaryFolder, now })).rejects.toMatchObject({ code: "exists" });
    await expect(restoreDuckStore(path, restored())).rejects.toMatchObject({
      code: "schema",
      message: `${path} is not a backup of Candor`,
    });
    await expect(restoreDuckStore(join(folder, "none"), restored())).rejects.toMatchObject({ code: "unknown" });
    writeFileSync(join(folder, "text"), "text ".repeat(5000));
    await expect(restoreDuckStore(join(folder, "text"), restored())).rejects.toMatchObject({ code: "schema" });
    expect(existsSync(restored().path)).toBe(false);
  });

  it("refuses a backup in which anything has changed, wherever it is", async () => {
    await backedUp();
    const whole = readFileSync(copy());
    let refused = 0;
    for (const share of [0.3, 0.5, 0.7, 0.9]) {
      const damaged = Buffer.from(whole);
      for (let i = 0; i < 64; i++) damaged[Math.trunc(share * whole.length) + i] ^= 0xa5;
      writeFileSync(copy(), damaged);
      const result = await restoreDuckStore(copy(), restored()).then(
        () => "restored",
        (error) => error.code,
      );
      if (result === "damaged") refused++;
      else expect(result).toBe("restored");
      rmSync(restored().path, { force: true });
    }
    expect(refused).toBeGreaterThan(0);
    writeFileSync(copy(), whole.subarray(0, whole.length / 2));
    await expect(restoreDuckStore(copy(), restored())).rejects.toMatchObject({ name: "StoreError" });
    writeFileSync(copy(), whole);
    await run(copy(), "DELETE FROM outcomes");
    await expect(restoreDuckStore(copy(), restored())).rejects.toMatchObject({ code: "damaged" });
    expect(readdirSync(folder).filter((name) => name.startsWith("new"))).toEqual([]);
  });
});

describe("the folder of a store", () => {
  it("has nothing left in tmp after a backup", async () => {
    const store = await openIn(folder, now);
    await store.events.backup(join(folder, "copy"));
    await store.close();
    expect(readdirSync(temporaryFolder)).toEqual([]);
  });
});
