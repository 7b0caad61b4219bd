import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createRandom } from "@candor/core";
import type { InputOptions } from "@candor/input";
import { afterAll, expect, it } from "vitest";
import { makeReport } from "../../../dashboard/src/drop/make-report.ts";
import { version } from "../../src/version.ts";
import { candor } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "candor-odd-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const random = createRandom(3);
const silent = { onFields: () => undefined, onProgress: () => undefined, onComputing: () => undefined };

/** Scores with labels and what `more` adds to each line. */
function lines(end: string, separator = ",", more: (i: number) => string = () => ""): string {
  const row = (_: unknown, i: number): string => {
    const p = random.uniform();
    return `${p}${separator}${random.uniform() < p ? 1 : 0}${more(i)}`;
  };
  return Array.from({ length: 60 }, row).join(end);
}

const plain = `score,label\n${lines("\n")}\n`;
const utf16 = Buffer.from(`\ufeff${plain}`, "utf16le");

const files: readonly (readonly [string, string | Buffer, readonly string[], InputOptions])[] = [
  ["bom.csv", `\ufeff${plain}`, [], {}],
  ["crlf.csv", `score,label\r\n${lines("\r\n")}`, [], {}],
  ["cr.csv", `score,label\r${lines("\r")}`, [], {}],
  ["pipe.csv", `score|label\n${lines("\n", "|")}`, [], {}],
  ["quoted.csv", `score,label,"a\nb"\n${lines("\n", ",", (i) => `,"""${i}""\n, x"`)}\n`, [], {}],
  ["empty-columns.csv", `score,label,,\n${lines("\n", ",", () => ",,")}`, [], {}],
  ["twice.csv", `score,label,score\n${lines("\n", ",", () => ",0.5")}`, [], {}],
  ["case.csv", `Score,label,score\n${lines("\n", ",", () => ",0.5")}`, [], {}],
  ["little.csv", utf16, [], {}],
  ["big.csv", Buffer.from(utf16).swap16(), [], {}],
  [
    "latin.csv",
    Buffer.from(`score,label,s\n${lines("\n", ",", () => ",M\u00fcnchen")}`, "latin1"),
    ["--by", "s"],
    { by: ["s"] },
  ],
  ["packed.csv", gzipSync(plain), [], {}],
  ["packed-twice.csv.gz", Buffer.concat([gzipSync(plain), gzipSync(lines("\n"))]), [], {}],
  ["packed-cut.csv.gz", gzipSync(plain).subarray(0, 300), [], {}],
  ["short.csv", `${plain}0.5\n`, [], {}],
  ["short-skipped.csv", `${plain}0.5\n`, ["--skip-bad"], { skipBad: true }],
  ["long.csv", `${plain}0.5,1,7\n`, [], {}],
  ["open-quote.csv", `score,label,n\n${lines("\n", ",", () => ",a")}\n0.5,1,"abc\n`, [], {}],
  ["american.csv", `score,label,day\n${lines("\n", ",", () => ",02/15/2024")}`, ["--time", "day"], { time: "day" }],
  ["no-day.csv", `score,label,day\n${lines("\n", ",", () => ",2024-02-31")}`, ["--time", "day"], { time: "day" }],
  ["separator.csv", `sep=;\nscore;label\n${lines("\n", ";")}`, [], {}],
  ["no-names.csv", lines("\n"), [], {}],
  ["nothing.csv", "", [], {}],
  ["only-ends.csv", "\n\n\n", [], {}],
  [
    "own-name.csv",
    `score,label,__proto__\n${lines("\n", ",", (i) => `,${i % 2}`)}`,
    ["--by", "__proto__"],
    { by: ["__proto__"] },
  ],
];

it.each(files)("makeReport(%s) of the dashboard says what candor report says", async (name, content, args, options) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  const { stdout, stderr } = await candor(["report", path, ...args, "--json"]);
  const blob = new Blob([Uint8Array.from(Buffer.from(content))]);
  const said = await makeReport({ blob, name, options, level: 0.95, version }, silent).then(
    (report) => JSON.stringify(report),
    (error: Error) => `error: ${error.message}`,
  );
  expect(`${said}\n`).toBe((stdout || stderr).replaceAll(`${folder}/`, ""));
});
