import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { openBlob, type StreamOptions, type Table } from "@candor/input";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openTable } from "../../src/input/open-table.ts";
import { gather } from "./gather.ts";
import { data, file, hasData } from "./helpers.ts";

const noParquet = () => Promise.reject(new Error("no Parquet here"));
const noSpool = () => {
  throw new Error("no temporary file is needed");
};

/** A packed file that lacks its end. */
function cutOff(): Uint8Array {
  const rows = Array.from({ length: 20_000 }, (_, i) => `${Math.sin(i)},${i % 7}`);
  return gzipSync(`a,b\n${rows.join("\n")}`).subarray(0, -1000);
}

/** What is read of the same bytes here and by DuckDB. */
async function both(name: string, content: string | Uint8Array, options: Partial<StreamOptions> = {}) {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : Uint8Array.from(content);
  const path = file(name, bytes);
  return {
    here: await gather(openBlob(new Blob([bytes]), name, undefined, noParquet), options),
    there: await gather(openTable(path, path, undefined, noSpool), options),
  };
}

describe("openBlob(blob, name) reads text as the command line does", () => {
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    ["plain.csv", "score,label\n0.1,1\n0.25,0\n1e-3,1\n-4.5E+2,0\n"],
    ["quotes.csv", 'a,b\n"x, y","say ""hi"""\n"two\nlines",z\n"","q"\nx"y"z,v\n'],
    ["crlf.csv", 'a,b\r\n1,"x\r\ny"\r\n2,\r\n'],
    ["cr.csv", "a,b\r1,2\r3,4\r"],
    ["end.csv", "a,b\n1,2\n3,4"],
    ["empties.csv", "a,b\n\n1,2\n\n3,4\n\n"],
    ["single.csv", "a\n\n1\n\n2\n"],
    ["missing.csv", "a,b\n,NA\nnull,None\n n/a ,nan\nNaN,inf\n-Infinity,+inf\n"],
    [
      "numbers.csv",
      "a\n1_000\n.5\n5.\n+7\n0001\n9007199254740993\n0.1234567890123456789\n1e400\n1e22\n12e-25\n-0\n 3 \n",
    ],
    ["no-numbers.csv", "a\n1e\n.\n--5\n0x10\n1 2\n5%\ntrue\n"],
    [
      "dates.csv",
      "a\n2024-01-02\n2024-1-2 3:04\n2024-01-02T03:04:05Z\n2024-01-02 03:04:05.1234567+02:00\n1969-12-31 23:59:59.5 -0530\n2024-02-30\n2024-01-02 24:00:00\nno\n0024/02/29\n",
    ],
    ["tabs.tsv", "a\tb\n1,5\t2\n"],
    ["semicolon.csv", "score;label\n0,5;1\n0,25;0\n"],
    ["pipe.csv", "a|b\n1|x\n2|y\n"],
    ["comment.csv", "# made by hand\na,b\n1,2\n"],
    ["mark.csv", "\ufeffa,b\n1,2\n"],
    ["unicode.csv", "größe,b\nä,日本\n👍,\u00e9\n"],
    ["extra.csv", "a,b\n1,2,\n3,4,,\n"],
    ["packed.csv.gz", gzipSync("a,b\n1,2\n3,4\n")],
    ["utf-16.csv", Buffer.from("\ufeffa,b\n1,ü\n", "utf16le")],
    ["long.csv", `a,b\n1,2\n1,2,3\n`],
    ["short.csv", "a,b\n1,2\n\n1\n"],
    ["spaces.csv", "a,b\n1,2\n  \n"],
    ["open.csv", 'a,b\n1,2\n"x,3\n4,5\n'],
    ["junk.csv", 'a,b\n1,2\n"x"y,3\n'],
    ["latin.csv", Buffer.from("a,b\n1,2\n1,\xe9\n", "latin1")],
    ["cut.csv.gz", cutOff()],
    ["header.csv", "a,b\n"],
    ["empty.csv", ""],
    ["binary.csv", Uint8Array.of(1, 2, 0, 3)],
  ];
  it.each(files)("%s", async (name, content) => {
    const { here, there } = await both(name, content);
    expect(here).toEqual(there);
  });

  it("counts lines that are no rows where bad rows are left out", async () => {
    const { here, there } = await both("skip.csv", "a,b\n1,2\n1\n1,2,3\n3,4\n", { skipBad: true });
    expect(here).toEqual(there);
  });

  it("whatever is in quotes, however it is cut into batches", async () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "1", ".", ",", '"', "\n", " ", "é", "-", "e"), maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), async (rows) => {
        const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
        const { here, there } = await both(
          "any.csv",
          `x,y\n${rows.map((row) => row.map(quoted).join(",")).join("\n")}\n`,
        );
        expect(here).toEqual(there);
      }),
      { numRuns: 15 },
    );
  });

  it("lists, with gaps and of other lengths", async () => {
    const rows = ['"[0.5, 0.5]"', '"[0.1,x]"', '"[]"', "", '"[1,2,3]"', "0.5", '"[nan, null]"', "\"['1', '2']\""];
    const bytes = new TextEncoder().encode(`p,y\n${rows.map((row) => `${row},1`).join("\n")}\n`);
    const path = file("lists.csv", bytes);
    const blocks = async (opened: Promise<Table>) => {
      const table = await opened;
      const [field] = table.fields;
      const out: unknown[] = [];
      const requests = [{ as: "block", fields: [field!], width: (await table.width(field!)) ?? 0 }] as const;
      for await (const { columns } of table.stream(requests, { batchRows: 100, skipBad: false, signal: undefined }))
        for (const column of columns) if (column.as === "block") out.push([...column.values], [...(column.gaps ?? [])]);
      await table.close();
      return out;
    };
    const here = await blocks(openBlob(new Blob([bytes]), "lists.csv", undefined, noParquet));
    expect(here).toEqual(await blocks(openTable(path, path, undefined, noSpool)));
  });

  it("and says where a value is", async () => {
    const text = 'a,b\n\n1,"two\nlines"\nx,y\n';
    const table = await openBlob(new Blob([text]), "where.csv", undefined, noParquet);
    expect(await table.place(2)).toBe("row 2 (line 5)");
    expect(await table.textAt(table.fields[0]!, 2)).toBe("x");
    expect(await table.textAt(table.fields[1]!, 1)).toBe("two\nlines");
  });

  it("refuses what only the command line reads, and says so", async () => {
    const refused = (name: string, content: string) =>
      openBlob(new Blob([content]), name, undefined, noParquet).then(
        () => "",
        (error: Error) => error.message,
      );
    expect(await refused("a.jsonl", '{"a": 1}\n{"a": 2}\n')).toBe(
      "a.jsonl: JSONL cannot be read in the browser, expected CSV, TSV (also as .gz) or Parquet; use `candor report`, which reads it",
    );
    expect(await refused("a.xlsx", "PK\x03\x04 and so on")).toBe(
      "a.xlsx: a zip archive or Excel workbook cannot be read in the browser, expected CSV, TSV (also as .gz) or Parquet; save the table as CSV first",
    );
    const zstd = new Blob([Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0)]);
    await expect(openBlob(zstd, "a.csv.zst", undefined, noParquet)).rejects.toThrow(
      "a.csv.zst: zstd cannot be read in the browser",
    );
  });

  it
    .skipIf(!hasData)
    .each([
      "fivethirtyeight_soccer_3class/matches.csv.gz",
      "tidymodels_small/species_probs.csv",
      "llm/plaut_gpt_msp_correctness.csv",
    ])("%s", async (path) => {
    const bytes = Uint8Array.from(readFileSync(data(path)));
    const options = { batchRows: 131_072 };
    const here = await gather(openBlob(new Blob([bytes]), "x.csv", undefined, noParquet), options);
    expect(here).toEqual(await gather(openTable(data(path), "x.csv", undefined, noSpool), options));
  });
});
