import { readFileSync } from "node:fs";
import { BadInput } from "@candor/input";
import { describe, expect, it } from "vitest";
import { openParquetBlob } from "../../../dashboard/src/drop/parquet/parquet-table.ts";
import { openTable } from "../../src/input/open-table.ts";
import { gather } from "./gather.ts";
import { duck, file, inFolder } from "./helpers.ts";

const noSpool = () => {
  throw new Error("no temporary file is needed");
};

async function both(
  name: string,
  select: string,
  options = "",
  batchRows = 3,
): Promise<{ here: unknown; there: unknown }> {
  const path = inFolder(name);
  await duck(`COPY (${select}) TO '${path}' (FORMAT parquet${options})`);
  const blob = new Blob([Uint8Array.from(readFileSync(path))]);
  return {
    here: await gather(openParquetBlob(blob, name), { batchRows }),
    there: await gather(openTable(path, name, undefined, noSpool), { batchRows }),
  };
}

describe("openParquetBlob(blob, name) reads what DuckDB reads", () => {
  it.each([
    [
      "integers",
      "SELECT * FROM (VALUES (1::TINYINT, 2::BIGINT, 3::UINTEGER, 4::UBIGINT, 5::SMALLINT), (-1, NULL, 4294967295, 18446744073709551615, NULL), (7, 9007199254740993, 0, 1, 3))",
    ],
    [
      "doubles",
      "SELECT * FROM (VALUES (0.1::DOUBLE, 0.1::FLOAT), (1, 16777216), (1e15, 1e10), (1e16, 3.4e38), (1.5e-7, 1.5e-7), (0.0001, 0.0001), (123456.789, 0.3), (NULL, NULL), ('nan', 'inf'), ('-inf', -1), (-0.0::DOUBLE, -0.0::FLOAT))",
    ],
    [
      "decimals",
      "SELECT * FROM (VALUES (0.3::DECIMAL(4,1), 0.07::DECIMAL(9,2), -1.005::DECIMAL(18,3), 12345678901234567890.12::DECIMAL(38,2), 7::DECIMAL(5,0)), (NULL, -0.05, 1, -0.01, -7))",
    ],
    ["texts", "SELECT * FROM (VALUES ('a', '0.5'), ('ä👍', ' 1e3 '), (NULL, 'NA'), ('', 'x'), ('a', '2024-01-02'))"],
    ["truths", "SELECT * FROM (VALUES (true), (false), (NULL))"],
    [
      "dates",
      "SELECT * FROM (VALUES (DATE '2024-01-02', TIMESTAMP '2024-01-02 03:04:05.123456', TIMESTAMPTZ '1969-12-31 23:59:59.5+00', TIMESTAMP_MS '2024-01-02 03:04:05.5', TIMESTAMP_S '2024-01-02 03:04:05'), (NULL, NULL, NULL, NULL, NULL), (DATE '0099-12-31', TIMESTAMP '2024-01-02 00:00:00', '2024-06-01 00:00:00+02', TIMESTAMP_MS '1960-01-01', TIMESTAMP_S '1960-01-01'))",
    ],
  ])("%s", async (name, select) => {
    const { here, there } = await both(`${name}.parquet`, select);
    expect(here).toEqual(there);
  });

  const many =
    "SELECT i, sin(i) AS s, ('k' || i % 7) AS k, CASE WHEN i % 5 > 0 THEN i / 3 END AS n FROM range(5000) t(i)";
  it.each(["snappy", "gzip", "zstd", "brotli", "lz4_raw", "uncompressed"])("packed with %s", async (codec) => {
    const { here, there } = await both(`${codec}.parquet`, many, `, COMPRESSION ${codec}, ROW_GROUP_SIZE 2048`, 1000);
    expect(here).toEqual(there);
  });
  it.each(["V1", "V2"])("written as %s", async (version) => {
    const { here, there } = await both(`${version}.parquet`, many, `, PARQUET_VERSION ${version}`, 1000);
    expect(here).toEqual(there);
  });

  it("lists, with their width", async () => {
    const path = inFolder("lists.parquet");
    await duck(
      `COPY (SELECT * FROM (VALUES ([0.1, 0.9]::DOUBLE[], [1, 2]::INTEGER[]), ([0.5], NULL), (NULL, [3, NULL]))) TO '${path}' (FORMAT parquet)`,
    );
    const read = async (opened: ReturnType<typeof openParquetBlob>) => {
      const table = await opened;
      const out: unknown[] = [];
      for (const field of table.fields) {
        const width = (await table.width(field)) ?? 0;
        const requests = [{ as: "block", fields: [field], width }] as const;
        for await (const { columns } of table.stream(requests, { batchRows: 10, skipBad: false, signal: undefined }))
          for (const column of columns)
            out.push(width, field.kind, column.as === "block" ? [[...column.values], [...(column.gaps ?? [])]] : null);
      }
      await table.close();
      return out;
    };
    const blob = new Blob([Uint8Array.from(readFileSync(path))]);
    expect(await read(openParquetBlob(blob, "lists.parquet"))).toEqual(
      await read(openTable(path, path, undefined, noSpool)),
    );
  });

  it("refuses a file that is cut off", async () => {
    const path = inFolder("cut.parquet");
    await duck(`COPY (${many}) TO '${path}' (FORMAT parquet)`);
    const bytes = Uint8Array.from(readFileSync(path));
    const refused = await openParquetBlob(new Blob([bytes.subarray(0, -100)]), "cut.parquet").catch((error) => error);
    expect(BadInput.is(refused) && refused.message).toBe(
      "cut.parquet: not a whole Parquet file: it is cut off or damaged",
    );
    file("cut.parquet", bytes.subarray(0, -100));
    const there = await gather(openTable(path, "cut.parquet", undefined, noSpool));
    expect(there).toEqual({ complaint: refused.message });
  });
});
