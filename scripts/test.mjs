// npm test [vitest arguments]: the whole suite, the core part in Node and again in Chromium. The last line is the total.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium } from "./chromium.mjs";
import { ensureBuilt, ensureInstalled, requireNode, run, tool } from "./setup.mjs";
import { totalLine, totalOf } from "./total.mjs";

requireNode();
await ensureInstalled();
await ensureBuilt();

const passedOn = process.argv.slice(2);
const projects = passedOn.flatMap((arg, i) => (arg === "--project" ? passedOn.slice(i + 1, i + 2) : []));
const needsBrowser = projects.length === 0 || projects.includes("chromium");
const env = { ...process.env, ...(needsBrowser ? { CANDOR_CHROMIUM: await findChromium() } : {}) };

const folder = mkdtempSync(join(tmpdir(), "candor-test-"));
const results = join(folder, "results.json");
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}`];
const code = await run(process.execPath, [tool("vitest"), "run", ...reporters, ...passedOn], { env });

let report;
try {
  report = JSON.parse(readFileSync(results, "utf8"));
} catch {
  console.error("The tests ended before they could report");
}
rmSync(folder, { recursive: true, force: true });
console.log(totalLine(totalOf(report, code)));
process.exitCode = code;
