import { describe, expect, it } from "vitest";
import { outputFormat } from "../../src/output/index.ts";

describe("outputFormat(path)", () => {
  it.each([
    ["a.csv", "csv", "none"],
    ["folder.json/A.CSV.GZ", "csv", "gzip"],
    ["a.tsv.zst", "tsv", "zstd"],
    ["a.tab", "tsv", "none"],
    ["a.ndjson", "jsonl", "none"],
    ["a.jsonl.gz", "jsonl", "gzip"],
    ["a.json", "json", "none"],
    ["a.parquet", "parquet", "none"],
    ["a.pq", "parquet", "none"],
    ["a.npy", "npy", "none"],
  ])("%s is %s, compression %s", (path, format, compression) => {
    expect(outputFormat(path)).toEqual({ format, compression });
  });

  it.each(["a", "a.txt", "a.gz", "a.npy.gz", "a.parquet.zst", "a.npz", "csv"])("%s means nothing", (path) => {
    expect(outputFormat(path)).toBeUndefined();
  });
});
