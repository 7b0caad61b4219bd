// npm test [vitest arguments]: the whole suite, the core part in Node and again in Chromium. The last line is the total.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium } from "./chromium.mjs";
import { ensureBuilt, ensureInstalled, requireNode, root, run, tool } from "./setup.mjs";
import { endWithTotal } from "./total.mjs";

const end = endWithTotal();
requireNode();
await ensureInstalled();
await ensureBuilt();

const passedOn = process.argv.slice(2);
const projects = passedOn.flatMap((arg, i) => (arg === "--project" ? passedOn.slice(i + 1, i + 2) : []));
const needsBrowser = projects.length === 0 || ["chromium", "dashboard"].some((name) => projects.includes(name));
const chromium = needsBrowser ? { CANDOR_CHROMIUM: await findChromium() } : {};

const folder = mkdtempSync(join(tmpdir(), "candor-test-"));
const env = { ...process.env, ...chromium, CANDOR_TOTAL: join(folder, "total.json") };
const reporters = ["--reporter=default", `--reporter=${join(root, "scripts/total-reporter.mjs")}`];
const code = await run(process.execPath, [tool("vitest"), "run", ...reporters, ...passedOn], { env });

try {
  end.total = JSON.parse(readFileSync(env.CANDOR_TOTAL, "utf8"));
  if (code !== 0 && end.total.failed === 0) end.total.failed = 1;
} catch {
  console.error("The tests ended before they could be counted");
}
rmSync(folder, { recursive: true, force: true });
process.exitCode = code;
