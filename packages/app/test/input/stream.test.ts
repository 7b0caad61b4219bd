import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { CategoryCodes } from "@candor/input";
import { DuckDBInstance } from "@duckdb/node-api";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openCsv } from "../../src/input/duckdb/csv-table.ts";
import { longTextHash, TextCodes } from "../../src/input/duckdb/text-codes.ts";
import { doubles, isValid, stringWords, validityWords, wordPairs } from "../../src/input/duckdb/vectors.ts";
import { openPredictions } from "../../src/input/open-predictions.ts";
import { readPredictions } from "../../src/input/read-predictions.ts";
import { duck, file, inFolder, npy, refusal } from "./helpers.ts";

const text = "score,label\n0.25,0\n0.75,1\n";

describe("vectors", () => {
  it("doubles(vector), validityWords(vector) and stringWords(vector) see what the binding hides", async () => {
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const result = await connection.stream(
      "SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE i / 4 END AS x, 'text ' || i AS s FROM range(100) r(i)",
    );
    const chunk = await result.fetchChunk();
    const [numbers, words] = [chunk!.getColumnVector(0), chunk!.getColumnVector(1)];
    const valid = validityWords(numbers);
    for (let i = 0; i < 100; i++) {
      expect(isValid(valid, i)).toBe(i % 3 !== 0);
      if (i % 3 !== 0) expect(doubles(numbers)[i]).toBe(i / 4);
      expect(stringWords(words)[4 * i]).toBe(`text ${i}`.length);
    }
    expect(validityWords(words)).toBeUndefined();
    expect(() => doubles(words)).toThrow(TypeError);
    expect(() => stringWords(numbers)).toThrow(TypeError);
    expect(() => wordPairs(numbers)).toThrow(TypeError);
    connection.closeSync();
    instance.closeSync();
  });
  it("TextCodes.encode(vector) numbers short and long texts in the order they are seen", async () => {
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const result = await connection.stream(
      `SELECT s, ${longTextHash("s")} FROM (SELECT CASE WHEN i % 500 = 7 THEN NULL WHEN i % 2 = 0 THEN 'k' || (i % 400)
        ELSE 'a much longer text, größer ' || (i % 10) END AS s FROM range(5000) r(i))`,
    );
    const codes = new CategoryCodes(1000, () => new Error("too many"));
    const encoder = new TextCodes(codes);
    const seen: string[] = [];
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      const vector = chunk.getColumnVector(0);
      const out = new Int32Array(chunk.rowCount);
      encoder.encode(vector, () => chunk.getColumnVector(1), 0, chunk.rowCount, out, 0);
      for (let i = 0; i < out.length; i++) {
        const expected = vector.getItem(i);
        expect(out[i]! < 0 ? null : codes.values[out[i]!]).toBe(expected);
        if (typeof expected === "string" && !seen.includes(expected)) seen.push(expected);
      }
    }
    expect(codes.values).toEqual(seen);
    connection.closeSync();
    instance.closeSync();
  });
});

describe("DuckTable.stream", () => {
  it("stream() throws when DuckDB fails in the middle, which its client reports as the end of the data", async () => {
    const lines = Array.from({ length: 600_000 }, (_, i) => `0.5,${i}`);
    lines[500_000] = "0.5";
    const path = file("broken.csv", `score,label\n${lines.join("\n")}\n`);
    const table = await openCsv(path, "broken.csv", {
      format: "csv",
      compression: "none",
      encoding: "utf-8",
      hasMark: false,
    });
    const stream = table.stream([{ as: "number", field: table.fields[0]! }], {
      batchRows: 1000,
      skipBad: false,
      signal: undefined,
    });
    let rows = 0;
    const drained = (async () => {
      for await (const batch of stream) rows += batch.rows;
    })();
    expect((await refusal(drained)).message).toBe("broken.csv, line 500002: expected 2 values as in the header, got 1");
    expect(rows).toBeLessThan(500_001);
    await table.close();
  });
});

