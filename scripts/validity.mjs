// npm run validity [seconds per guarantee and size] [part of a name]: simulates every guarantee of the library and
// prints the tables of docs/validity.md; 0.4 seconds make about ten minutes. `npm run validity -- selective` prints the
// study of certified selective risk on real predictions instead.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureInstalled, requireNode, root } from "./setup.mjs";

requireNode();
await ensureInstalled();
const folder = mkdtempSync(join(tmpdir(), "candor-validity-"));
const table = join(folder, "table.md");
const [first = "0.4", only = ""] = process.argv.slice(2);
const isSelective = first === "selective";
const env = isSelective
  ? { SELECTIVE_TABLE: table }
  : { VALIDITY_TABLE: table, VALIDITY_SECONDS: first, VALIDITY_ONLY: only };
const test = isSelective ? "test/validity-selective.test.ts" : "test/validity.test.ts";
const args = ["node_modules/vitest/vitest.mjs", "run", "--project", "workspace", test];
const { status } = spawnSync(process.execPath, args, {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, CI: "true", ...env },
});
if (existsSync(table)) console.log(readFileSync(table, "utf8"));
rmSync(folder, { recursive: true, force: true });
process.exitCode = status ?? 1;
