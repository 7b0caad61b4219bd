import { describe, expect, it } from "vitest";
import { openPredictions } from "../../src/input/open-predictions.ts";
import { duck, inFolder } from "./helpers.ts";

const rows = 600_000;
const select = `SELECT i / ${rows} AS p_a, 1 - i / ${rows} AS p_b,
  CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END AS label,
  CASE WHEN i % 7 = 0 THEN NULL ELSE 'group number ' || (i // 1000) END AS g,
  (TIMESTAMP '2020-01-01' + to_seconds(i)) AS t, i AS w FROM range(${rows}) r(i)`;

describe("openPredictions", () => {
  it.each([
    ["csv", "HEADER", false],
    ["csv", "HEADER", true],
    ["csv.gz", "HEADER, COMPRESSION gzip", false],
    ["jsonl", "FORMAT json", false],
    ["jsonl", "FORMAT json", true],
    ["jsonl.zst", "FORMAT json, COMPRESSION zstd", true],
    ["json", "FORMAT json, ARRAY true", false],
    ["parquet", "FORMAT parquet, ROW_GROUP_SIZE 20000", false],
  ])(
    "openPredictions(%s).batches() keeps the order of the file (written with %s, skipBad %s)",
    async (ending, how, skipBad) => {
      const path = inFolder(`order.${ending}`);
      await duck(`COPY (${select}) TO '${path}' (${how})`);
      const opened = await openPredictions(path, { by: ["g"], time: "t", weight: "w", skipBad });
      const start = Date.UTC(2020, 0, 1);
      let row = 0;
      let wrong = 0;
      for await (const batch of opened.batches()) {
        if (batch.task !== "multiclass") throw new Error("not multiclass");
        const { codes, values } = batch.segments[0]!;
        for (let i = 0; i < batch.rows; i++, row++) {
          if (batch.probabilities.data[2 * i] !== row / rows || batch.probabilities.data[2 * i + 1] !== 1 - row / rows)
            wrong++;
          if (batch.labels[i] !== (row % 3 === 0 ? 0 : 1)) wrong++;
          if (batch.weights![i] !== row || batch.time!.values[i] !== start + 1000 * row) wrong++;
          if (values[codes[i]!] !== (row % 7 === 0 ? "(missing)" : `group number ${Math.floor(row / 1000)}`)) wrong++;
        }
      }
      expect({ row, wrong, skipped: opened.summary().skipped }).toEqual({ row: rows, wrong: 0, skipped: [] });
      await opened.close();
    },
  );
});
