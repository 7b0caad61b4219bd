// npm run check: types, format and lint, packages as they would be published, and the workspace's own rules; about a
// minute. `--no-tests` leaves out the tests, for when `npm test` runs beside it.

import { join } from "node:path";
import { ensureBuilt, ensureInstalled, packages, requireNode, root, run, tool } from "./setup.mjs";
import { endWithTotal } from "./total.mjs";

const end = endWithTotal();
requireNode();
await ensureInstalled();
await ensureBuilt();

const node = (script, ...args) => run(process.execPath, [script, ...args]);
const rules = ["boundaries", "lockfile", "core-alone", "packaging", "promises", "docs"];

const checks = [
  ["types of the tests", () => node(tool("typescript", "tsc"), "-p", "tsconfig.test.json")],
  ["format and lint", () => node(tool("@biomejs/biome", "biome"), "check", "--error-on-warnings", ".")],
  ...packages.map((name) => [`publint ${name}`, () => node(tool("publint"), "--strict", join(root, "packages", name))]),
];
if (!process.argv.includes("--no-tests"))
  checks.push(["rules of the workspace", () => node(tool("vitest"), "run", "--project", "workspace", ...rules)]);

const total = { passed: 0, failed: 0 };
for (const [name, check] of checks) {
  const start = performance.now();
  const code = await check();
  if (code >= 128) process.exit(code);
  total[code === 0 ? "passed" : "failed"]++;
  console.log(`${code === 0 ? "ok    " : "FAILED"}  ${name}  ${((performance.now() - start) / 1000).toFixed(1)} s`);
}
end.total = total;
process.exitCode = total.failed > 0 ? 1 : 0;
