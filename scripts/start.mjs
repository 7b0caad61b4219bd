// npm start: from a fresh clone to a server with something in it. Installs and builds what is missing, loads the demo where
// there is no data yet, and serves. Arguments are passed on to `candor serve`.
//
// npm start -- report: trains a small classifier on data whose truth is known, and reports on its scores. Arguments behind
// `report` are passed on to `candor report`.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { cli, ensureBuilt, ensureInstalled, requireNode, root, run } from "./setup.mjs";

requireNode();
await ensureInstalled();
await ensureBuilt();

const scores = ".candor/example/scores.csv";
const args = process.argv.slice(2);
process.exit(args[0] === "report" ? await report(args.slice(1)) : await serve(args));

async function serve(flags) {
  if (!existsSync(join(root, scores))) await writeExample();
  const data = folderOf(flags);
  if (!existsSync(resolve(root, data, "candor.duckdb"))) {
    console.log("Loading 90 made-up days of two models and an LLM judge (docs/demo.md)");
    const code = await run(process.execPath, [cli, "demo", "--data", data]);
    if (code !== 0) return code;
    console.log();
  }
  let said = "";
  const heard = (text) => {
    process.stdout.write(text);
    if (said === undefined) return;
    said += text;
    const url = said.match(/^ {2}API +(\S+)\/api\/v1\n/m)?.[1];
    if (url === undefined) return;
    said = undefined;
    console.log(next(url, data));
  };
  return run(process.execPath, [cli, "serve", "--data", data, ...flags], { heard });
}

/** The data folder that `--data` or the environment names. */
function folderOf(flags) {
  const at = flags.indexOf("--data");
  return (at >= 0 ? flags[at + 1] : undefined) ?? (process.env.CANDOR_DATA || ".candor/data");
}

/** What to do now, for people. */
function next(url, data) {
  const own = data === ".candor/data" ? "" : ` --data ${data}`;
  return `
The dashboard is at the link above; the demo's project is marked as such and can be removed there.

Ask    curl -s -H "Authorization: Bearer $(cat ${data}/local-token)" \\
         '${url}/api/v1/models?project=demo'
Then, in another terminal:

  npx candor doctor${own}
  npx candor export --project demo --model churn-net -o churn.parquet${own}
  npx candor report churn.parquet --score confidence --label outcome --skip-bad

What is true in the demo: docs/demo.md. Your own predictions: docs/serve.md.
The report on a file, without a server: npm start -- report
Ctrl-C ends it; nothing is lost.`;
}

async function writeExample() {
  const { exampleCsv, generateExample } = await import(
    pathToFileURL(join(root, "packages/app/dist/example/generate-example.js")).href
  );
  mkdirSync(join(root, ".candor/example"), { recursive: true });
  const example = generateExample();
  writeFileSync(join(root, scores), exampleCsv(example));
  return example;
}

async function report(flags) {
  const page = relative(root, join(root, ".candor/example/report.html"));
  const command = ["report", scores, "--score", "score", "--label", "label", "--by", "region", "--time", "day"];
  const example = await writeExample();
  console.log(`Trained a small classifier on ${example.training} made-up card payments and wrote its scores
for ${example.rows} new ones to ${scores}. Can they be trusted?
`);
  console.log(`$ npx candor ${command.slice(0, 6).join(" ")} \\\n    ${command.slice(6).join(" ")} --html ${page}\n`);
  const code = await run(process.execPath, [cli, ...command, "--html", page, ...flags]);
  if (code !== 0) return code;
  console.log(`
The same with pictures:          ${pathToFileURL(join(root, page)).href}
What scores look like that are   npx candor report ${scores} \\
right by construction:               --score true_probability --label label
Repair them, and see the proof:  npx candor fit ${scores} \\
                                     --score score --label label -o cal.json
Your own file:                   npx candor report FILE --html report.html`);
  return 0;
}
