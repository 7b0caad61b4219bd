// npm run bench [name ...]: runs bench/*.bench.mjs one after the other, or those whose file name contains a given name.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, requireNode, root, run } from "./setup.mjs";

requireNode();
await ensureInstalled();
await ensureBuilt();

const wanted = process.argv.slice(2);
const files = readdirSync(join(root, "bench"))
  .filter((file) => file.endsWith(".bench.mjs"))
  .filter((file) => wanted.length === 0 || wanted.some((name) => file.includes(name)))
  .sort();
if (files.length === 0) {
  console.error(`no benchmark in bench/ matches ${wanted.join(", ") || "*.bench.mjs"}`);
  process.exit(2);
}

let worst = 0;
for (const file of files) {
  console.log(`\n# ${file.replace(".bench.mjs", "")}`);
  const code = await run(process.execPath, ["--expose-gc", join("bench", file)]);
  if (code >= 128) process.exit(code);
  worst = Math.max(worst, code);
}
process.exit(worst);
