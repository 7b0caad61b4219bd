import { describe, expect, it } from "vitest";
import { openPredictions, openScores, readPredictions } from "../../src/input/index.ts";
import { file, npy, refusal } from "./helpers.ts";

describe("readPredictions(path, { group })", () => {
  it("reads which rows belong together, and joins them over batches", async () => {
    const rows = Array.from({ length: 200_000 }, (_, i) => `0.5,${i % 2},user${i % 70_000}`);
    const path = file("groups.csv", `score,label,user\n${rows.join("\n")}\n`);
    const { predictions, source } = await readPredictions(path, { group: "user" });
    expect(source.columns["group"]).toBe("user");
    expect(predictions.segments).toEqual([]);
    const { name, codes, values } = predictions.groups ?? { name: "", codes: new Int32Array(0), values: [] };
    expect({ name, rows: codes.length, groups: values.length }).toEqual({
      name: "user",
      rows: 200_000,
      groups: 70_000,
    });
    for (const i of [0, 69_999, 70_000, 199_999]) expect(values[codes[i] ?? -1]).toBe(`user${i % 70_000}`);
  });

  it("names a column that is not there", async () => {
    const path = file("none.csv", "score,label\n0.5,1\n0.2,0\n");
    expect((await refusal(readPredictions(path, { group: "user" }))).message).toContain("no column user (--group)");
  });
});

describe("openPredictions(path, options, { keepLogits })", () => {
  const path = file("z.csv", "z_a,z_b,label\n1000,1001,a\n-3,2,b\n");

  it("keeps logits as they were given only when asked to", async () => {
    for (const keepLogits of [true, false]) {
      const opened = await openPredictions(path, {}, { keepLogits });
      for await (const batch of opened.batches()) {
        if (batch.task !== "multiclass") throw new Error("expected several classes");
        expect(batch.logits?.data).toEqual(keepLogits ? Float64Array.of(1000, 1001, -3, 2) : undefined);
        expect(batch.probabilities.data[0]).toBeCloseTo(1 / (1 + Math.E), 15);
      }
      await opened.close();
    }
  });
});

describe("openScores(path, options, kind)", () => {
  const all = async (path: string, kind: Parameters<typeof openScores>[2], options = {}) => {
    const opened = await openScores(path, options, kind);
    try {
      const batches = [];
      for await (const batch of opened.batches()) batches.push(batch);
      const { classNames, width, columns } = opened;
      return { batches, classNames, width, columns, summary: opened.summary() };
    } finally {
      await opened.close();
    }
  };

  it("needs no label, and takes one for no score", async () => {
    const { batches, columns } = await all(file("s.csv", "label,score\n1,0.25\n,0.5\n"), "probability");
    expect(columns).toEqual({ score: "score" });
    expect(batches[0]?.values.data).toEqual(Float64Array.of(0.25, 0.5));
  });

  it("chooses the columns of its kind where the file has both", async () => {
    const path = file("both.csv", "p_a,p_b,z_a,z_b\n0.25,0.75,-1,2\n");
    expect((await all(path, "logits")).batches[0]?.values.data).toEqual(Float64Array.of(-1, 2));
    expect((await all(path, "probabilities")).batches[0]?.values.data).toEqual(Float64Array.of(0.25, 0.75));
  });

  it("reads an array as what the kind says", async () => {
    const path = file("lone.npy", npy("<f4", [1, 2], Float32Array.of(-1, 2)));
    const { batches, classNames, width } = await all(path, "logits");
    expect({ classNames, width, data: batches[0]?.values.data }).toEqual({
      classNames: undefined,
      width: 2,
      data: Float64Array.of(-1, 2),
    });
    expect((await refusal(all(path, "probabilities"))).message).toContain("a probability in [0, 1]");
  });

  it("says which rows are good with skipBad, and refuses a file without any", async () => {
    const path = file("bad.csv", "score\n2\n0.5\nx\n");
    const { batches, summary } = await all(path, "probability", { skipBad: true });
    expect(batches).toEqual([
      { rows: 3, keep: Int32Array.of(1), values: { data: Float64Array.of(0.5), rows: 1, cols: 1 }, segments: [] },
    ]);
    expect(summary.rowsRead).toBe(3);
    const none = file("worse.csv", "score\n2\nx\n");
    expect((await refusal(all(none, "probability", { skipBad: true }))).message).toContain("all 2 rows are bad");
  });
});
