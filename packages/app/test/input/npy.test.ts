import { gzipSync } from "node:zlib";
import type { ColumnRequest, InputOptions } from "@candor/input";
import { describe, expect, it } from "vitest";
import { ArrayTable } from "../../src/input/npy/array-table.ts";
import { npyArrayFrom, openNpyArray } from "../../src/input/npy/npy-array.ts";
import { readPredictions } from "../../src/input/read-predictions.ts";
import { file, npy, refusal } from "./helpers.ts";
import made from "./numpy-files.json" with { type: "json" };

const bytes = (base64: string) => Buffer.from(base64, "base64");

async function column(content: Uint8Array, request: (table: ArrayTable) => ColumnRequest, batchRows = 2) {
  const table = new ArrayTable("x.npy", [npyArrayFrom(content, "x.npy", "x")], false);
  const parts = [];
  for await (const batch of table.stream([request(table)], { batchRows, skipBad: false, signal: undefined }))
    parts.push(batch.columns[0]!);
  return parts;
}

const asNumber = (table: ArrayTable): ColumnRequest => ({ as: "number", field: table.fields[0]! });
const asCategory = (table: ArrayTable): ColumnRequest => ({
  as: "category",
  field: table.fields[0]!,
  limit: 100,
  purpose: "",
});

async function refused(content: Uint8Array, options: InputOptions = {}): Promise<string> {
  const labels = file("labels.npy", npy("|u1", [2], Uint8Array.of(0, 1)));
  return (await refusal(readPredictions(file("x.npy", content), { label: labels, ...options }))).message;
}

describe("ArrayTable", () => {
  it.each(made.arrays)("stream() reads what NumPy writes as $dtype", async ({ file: content, values }) => {
    const parts = await column(bytes(content), asNumber);
    expect(parts.flatMap((part) => (part.as === "number" ? Array.from(part.values) : []))).toEqual(values);
  });
  it.each(["c", "fortran", "bigEndianFortran"] as const)(
    "stream() reads a matrix in %s order row by row",
    async (order) => {
      const parts = await column(
        bytes(made.matrix[order]),
        (table) => ({ as: "block", fields: table.fields, width: 3 }),
        3,
      );
      expect(parts.map((part) => (part.as === "block" ? part.values.length : 0))).toEqual([9, 3]);
      expect(parts.flatMap((part) => (part.as === "block" ? Array.from(part.values) : []))).toEqual(made.matrix.values);
    },
  );
  it.each(["unicode", "bytes"] as const)(
    "stream() reads %s texts as categories, empty ones as missing",
    async (kind) => {
      const parts = await column(bytes(made.texts[kind]), asCategory);
      const texts = parts.flatMap((part) =>
        part.as === "category" ? Array.from(part.codes, (code) => (code < 0 ? "" : part.values[code])) : [],
      );
      expect(texts).toEqual(made.texts.values[kind]);
    },
  );
  it.each(["s", "ms", "us", "ns"] as const)("stream() reads dates in %s as milliseconds", async (unit) => {
    const parts = await column(bytes(made.dates[unit]), (table) => ({ as: "time", field: table.fields[0]! }), 8);
    expect(parts).toEqual([
      {
        as: "time",
        kind: "date",
        values: Float64Array.of(Date.UTC(2024, 2, 1, 12, 30, 15), Number.NaN, -1000),
        gaps: Uint8Array.of(0, 1, 0),
      },
    ]);
  });
  it("stream() gives numbers as categories their plain text", async () => {
    const parts = await column(npy("<f8", [4], Float64Array.of(1, 0.5, -0, Number.NaN)), asCategory, 4);
    expect(parts).toEqual([{ as: "category", codes: Int32Array.of(0, 1, 2, -1), values: ["1", "0.5", "0"] }]);
  });
});

