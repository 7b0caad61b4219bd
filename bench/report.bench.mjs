// `candor report` as a process, from a file of ten million rows: wall time and peak memory.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cli, line } from "./support.mjs";

const { DuckDBInstance } = createRequire(new URL("../packages/app/package.json", import.meta.url))("@duckdb/node-api");
const folder = mkdtempSync(join(tmpdir(), "candor-bench-"));
const rows = Number(process.env.CANDOR_BENCH_ROWS ?? 10_000_000);

try {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run("SELECT setseed(0.5)");
  await connection.run(
    `CREATE TABLE t AS SELECT score, (random() < power(score, 1.3))::INT AS label FROM (SELECT random() AS score FROM range(${rows}))`,
  );
  for (const format of ["parquet", "csv"]) {
    const path = join(folder, `scores.${format}`);
    await connection.run(`COPY t TO '${path}' (FORMAT ${format})`);
    for (const flags of [[], ["--approximate"], ["--exact"]]) {
      const runs = Array.from({ length: 3 }, () => timed([cli, "report", path, ...flags, "--json"]));
      runs.sort((a, b) => a.ms - b.ms);
      line(`report ${rows} rows ${format} ${flags.join(" ")}`, runs[1].ms, undefined, `peak ${runs[1].mb}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function timed(args) {
  const hasTime = existsSync("/usr/bin/time");
  const started = performance.now();
  const command = hasTime ? ["/usr/bin/time", ["-f", "%M", process.execPath, ...args]] : [process.execPath, args];
  const { status, stderr } = spawnSync(...command, { encoding: "utf8", maxBuffer: 1 << 28 });
  const ms = performance.now() - started;
  if (status !== 0) throw new Error(stderr);
  return { ms, mb: hasTime ? `${Math.round(Number(stderr.trim().split("\n").at(-1)) / 1024)} MB` : "not measured" };
}