describe("openPredictions on standard input", () => {
  const temporary = inFolder("temporary");
  const spools = () => readdirSync(temporary);
  const before = process.env["TMPDIR"];
  beforeAll(() => {
    mkdirSync(temporary);
    process.env["TMPDIR"] = temporary;
  });
  afterAll(() => {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  });

  it.each([
    ["CSV", () => Buffer.from(text)],
    ["gzip", () => gzipSync(text)],
    ["JSON lines", () => Buffer.from('{"score":0.25,"label":0}\n{"score":0.75,"label":1}\n')],
  ])("openPredictions('-') reads %s and removes its copy", async (_, content) => {
    const opened = await openPredictions("-", {}, { stdin: Readable.from([content()]) });
    expect(opened.sourceName).toBe("standard input");
    expect(spools()).toHaveLength(1);
    for await (const batch of opened.batches())
      expect(batch).toMatchObject({ rows: 2, probabilities: Float64Array.of(0.25, 0.75) });
    await opened.close();
    expect(spools()).toEqual([]);
  });
  it("openPredictions('-') reads Parquet and NPY by their first bytes", async () => {
    const path = inFolder("x.parquet");
    await duck(`COPY (SELECT i / 4 AS score, i % 2 AS label FROM range(4) r(i)) TO '${path}' (FORMAT parquet)`);
    const parquet = await readPredictions("-", {}, { stdin: Readable.from([readFileSync(path)]) });
    expect(parquet.predictions.rows).toBe(4);
    const label = file("y.npy", npy("|u1", [2], Uint8Array.of(0, 1)));
    const scores = npy("<f8", [2], Float64Array.of(0.25, 0.75));
    const array = await readPredictions("-", { label }, { stdin: Readable.from([scores]) });
    expect(array.predictions).toMatchObject({ task: "binary", rows: 2 });
    expect(array.source.columns).toEqual({ score: "standard input", label: "y.npy" });
  });
  it("openPredictions('-') speaks of standard input in complaints and leaves nothing behind", async () => {
    const stdin = () => Readable.from(["score,label\n0.5,1\nx,0\n"]);
    expect((await refusal(openPredictions("-", {}, { stdin: stdin() }))).message).toBe(
      'standard input, row 2 (line 3), column score: expected a probability in [0, 1], got "x"',
    );
    expect((await refusal(openPredictions("-", {}, { stdin: Readable.from([]) }))).message).toBe(
      "standard input: the file is empty",
    );
    expect(spools()).toEqual([]);
  });
});

describe("makeSpool", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "makeSpool() is gone after %s, which still ends the process",
    async (signal) => {
      await build({
        configFile: false,
        logLevel: "silent",
        build: {
          ssr: fileURLToPath(new URL("../../src/input/spool.ts", import.meta.url)),
          outDir: inFolder("built"),
          rollupOptions: { output: { entryFileNames: "spool.mjs" } },
        },
      });
      const script = `
      import { writeFileSync } from "node:fs";
      import { makeSpool } from ${JSON.stringify(pathToFileURL(inFolder("built/spool.mjs")).href)};
      const path = makeSpool().path("copy");
      writeFileSync(path, "rows");
      console.log(path);
      setInterval(() => {}, 1000);`;
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const path = await new Promise<string>((done) =>
        child.stdout.once("data", (chunk) => done(String(chunk).trim())),
      );
      expect(existsSync(path)).toBe(true);
      const ended = new Promise((done) => child.once("exit", (_, by) => done(by)));
      child.kill(signal);
      expect(await ended).toBe(signal);
      expect(existsSync(dirname(path))).toBe(false);
    },
  );
});

describe("openPredictions with a signal", () => {
  it("batches() stops when the signal is aborted", async () => {
    const path = inFolder("long.parquet");
    await duck(
      `COPY (SELECT random() AS score, i % 2 AS label FROM range(3000000) r(i)) TO '${path}' (FORMAT parquet)`,
    );
    const controller = new AbortController();
    const opened = await openPredictions(path, {}, { signal: controller.signal });
    let rows = 0;
    const drained = (async () => {
      for await (const batch of opened.batches()) {
        rows += batch.rows;
        if (rows > 400_000) controller.abort(new Error("enough"));
      }
    })();
    await expect(drained).rejects.toThrow("enough");
    expect(rows).toBeLessThan(700_000);
    await opened.close();
    await opened.close();
  });
  it("openPredictions('-') stops copying when the signal is aborted", async () => {
    const controller = new AbortController();
    const endless = Readable.from(
      (function* () {
        yield "score,label\n";
        for (;;) yield "0.5,1\n";
      })(),
    );
    setTimeout(() => controller.abort(new Error("enough")), 20);
    await expect(openPredictions("-", {}, { stdin: endless, signal: controller.signal })).rejects.toThrow("enough");
  });
  it("openPredictions(csv) reports progress that grows and ends at 1", async () => {
    const path = inFolder("long.csv");
    await duck(`COPY (SELECT random() AS score, i % 2 AS label FROM range(2000000) r(i)) TO '${path}' (HEADER)`);
    const seen: number[] = [];
    const onProgress = (fraction: number | undefined) => seen.push(fraction ?? 0);
    const { predictions } = await readPredictions(path, {}, { onProgress });
    expect(predictions.rows).toBe(2_000_000);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
  });
  it("openPredictions(path) does nothing when the signal is already aborted", async () => {
    const signal = AbortSignal.abort(new Error("never mind"));
    await expect(openPredictions(inFolder("nothing.csv"), {}, { signal })).rejects.toThrow("never mind");
  });
  it("batches() can be left early", async () => {
    const opened = await openPredictions(inFolder("long.parquet"), {});
    for await (const batch of opened.batches()) {
      expect(batch.rows).toBeGreaterThan(0);
      break;
    }
    await opened.close();
  });
});
