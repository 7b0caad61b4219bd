import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openPredictions } from "../../src/input/open-predictions.ts";
import { readPredictions } from "../../src/input/read-predictions.ts";
import { duck, file, inFolder } from "./helpers.ts";

const binary = { probabilities: Float64Array.of(0.1, 0.9), outcomes: Uint8Array.of(0, 1) };

describe("readPredictions on JSON", () => {
  it.each([
    ["lines", "a.jsonl", '{"score":0.1,"label":0}\n{"label":1,"score":0.9}\n'],
    ["lines under another name", "a.txt", '{"score":0.1,"label":0}\n{"label":1,"score":0.9}\n'],
    ["an array", "a.json", '[{"score":0.1,"label":0},\n {"label":1,\n"score":0.9}]'],
    ["objects over several lines", "b.json", '{\n "score":0.1,"label":0\n}\n{\n"label":1,"score":0.9}\n'],
    ["numbers in quotes and booleans", "c.jsonl", '{"score":"0.1","label":false}\n{"label":true,"score":0.9}\n'],
    ["labels as words", "d.jsonl", '{"score":0.1,"label":"no"}\n{"label":"yes","score":0.9}\n'],
  ])("readPredictions(json) reads %s", async (_, name, text) => {
    expect((await readPredictions(file(name, text), {})).predictions).toMatchObject(binary);
  });

  it("readPredictions(json) reads over a byte order mark", async () => {
    const lines = '\ufeff{"score":0.1,"label":0}\n{"label":1,"score":0.9}\n';
    expect((await readPredictions(file("mark.jsonl", lines), {})).predictions).toMatchObject(binary);
    expect((await readPredictions(file("mark.jsonl.gz", gzipSync(lines)), {})).predictions).toMatchObject(binary);
    const array = '\ufeff[{"score":0.1,"label":0}, {"label":1,"score":0.9}]';
    expect((await readPredictions(file("mark.json", array), {})).predictions).toMatchObject(binary);
  });

  it("readPredictions(jsonl.gz) reads compressed lines", async () => {
    const path = file("z.jsonl.gz", gzipSync('{"score":0.1,"label":0}\n{"label":1,"score":0.9}\n'));
    expect((await readPredictions(path, {})).predictions).toMatchObject(binary);
  });

  it("readPredictions(jsonl.zst) reads compressed lines", async () => {
    const path = inFolder("z.jsonl.zst");
    await duck(
      `COPY (SELECT i / 10 AS score, i % 2 AS label FROM range(10) r(i)) TO '${path}' (FORMAT json, COMPRESSION zstd)`,
    );
    expect((await readPredictions(path, {})).predictions.rows).toBe(10);
  });

  it("readPredictions(jsonl) reads one list of probabilities per row", async () => {
    const path = file("lists.jsonl", '{"probs":[0.1,0.9],"label":1}\n{"probs":[0.25,0.75],"label":0}\n');
    const { predictions, source } = await readPredictions(path, {});
    expect(predictions).toMatchObject({
      task: "multiclass",
      probabilities: { data: Float64Array.of(0.1, 0.9, 0.25, 0.75), rows: 2, cols: 2 },
      labels: Int32Array.of(1, 0),
      classNames: ["0", "1"],
    });
    expect(source.columns).toEqual({ probs: "probs", label: "label" });
  });
});

describe("readPredictions on Parquet", () => {
  it.each(["BOOLEAN", "UTINYINT", "BIGINT", "DOUBLE", "VARCHAR", "DECIMAL(4, 1)", "ENUM ('0', '1')"])(
    "readPredictions(parquet) reads labels of type %s",
    async (type) => {
      const path = inFolder("types.parquet");
      const value = type.startsWith("ENUM") || type === "VARCHAR" ? "(i % 2)::VARCHAR" : "i % 2";
      await duck(
        `COPY (SELECT i / 4 AS score, CAST(${value} AS ${type}) AS label FROM range(4) r(i)) TO '${path}' (FORMAT parquet)`,
      );
      const { predictions } = await readPredictions(path, {});
      expect(predictions).toMatchObject({
        probabilities: Float64Array.of(0, 0.25, 0.5, 0.75),
        outcomes: Uint8Array.of(0, 1, 0, 1),
      });
    },
  );

  it.each(["FLOAT", "DOUBLE", "DECIMAL(9, 8)"])("readPredictions(parquet) reads scores of type %s", async (type) => {
    const path = inFolder("scores.parquet");
    await duck(
      `COPY (SELECT CAST(i / 8 AS ${type}) AS score, i % 2 AS label FROM range(4) r(i)) TO '${path}' (FORMAT parquet)`,
    );
    const { predictions } = await readPredictions(path, {});
    expect(predictions).toMatchObject({ probabilities: Float64Array.of(0, 0.125, 0.25, 0.375) });
  });

  it("readPredictions(parquet) reads lists of single-precision logits as float32 says them", async () => {
    const path = inFolder("lists.parquet");
    await duck(
      `COPY (SELECT [i::FLOAT / 3, 0, -1]::FLOAT[] AS logits, i % 3 AS label FROM range(6) r(i)) TO '${path}' (FORMAT parquet)`,
    );
    const { predictions } = await readPredictions(path, {});
    expect(predictions.task).toBe("multiclass");
    if (predictions.task !== "multiclass") return;
    const logits = [Math.fround(1 / 3), 0, -1];
    const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
    expect(predictions.probabilities.data[3]).toBeCloseTo(Math.exp(logits[0]!) / total, 15);
    expect(predictions.logProbabilities!.data[3]).toBeCloseTo(logits[0]! - Math.log(total), 14);
  });

  it("openPredictions(parquet) knows the rows, keeps their order and reports progress", async () => {
    const path = inFolder("ordered.parquet");
    const rows = 1_000_000;
    await duck(
      `COPY (SELECT i / ${rows} AS p_a, 1 - i / ${rows} AS p_b, 'b' AS spare, CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END AS label FROM range(${rows}) r(i)) TO '${path}' (FORMAT parquet)`,
    );
    const seen: [number | undefined, number][] = [];
    const onProgress = (fraction: number | undefined, read: number) => seen.push([fraction, read]);
    const opened = await openPredictions(path, {}, { onProgress });
    expect(opened).toMatchObject({ task: "multiclass", rowsKnown: rows, classNames: ["a", "b"] });
    let row = 0;
    let wrong = 0;
    for await (const batch of opened.batches()) {
      if (batch.task !== "multiclass") continue;
      for (let i = 0; i < batch.rows; i++, row++)
        if (batch.probabilities.data[2 * i] !== row / rows || batch.labels[i] !== row % 2) wrong++;
    }
    await opened.close();
    expect({ row, wrong }).toEqual({ row: rows, wrong: 0 });
    expect(seen.at(-1)).toEqual([1, rows]);
    expect(seen.map(([fraction]) => fraction)).toEqual(seen.map(([, read]) => read / rows));
  });

  it("openPredictions(jsonl) keeps the order of the file over many batches", async () => {
    const path = inFolder("ordered.jsonl");
    const rows = 400_000;
    await duck(
      `COPY (SELECT i / ${rows} AS score, i % 2 AS label, i AS t FROM range(${rows}) r(i)) TO '${path}' (FORMAT json)`,
    );
    const { predictions } = await readPredictions(path, { time: "t" });
    let wrong = 0;
    for (let i = 0; i < rows; i++) if (predictions.time!.values[i] !== i) wrong++;
    expect({ rows: predictions.rows, wrong }).toEqual({ rows, wrong: 0 });
  });
});
