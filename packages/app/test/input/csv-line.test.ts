import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineOfRow } from "../../src/input/duckdb/csv-line.ts";
import { file } from "./helpers.ts";

describe("lineOfRow", () => {
  it("lineOfRow(file, row) counts the line ends before a row, in quotes and between rows", async () => {
    const value = fc.constantFrom("1", '"a\nb"', '"\n\n"', '"x ""y"" \n"', '""', "text");
    const row = fc.tuple(value, value, fc.nat(2));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), fc.boolean(), async (rows, compressed) => {
        let text = "# note\na,b\n";
        const starts: number[] = [];
        for (const [a, b, empty] of rows) {
          starts.push(text.split("\n").length);
          text += `${a},${b}\n${"\n".repeat(empty)}`;
        }
        const path = file("lines.csv", compressed ? gzipSync(text) : text);
        const lines = { path, compression: compressed ? "gzip" : "none", before: 2, emptyLinesCount: false } as const;
        for (let i = 0; i < rows.length; i++) expect(await lineOfRow(lines, i + 1)).toBe(starts[i]);
        expect(await lineOfRow(lines, rows.length + 1)).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });
});
