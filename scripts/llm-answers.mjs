// node scripts/llm-answers.mjs: calibration and certificates on 42 806 real answers of language models. Prints the tables of
// docs/llm-on-real-answers.md; takes ten minutes. Arguments go to vitest.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureInstalled, requireNode, root } from "./setup.mjs";

requireNode();
await ensureInstalled();
const folder = mkdtempSync(join(tmpdir(), "candor-llm-answers-"));
const table = join(folder, "table.md");
const test = "packages/app/test/llm/calibrated-answers.test.ts";
const { status } = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "--project", "app", test, ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, CI: "true", REAL_ANSWERS_TABLE: table },
  },
);
if (status === 0) console.log(readFileSync(table, "utf8"));
rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;
