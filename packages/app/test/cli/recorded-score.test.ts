import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policyFromCosts } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { binaryCalibrator, logisticValue } from "./calibrators.ts";
import { candor } from "./run.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-recorded-score-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: unknown): string {
  writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  return join(folder, name);
}

const calibrator = binaryCalibrator({
  scoreKind: "confidence",
  classNames: [],
  spec: { metric: "calibrator", scoreName: "minToken" },
});
const columns = "id,probability,confidence,minToken,correct\n";
const table = `${columns}a,0.99,0.2,0.9,1\nb,0.98,0.3,0.6,0\n`;

/** What `candor` prints; it has to end well. */
async function printed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await candor(args);
  expect({ code, stderr: stderr.replace(/^note: .*\n/gm, "") }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

describe("a calibrator that records its score", () => {
  it("candor apply reads that column, whatever else could be the confidence", async () => {
    const file = write("answers.csv", table);
    const cal = write("cal.json", calibrator);
    const rows = (await printed("apply", cal, file, "--into", "calibrated")).trim().split("\n").slice(1);
    const values = rows.map((row) => Number(row.split(",").at(-1)));
    expect(values[0]).toBeCloseTo(logisticValue(0.9, 0.5), 14);
    expect(values[1]).toBeCloseTo(logisticValue(0.6, 0.5), 14);
  });

  it("candor apply takes the flag before it, and without such a column what is known to be the confidence", async () => {
    const cal = write("cal.json", calibrator);
    const given = await printed("apply", cal, write("given.csv", table), "--confidence", "confidence", "--into", "q");
    expect(Number(given.trim().split(",").at(-1))).toBeCloseTo(logisticValue(0.3, 0.5), 14);
    const other = await printed("apply", cal, write("other.csv", "confidence\n0.7\n"), "--into", "q");
    expect(Number(other.trim().split(",").at(-1))).toBeCloseTo(logisticValue(0.7, 0.5), 14);
  });

  it("candor apply of a policy with the calibrator inside decides by that column", async () => {
    const costs = { error: 10, review: 3, abstain: null, missed: 0, reviewError: 0 };
    const policy = write("policy.json", policyFromCosts(calibrator, costs, { version: "0.1.0" }));
    const rows = (await printed("apply", policy, write("answers.csv", table))).trim().split("\n").slice(1);
    expect(rows.map((row) => /act|review/.exec(row)?.[0])).toEqual(["act", "review"]);
  });

  it("candor report --calibrator reports on that column", async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `${i},0.5,0.5,${0.5 + i / 100},${i % 3 === 0 ? 0 : 1}\n`);
    const file = write("many.csv", columns + lines.join(""));
    const cal = write("cal.json", calibrator);
    const document: unknown = JSON.parse(await printed("report", file, "--calibrator", cal, "--json"));
    expect(document).toMatchObject({ source: { columns: { confidence: "minToken", correct: "correct" } } });
  });
});