describe("readPredictions on NPY and NPZ", () => {
  it.each(["stored", "compressed"] as const)(
    "readPredictions(npz) finds probs and labels in a %s archive",
    async (kind) => {
      const { predictions, source } = await readPredictions(file("x.npz", bytes(made.npz[kind])), {});
      expect(predictions).toMatchObject({
        task: "multiclass",
        probabilities: { data: Float64Array.from(made.matrix.values), rows: 4, cols: 3 },
        labels: Int32Array.of(0, 1, 2, 0),
        classNames: ["0", "1", "2"],
      });
      expect(source.columns).toEqual({ probs: "probs", label: "labels" });
    },
  );
  it("readPredictions(npz, { probs, labels }) takes members by name", async () => {
    const path = file("x.npz", bytes(made.npz.otherNames));
    const { predictions } = await readPredictions(path, { probs: "arr_0", labels: "arr_1" });
    expect(predictions.rows).toBe(4);
    const { message } = await refusal(readPredictions(path, {}));
    expect(message).toContain("x.npz: cannot tell which columns to use; columns: arr_0, arr_1");
  });
  it("readPredictions(npz) finds score and y, also as a column of n × 1", async () => {
    const { predictions } = await readPredictions(file("x.npz", bytes(made.npz.binary)), {});
    expect(predictions).toMatchObject({
      task: "binary",
      probabilities: Float64Array.of(0.25, 0.75),
      outcomes: Uint8Array.of(0, 1),
    });
  });
  it("readPredictions(undefined, { logits, labels }) reads a pair of files", async () => {
    const logits = file("z.npy", npy("<f4", [2, 3], Float32Array.of(1, 2, 3, -1, 0.5, 0)));
    const labels = file("y.npy", npy("<i8", [2], BigInt64Array.of(2n, 0n)));
    const { predictions, source } = await readPredictions(undefined, { logits, labels });
    expect(source).toMatchObject({
      name: "z.npy + y.npy",
      rows: 2,
      columns: { logits: "z.npy", label: "y.npy" },
      notes: [],
    });
    expect(predictions.task).toBe("multiclass");
    if (predictions.task !== "multiclass") return;
    expect(predictions.labels).toEqual(Int32Array.of(2, 0));
    const total = Math.exp(1) + Math.exp(2) + Math.exp(3);
    expect(predictions.probabilities.data[0]).toBeCloseTo(Math.exp(1) / total, 15);
    expect(predictions.logProbabilities!.data[0]).toBeCloseTo(1 - Math.log(total), 14);
  });
  it("readPredictions(path, { labels }) takes the task from the shape of the array", async () => {
    const labels = file("y.npy", npy("|b1", [2], Uint8Array.of(0, 1)));
    const probs = file("p.npy", npy("<f8", [2, 2], Float64Array.of(0.5, 0.5, 0.25, 0.75)));
    const score = file("s.npy", npy("<f8", [2, 1], Float64Array.of(0.5, 0.25)));
    expect((await readPredictions(probs, { labels })).predictions.task).toBe("multiclass");
    expect((await readPredictions(score, { label: labels })).predictions.task).toBe("binary");
    expect((await readPredictions(score, { correct: labels })).predictions.task).toBe("confidence");
    expect((await readPredictions(undefined, { score, label: labels })).predictions.task).toBe("binary");
    expect((await readPredictions(undefined, { confidence: score, correct: labels })).predictions.task).toBe(
      "confidence",
    );
  });
  it("readPredictions(path, flags) takes weight, time and segments from files, also beside a CSV", async () => {
    const path = file("main.csv", "score,label\n0.25,0\n0.75,1\n");
    const weight = file("w.npy", npy("<f4", [2], Float32Array.of(1, 2)));
    const time = file("t.npy", npy("<M8[D]", [2], BigInt64Array.of(0n, 1n)));
    const age = file("age.npy", npy("|u1", [2], Uint8Array.of(30, 40)));
    const { predictions } = await readPredictions(path, { weight, time, by: [age] });
    expect(predictions).toMatchObject({
      weights: Float64Array.of(1, 2),
      time: { name: "t", values: Float64Array.of(0, 86_400_000), kind: "date" },
      segments: [{ name: "age", codes: Int32Array.of(0, 1), values: ["30", "40"] }],
    });
  });
  it("readPredictions(path, { labels }) takes labels from a table with one column", async () => {
    const probs = file("p.npy", npy("<f8", [2, 2], Float64Array.of(0.5, 0.5, 0.25, 0.75)));
    const labels = file("y.csv", "id,label\na,1\nb,0\n");
    expect((await readPredictions(probs, { labels })).predictions).toMatchObject({ labels: Int32Array.of(1, 0) });
    const plain = file("plain.csv", "truth\n1\n0\n");
    expect((await readPredictions(probs, { labels: plain })).predictions).toMatchObject({
      labels: Int32Array.of(1, 0),
    });
  });
  it("readPredictions(npy.gz) unpacks to a temporary file", async () => {
    const probs = file("p.npy.gz", gzipSync(npy("<f8", [2, 2], Float64Array.of(0.5, 0.5, 0.25, 0.75))));
    const labels = file("y.npy.gz", gzipSync(npy("|u1", [2], Uint8Array.of(0, 1))));
    expect((await readPredictions(probs, { labels })).predictions.rows).toBe(2);
  });
  it("openNpyArray(path) reads elements anywhere in the file", async () => {
    const path = file("x.npy", npy("<f8", [4], Float64Array.of(1, 2, 3, 4)));
    const array = await openNpyArray(path, "x.npy", "x");
    expect(new Float64Array((await array.read(1, 2)).buffer)).toEqual(Float64Array.of(2, 3));
    await array.close();
  });
  it("readPredictions(npy) refuses what holds no numbers", async () => {
    const messages: Record<string, string> = {};
    for (const [kind, content] of Object.entries(made.refused)) messages[kind] = await refused(bytes(content));
    expect(messages).toEqual({
      objects:
        'x.npy: expected an array of numbers, got element type "|O" (Python objects); save it as a plain float array',
      structured: "x.npy: expected an array of numbers, got a structured array; save each field as an array of its own",
      complex: 'x.npy: expected an array of numbers, got element type "<c16"',
      scalar: "x.npy: expected an array of n or n × k values, got a single number",
      cube: "x.npy: expected an array of n or n × k values, got 2 × 2 × 2",
    });
    const texts = npy("|S3", [2], Buffer.from("catdog"));
    expect(await refused(texts)).toBe("x.npy: expected numbers, got texts");
  });
  it("readPredictions(npy) refuses files that are cut off or no NPY", async () => {
    const whole = npy("<f8", [2], Float64Array.of(0.5, 0.25));
    expect(await refused(whole.subarray(0, whole.length - 3))).toBe(
      `x.npy: the file is cut off, its header promises ${whole.length} bytes (shape 2), got ${whole.length - 3}`,
    );
    expect(await refused(whole.subarray(0, 20))).toBe("x.npy: not an NPY file, its header is cut off");
    expect(await refused(Buffer.from("score\n0.5\n0.25\n"), { format: "npy" })).toBe(
      "x.npy: not an NPY file, it does not start with \\x93NUMPY",
    );
    const archive = bytes(made.npz.stored);
    expect(await refused(archive.subarray(0, archive.length - 30))).toBe(
      "x.npy: not a whole NPZ archive, it is cut off or damaged",
    );
  });
  it("readPredictions(npy) refuses one-hot labels and a matrix as a score", async () => {
    const probs = file("p.npy", npy("<f8", [2, 2], Float64Array.of(0.5, 0.5, 0.25, 0.75)));
    const hot = file("hot.npy", npy("|u1", [2, 2], Uint8Array.of(0, 1, 1, 0)));
    const { message } = await refusal(readPredictions(probs, { labels: hot }));
    expect(message).toBe("hot.npy: expected one label per row, got 2 values per row");
    const { message: second } = await refusal(readPredictions(undefined, { score: probs, label: hot }));
    expect(second).toContain("2 values per row");
  });
});
