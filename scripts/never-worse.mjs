// node scripts/never-worse.mjs [draws]: what `auto` does to small calibration sets drawn from real predictions. Prints the
// tables of docs/choosing.md. 2000 draws of one score per row and 400 of one per class take about ten minutes.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureInstalled, requireNode, root } from "./setup.mjs";

requireNode();
await ensureInstalled();
const folder = mkdtempSync(join(tmpdir(), "candor-never-worse-"));
const table = join(folder, "table.md");
const test = "packages/app/test/calibrate/never-worse.test.ts";
const { status } = spawnSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "--project", "app", test], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, CI: "true", NEVER_WORSE_DRAWS: process.argv[2] ?? "2000", NEVER_WORSE_TABLE: table },
});
if (status === 0) console.log(readFileSync(table, "utf8"));
rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;
