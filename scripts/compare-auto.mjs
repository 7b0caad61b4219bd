// node scripts/compare-auto.mjs: `auto` beside every single method on real predictions, fitted on one half and judged on the
// other. Prints the tables of docs/auto-on-real-sets.md; takes six minutes. Arguments go to vitest.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureInstalled, requireNode, root } from "./setup.mjs";

requireNode();
await ensureInstalled();
const folder = mkdtempSync(join(tmpdir(), "candor-compare-auto-"));
const table = join(folder, "table.md");
const test = "packages/app/test/calibrate/auto-networks.test.ts";
const { status } = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "--project", "app", test, ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, CI: "true", COMPARE_AUTO_TABLE: table },
  },
);
if (status === 0) console.log(readFileSync(table, "utf8"));
rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;
