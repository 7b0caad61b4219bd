// node scripts/kill-rounds.mjs [--rounds 200] [--seed 1] [--jump-days 0] [--disk-mb 0] [--load-ms 300]: starts a server, sends
// predictions, duplicates, outcomes, corrections, erasures and keys over HTTP while jobs run, ends it with SIGKILL at
// a random moment, and starts it again on the same folder, so many times. Everything that was acknowledged must be there,
// nothing twice, and the cells must equal a rebuild. Prints what happened; the exit code is 1 when that does not hold.
//
// --jump-days 3 makes the server's clock jump by up to three days in either direction while it runs. --disk-mb 40 gives the
// data folder a disk of that size, which is filled to the last byte in the middle of rounds; needs `unshare` (Linux).

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureBuilt, ensureInstalled, requireNode, root } from "./setup.mjs";

requireNode();
await ensureInstalled();
await ensureBuilt();

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    "jump-days": { type: "string", default: "0" },
    "disk-mb": { type: "string", default: "0" },
    "load-ms": { type: "string", default: "300" },
  },
});
const options = {
  rounds: Number(values.rounds),
  seed: Number(values.seed),
  jumpDays: Number(values["jump-days"]),
  diskMb: Number(values["disk-mb"]),
  loadMs: Number(values["load-ms"]),
};
const wrapper = options.diskMb > 0 ? ["unshare", "--user", "--map-root-user", "--mount"] : [];
const [command, ...args] = [
  ...wrapper,
  process.execPath,
  join(root, "packages/app/test/store/kill/rounds.mjs"),
  JSON.stringify(options),
];
const { status, stdout } = spawnSync(command, args, { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });
const { failures = ["the rounds did not end"], ...figures } = stdout === "" ? {} : JSON.parse(stdout);
console.table(figures);
for (const failure of failures) console.error(failure);
process.exitCode = status ?? 1;
