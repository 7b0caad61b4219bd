import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPredictions } from "../../src/input/read-predictions.ts";
import { duck, file, inFolder } from "./helpers.ts";

const row = fc.record({
  score: fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0),
  label: fc.boolean(),
  w: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
  'se g, "ment"': fc.oneof(
    fc.constantFrom("a", "b", "a text of more than twelve bytes", "größer 👍", 'say "no"', "x,y;z", "line\nend"),
    fc.integer({ min: -3, max: 3 }).map(String),
  ),
  t: fc
    .date({ min: new Date("1900-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
    .map((d) => d.toISOString()),
});

const both = [
  { score: 0.25, label: true, w: 1, 'se g, "ment"': "a", t: "2024-01-01T00:00:00.000Z" },
  { score: 0.75, label: false, w: 2, 'se g, "ment"': "b", t: "2024-01-02T00:00:00.000Z" },
];

describe("readPredictions", () => {
  it("readPredictions(file) gives the same predictions for the same rows in every format", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 60 }), async (some) => {
        const rows = [...both, ...some];
        const names = Object.keys(both[0]!);
        const quote = (value: unknown) => `"${String(value).replaceAll('"', '""')}"`;
        const csv = [names, ...rows.map((r) => Object.values(r))].map((cells) => cells.map(quote).join(",")).join("\n");
        const jsonl = rows.map((r) => JSON.stringify(r)).join("\n");
        const lines = file("rows.jsonl", jsonl);
        const parquet = inFolder("rows.parquet");
        await duck(`COPY (FROM read_json('${lines}')) TO '${parquet}' (FORMAT parquet)`);
        const files = [
          file("rows.csv", csv),
          file("rows.csv.gz", gzipSync(csv)),
          lines,
          file("rows.json", JSON.stringify(rows, undefined, 1)),
          parquet,
        ];
        const options = { weight: "w", by: ['se g, "ment"'], time: "t" };
        const expected = {
          task: "binary",
          rows: rows.length,
          probabilities: Float64Array.from(rows, (r) => r.score),
          outcomes: Uint8Array.from(rows, (r) => Number(r.label)),
          weights: Float64Array.from(rows, (r) => r.w),
          time: { name: "t", kind: "date", values: Float64Array.from(rows, (r) => Date.parse(r.t)) },
        };
        const groups = rows.map((r) => r['se g, "ment"']);
        for (const path of files) {
          for (const skipBad of [false, true]) {
            const { predictions, source } = await readPredictions(path, { ...options, skipBad });
            const { segments, ...rest } = predictions;
            expect(rest).toEqual({ ...expected, classNames: ["false", "true"] });
            expect(Array.from(segments[0]!.codes, (code) => segments[0]!.values[code])).toEqual(groups);
            expect(source.skipped).toEqual([]);
          }
        }
        expect(readFileSync(lines, "utf8")).toBe(jsonl);
      }),
      { numRuns: 12 },
    );
  });
});
