// npm start: from a fresh clone to a report. Trains a small classifier on data whose truth is known, writes its scores
// to a file and reports on it. Arguments are passed on to `candor report`.

import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { cli, ensureBuilt, ensureInstalled, requireNode, root, run } from "./setup.mjs";

requireNode();
await ensureInstalled();
await ensureBuilt();

const { exampleCsv, generateExample } = await import(
  pathToFileURL(join(root, "packages/app/dist/example/generate-example.js")).href
);

const folder = join(root, ".candor/example");
const scores = relative(root, join(folder, "scores.csv"));
const page = relative(root, join(folder, "report.html"));
const report = ["report", scores, "--score", "score", "--label", "label", "--by", "region", "--time", "day"];

mkdirSync(folder, { recursive: true });
const example = generateExample();
writeFileSync(join(root, scores), exampleCsv(example));
console.log(`Trained a small classifier on ${example.training} made-up card payments and wrote its scores
for ${example.rows} new ones to ${scores}. Can they be trusted?
`);
console.log(`$ npx candor ${report.slice(0, 6).join(" ")} \\\n    ${report.slice(6).join(" ")} --html ${page}\n`);

const code = await run(process.execPath, [cli, ...report, "--html", page, ...process.argv.slice(2)]);
if (code !== 0) process.exit(code);

console.log(`
The same with pictures:          ${pathToFileURL(join(root, page)).href}
What scores look like that are   npx candor report ${scores} \\
right by construction:               --score true_probability --label label
Repair them, and see the proof:  npx candor fit ${scores} \\
                                     --score score --label label -o cal.json
Your own file:                   npx candor report FILE --html report.html`);
