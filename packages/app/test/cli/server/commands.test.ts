import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { candor } from "../run.ts";

let folder = "";
let data = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-commands-"));
  data = join(folder, "data");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

const on = (): string[] => ["--data", data];

/** Predictions of a project as the export says them, without the moment of arrival. */
async function exported(project: string): Promise<Record<string, string>[]> {
  const { stdout } = await candor(["export", "--project", project, "--format", "ndjson", ...on()]);
  return stdout
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

const scores = ["score,label,region,day", "0.9,1,north,2025-11-05", "0.2,0,south,2025-11-05", "0.7,,south,2025-11-06"];

describe("candor import FILE", () => {
  it("sends predictions and outcomes; a second run changes nothing", async () => {
    const path = file("scores.csv", scores);
    const flags = ["--model", "m", "--score", "score", "--label", "label", "--by", "region", "--time", "day"];
    const first = await candor(["import", path, ...flags, ...on()]);
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toContain("3 predictions and 2 outcomes");
    const rows = await exported("default");
    expect(rows).toHaveLength(3);
    expect(rows.find(({ confidence }) => Number(confidence) === 0.9)).toMatchObject({
      model: "m",
      version: "1",
      task: "binary",
      outcome: 1,
      segments: { region: "north" },
    });
    const second = await candor(["import", path, ...flags, ...on()]);
    expect(second.stdout).toBe(first.stdout);
    expect(await exported("default")).toEqual(rows);
    const health = await candor(["doctor", "--json", ...on()]);
    expect(health.stdout).not.toContain("other content");

    const other = await candor(["import", path, "--model", "n", "--score", "score", "--label", "label", ...on()]);
    expect(other.code).toBe(0);
    expect(await exported("default")).toHaveLength(6);
  });

  it("names a bad row and its column and stops, or leaves such rows out and names them", async () => {
    const path = file("bad.csv", ["p,y", "0.5,1", "1.7,1", "0.4,maybe", "abc,0", ",1"]);
    const flags = ["--model", "bad", "--score", "p", "--label", "y", ...on()];
    const stopped = await candor(["import", path, ...flags]);
    expect(stopped.code).toBe(2);
    expect(stopped.stderr).toContain('bad.csv, row 2 (line 3), column p: expected a probability in [0, 1], got "1.7"');
    const skipped = await candor(["import", path, ...flags, "--skip-bad", "--json"]);
    expect(skipped.code).toBe(0);
    expect(JSON.parse(skipped.stdout)).toMatchObject({
      schema: "candor.import/1",
      predictions: 2,
      rejected: 3,
      firstRejected: [
        { row: 2, column: "p" },
        { row: 3, column: "y", message: expect.stringContaining('expected 0 or 1, got "maybe"') },
        { row: 4, column: "p" },
      ],
    });
  });

  it("names row and column of what the server refuses", async () => {
    const path = file("late.csv", ["id,c,ok,t", "a,0.5,1,2025-11-05", "b,0.5,1,1999-01-01"]);
    const flags = ["--model", "late", "--confidence", "c", "--correct", "ok", "--id", "id", "--time", "t", ...on()];
    const refused = await candor(["import", path, ...flags]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("late.csv, row 2 (line 3), column t: time must be");
  });

  it("keeps the likeliest of several classes, and compares it with the label", async () => {
    const path = file("classes.csv", ["p_cat,p_dog,y", "0.8,0.2,cat", "0.3,0.7,cat"]);
    const flags = ["--model", "classes", "--probs", "p_*", "--label", "y", "--project", "default", ...on()];
    expect((await candor(["import", path, ...flags])).code).toBe(0);
    const rows = (await exported("default")).filter(({ model }) => model === "classes");
    const told = rows.map(({ prediction, confidence, outcome }) => [prediction, Number(confidence), Number(outcome)]);
    expect(told.sort()).toEqual([
      ["cat", 0.8, 1],
      ["dog", 0.7, 0],
    ]);
  });

  it("--outcomes sends outcomes alone", async () => {
    const predictions = file("predictions.jsonl", [
      '{"id": "o-1", "confidence": 0.6}',
      '{"id": "o-2", "confidence": 0.6}',
    ]);
    const sent = await candor([
      "import",
      predictions,
      "--model",
      "o",
      "--confidence",
      "confidence",
      "--id",
      "id",
      ...on(),
    ]);
    expect(sent.stdout).toContain("2 predictions and 0 outcomes");
    const outcomes = file("outcomes.csv", ["id,right", "o-1,yes", "o-2,no"]);
    const flags = ["--outcomes", "--id", "id", "--correct", "right", "--source", "reviewer:ann", ...on()];
    expect((await candor(["import", outcomes, ...flags])).stdout).toContain("0 predictions and 2 outcomes");
    const rows = (await exported("default")).filter(({ model }) => model === "o");
    expect(rows.map(({ id, outcome }) => [id, Number(outcome)]).sort()).toEqual([
      ["o-1", 1],
      ["o-2", 0],
    ]);
  });

  it("stopped by Ctrl-C it says how to go on, and nothing is there twice in the end", async () => {
    const random = createRandom(5);
    const lines = Array.from({ length: 30_000 }, () => `${random.uniform()},${random.integer(2)}`);
    const path = file("many.csv", ["p,y", ...lines]);
    const flags = ["--model", "many", "--score", "p", "--label", "y", "--project", "default", ...on()];
    const interrupt = new AbortController();
    const stopping = candor(["import", path, ...flags], { signal: interrupt.signal });
    setTimeout(() => interrupt.abort(), 700);
    const stopped = await stopping;
    if (stopped.code !== 0) {
      expect(stopped.code).toBe(130);
      expect(stopped.stderr).toMatch(
        /^interrupted; (rows 1 to \d+ are in: --from-row \d+ goes on|nothing was written)/,
      );
    }
    const row = stopped.stderr.match(/--from-row (\d+)/)?.[1] ?? "1";
    const rest = await candor(["import", path, ...flags, "--from-row", row]);
    expect(rest.code).toBe(0);
    expect((await exported("default")).filter(({ model }) => model === "many")).toHaveLength(30_000);
  });

  it.each([
    ["no model", ["--score", "score"], "expected --model NAME or --model-column COLUMN"],
    ["a column that is not there", ["--model", "m", "--score", "scor"], "did you mean score?"],
    ["outcomes without ids", ["--outcomes", "--label", "label"], "--outcomes needs --id COLUMN"],
  ])("refuses %s", async (_, flags, message) => {
    const refused = await candor(["import", file("refused.csv", scores), ...flags, ...on()]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(message);
  });
});

describe("candor backup and candor restore", () => {
  it("make a second folder with the same predictions, keys and projects", async () => {
    const copy = join(folder, "copy.duckdb");
    const other = join(folder, "restored");
    await candor(["key", "create", "--role", "read", "--name", "kept", ...on()]);
    expect((await candor(["backup", copy, ...on()])).code).toBe(0);
    const twice = await candor(["backup", copy, ...on()]);
    expect(twice).toMatchObject({ code: 2, stderr: expect.stringContaining("exists already") });
    expect((await candor(["restore", copy, "--data", other])).code).toBe(0);
    const over = await candor(["restore", copy, "--data", other]);
    expect(over).toMatchObject({ code: 2, stderr: expect.stringContaining("holds data already") });
    const same = await candor(["export", "--project", "default", "--data", other]);
    expect(same.stdout).toBe((await candor(["export", "--project", "default", ...on()])).stdout);
    expect((await candor(["key", "list", "--data", other])).stdout).toContain("kept");
  });

  it("restore refuses what is no backup, and leaves nothing", async () => {
    const none = file("none.duckdb", ["not a database"]);
    const refused = await candor(["restore", none, "--data", join(folder, "nothing")]);
    expect(refused.code).toBe(2);
    expect(existsSync(join(folder, "nothing/candor.duckdb"))).toBe(false);
  });
});

describe("candor key", () => {
  it("makes, lists and revokes keys", async () => {
    const flags = ["--role", "read,review", "--name", "ann", "--expires", "2026-05-01", "--json"];
    const made = await candor(["key", "create", ...flags, ...on()]);
    const { key, secret, schema } = JSON.parse(made.stdout);
    expect({ schema, roles: key.roles, project: key.project }).toEqual({
      schema: "candor.key/1",
      roles: ["read", "review"],
      project: "default",
    });
    const before = await candor(["key", "list", ...on()]);
    expect(before.stdout).toContain(`${key.id}  …${secret.slice(-4)}  default`);
    expect(before.stdout).toContain("expires 2026-05-01");
    expect(before.stdout).not.toContain(secret);
    expect((await candor(["key", "revoke", key.id, ...on()])).code).toBe(0);
    expect((await candor(["key", "list", ...on()])).stdout).toMatch(new RegExp(`${key.id}.*revoked 2026-01-02`));
    const unknown = await candor(["key", "revoke", "0".repeat(16), ...on()]);
    expect(unknown).toMatchObject({ code: 2, stderr: `error: there is no key ${"0".repeat(16)}\n` });
    const role = await candor(["key", "create", "--role", "owner", ...on()]);
    expect(role).toMatchObject({ code: 2, stderr: expect.stringContaining("read, write, review, admin") });
  });
});

describe("candor doctor", () => {
  it("finds nothing wrong, or says what and exits 1", async () => {
    const fine = await candor(["doctor", "--json", ...on()]);
    expect(fine.code).toBe(0);
    const { schema, problems, findings } = JSON.parse(fine.stdout);
    expect({ schema, problems }).toEqual({ schema: "candor.doctor/1", problems: 0 });
    expect(findings).toContainEqual(
      expect.objectContaining({ name: "cells", status: "ok", message: "equal to what the events add up to" }),
    );
    const nowhere = await candor(["doctor", "--data", join(folder, "nowhere")]);
    expect(nowhere).toMatchObject({ code: 1, stdout: expect.stringContaining("PROBLEM  folder: there is no") });
    const broken = join(folder, "broken");
    await candor(["key", "create", "--role", "read", "--data", broken]);
    writeFileSync(join(broken, "candor.duckdb"), "not a database");
    const damaged = await candor(["doctor", "--data", broken]);
    expect(damaged.code).toBe(1);
    expect(damaged.stdout).toContain("PROBLEM  store:");
  });
});

describe("commands without a server or folder", () => {
  it("say what is missing", async () => {
    const nowhere = await candor(["key", "list", "--data", join(folder, "nowhere")]);
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining("candor serve makes one") });
    const keyless = await candor(["key", "list", "--url", "http://127.0.0.1:9"]);
    expect(keyless).toMatchObject({ code: 2, stderr: expect.stringContaining("set CANDOR_KEY") });
    const silent = await candor(["key", "list", "--url", "http://127.0.0.1:9"], { env: { CANDOR_KEY: "ck_x" } });
    expect(silent).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot reach http://127.0.0.1:9") });
  });
});
