import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "@candor/core";
import type { InputOptions } from "@candor/input";
import { afterAll, describe, expect, it } from "vitest";
import { makeReport } from "../../../dashboard/src/drop/make-report.ts";
import { version } from "../../src/version.ts";
import { candor } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "candor-dropped-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const silent = { onFields: () => undefined, onProgress: () => undefined, onComputing: () => undefined };

/** What the page makes of a file, as the text that it saves, or its complaint. */
async function dropped(path: string, name: string, options: InputOptions): Promise<string> {
  const blob = new Blob([Uint8Array.from(readFileSync(path))]);
  return makeReport({ blob, name, options, level: 0.95, version }, silent).then(
    (report) => `${JSON.stringify(report)}\n`,
    (error: Error) => `error: ${error.message}\n`,
  );
}

const random = createRandom(3);
const u = (): number => random.uniform();
const rows = (count: number, row: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => row(i)).join("\n");
const outcome = (p: number): number => (u() < p ? 1 : 0);
function three(): { readonly p: readonly number[]; readonly label: number } {
  const all = [u() + 0.1, u(), u()];
  const total = all.reduce((sum, value) => sum + value, 0);
  const p = all.map((value) => value / total);
  return { p, label: u() < 0.6 ? p.indexOf(Math.max(...p)) : Math.floor(3 * u()) };
}

const good: readonly (readonly [string, string, readonly string[], InputOptions])[] = [
  [
    "classes.csv",
    `p_cat,p_dog,p_owl,label,site\n${rows(500, (i) => {
      const { p, label } = three();
      return `${p.join(",")},${["cat", "dog", "owl"][label]},${i % 2 === 0 ? "a" : "b"}`;
    })}`,
    ["--by", "site"],
    { by: ["site"] },
  ],
  [
    "lists.csv",
    `probs,label\n${rows(300, () => {
      const { p, label } = three();
      return `"[${p.join(", ")}]",${label}`;
    })}`,
    ["--probs", "probs"],
    { probs: "probs" },
  ],
  ["logits.csv", `z_a,z_b,label\n${rows(300, () => `${3 * u() - 1},${3 * u() - 1},${"ab"[outcome(0.5)]}`)}`, [], {}],
  ["comma.csv", `score;label\n${rows(300, () => `${u().toFixed(4).replace(".", ",")};${outcome(0.4)}`)}`, [], {}],
  [
    "skipped.csv",
    `score,label\n${rows(300, (i) => [`${u()},yes`, `${u()},no`, "x,no", "0.5", ",yes"][i % 50 < 3 ? 2 + (i % 50) : i % 2]!)}`,
    ["--skip-bad"],
    { skipBad: true },
  ],
  [
    "times.csv",
    `confidence,correct,when\n${rows(600, (i) => `${u()},${outcome(0.6) === 1},2024-0${1 + (i % 9)}-1${i % 9}T0${i % 9}:00:00+02:00`)}`,
    ["--time", "when"],
    { time: "when" },
  ],
  [
    "quantiles.csv",
    `q0.05,q0.5,q0.95,y\n${rows(300, () => {
      const middle = 10 * u();
      return `${middle - 1.6},${middle},${middle + 1.6},${middle + 2 * (u() + u() - 1)}`;
    })}`,
    [],
    {},
  ],
  [
    "divided.csv",
    `p_a,p_b,label\n${rows(60, () => `${u()},${u()},${"ab"[outcome(0.5)]}`)}`,
    ["--normalise"],
    { normalise: true },
  ],
];

const bad: readonly (readonly [string, string, readonly string[], InputOptions])[] = [
  ["no-number.csv", "score,label\n0.1,1\n0.2,0\nx,1\n", [], {}],
  ["no-label.csv", "score,label\n0.1,1\n0.2,0\n0.3,maybe\n", [], {}],
  ["no-date.csv", "confidence,correct,when\n0.1,1,2024-01-02\n0.2,0,soon\n", ["--time", "when"], { time: "when" }],
  ["unclear.csv", "score,prob,label\n0.1,0.2,1\n0.2,0.3,0\n", [], {}],
  ["unknown.csv", "a,b\n1,2\n", [], {}],
  ["one-class.csv", "score,label\n0.1,1\n0.2,1\n", [], {}],
  ["no-column.csv", "score,label,region\n0.1,1,a\n0.2,0,b\n", ["--by", "regoin"], { by: ["regoin"] }],
  ["sum.csv", "p_a,p_b,label\n0.5,0.5,a\n0.5,0.6,b\n", [], {}],
  ["percent.csv", `score,label\n${rows(60, () => `${(100 * u()).toFixed(1)},${outcome(0.5)}`)}\n`, [], {}],
  ["weights.csv", "score,label,w\n0.1,1,0\n0.2,0,0\n", ["--weight", "w"], { weight: "w" }],
  ["header.csv", "score,label\n", [], {}],
  ["many.csv", `score,label,id\n${rows(11_000, (i) => `0.5,${i % 2},${i}`)}\n`, ["--by", "id"], { by: ["id"] }],
  ["lengths.csv", 'probs,label\n"[0.5,0.5]",0\n"[0.5,0.2,0.3]",1\n', ["--probs", "probs"], { probs: "probs" }],
];

describe("makeReport(file) of the dashboard", () => {
  it.each(good)("%s gives the bytes of candor report --json", async (name, content, args, options) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    const { stdout, stderr } = await candor(["report", path, ...args, "--json"]);
    expect(stderr).toBe("");
    expect(await dropped(path, name, options)).toBe(stdout.replaceAll(`${folder}/`, ""));
  });
  it.each(bad)("%s gives the complaint of candor report", async (name, content, args, options) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    const { stdout, stderr } = await candor(["report", path, ...args, "--json"]);
    expect(stdout).toBe("");
    expect(await dropped(path, name, options)).toBe(stderr.replaceAll(`${folder}/`, ""));
  });
});
