// The server under load, with the generator beside it on the same machine.
//
//   npm run bench serve
//   node bench/serve.bench.mjs [--only ingest,decide,cold,memory] [--seconds 15] [--minutes 10] [--store FILE]
//
// `memory` runs only with --minutes. --store names a large store for `cold`, such as the one that bench/series.bench.mjs
// keeps in CANDOR_BENCH_FOLDER. --profile writes CPU profiles of the server to candor-profiles in the temporary folder.

import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cli, core } from "./support.mjs";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    seconds: { type: "string", default: "15" },
    minutes: { type: "string", default: "0" },
    store: { type: "string" },
    connections: { type: "string", default: "4" },
    profile: { type: "boolean", default: false },
  },
});
const seconds = Number(values.seconds);
const minutes = Number(values.minutes);
const connections = Number(values.connections);
const wanted = values.only?.split(",") ?? ["ingest", "decide", "cold", "memory"];

const scratch = mkdtempSync(join(tmpdir(), "candor-bench-"));
const servers = new Set();
process.on("exit", () => {
  for (const child of servers) child.kill("SIGKILL");
  rmSync(scratch, { recursive: true, force: true });
});

/** Starts the server; resolves when it says that it is ready, with how long that took. */
async function startServer(folder) {
  const started = performance.now();
  const flags = values.profile ? ["--cpu-prof", `--cpu-prof-dir=${join(tmpdir(), "candor-profiles")}`] : [];
  const child = spawn(process.execPath, [...flags, cli, "serve", "--data", folder, "--port", "0"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  servers.add(child);
  let complaint = "";
  child.stderr.on("data", (bytes) => {
    complaint = (complaint + bytes).slice(-2000);
  });
  let ended = false;
  const exited = new Promise((resolve) =>
    child.once("exit", () => {
      ended = true;
      servers.delete(child);
      resolve();
    }),
  );
  for (;;) {
    if (ended) throw new Error(`the server ended: ${complaint}`);
    try {
      const { url } = JSON.parse(readFileSync(join(folder, "server.json"), "utf8"));
      const reply = await fetch(`${url}/health/ready`);
      if (reply.status === 200) {
        const readyMs = performance.now() - started;
        const local = readFileSync(join(folder, "local-token"), "utf8").trim();
        const made = await api({ url, token: local }, "POST", "/api/v1/keys", { name: "bench", roles: ["admin"] });
        const stop = async () => {
          child.kill("SIGTERM");
          await exited;
        };
        return { pid: child.pid, url, token: made.secret, stop, readyMs };
      }
    } catch (error) {
      if (error.code !== "ENOENT" && error.cause?.code !== "ECONNREFUSED" && !(error instanceof SyntaxError))
        throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Runs bench/serve-load.mjs and returns what it measured. */
async function load(server, kind, options) {
  const { hostname, port } = new URL(server.url);
  const script = fileURLToPath(new URL("serve-load.mjs", import.meta.url));
  const message = JSON.stringify({ kind, host: hostname, port: Number(port), token: server.token, ...options });
  const child = spawn(process.execPath, [script, message], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  for await (const bytes of child.stdout) text += bytes;
  return JSON.parse(text);
}

/** Memory of a process in MB, and its CPU seconds so far. */
function usage(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  const ticks = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  return { rss: Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024, cpu: (Number(stat[11]) + Number(stat[12])) / ticks };
}

async function api(server, method, path, body) {
  const reply = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${(await reply.text()).slice(0, 400)}`);
  return await reply.json();
}

const ms = (value) => `${value.toFixed(2)} ms`;
const whole = (value) => Math.round(value).toLocaleString("en");

async function ingestBench() {
  const server = await startServer(join(scratch, "ingest"));
  await load(server, "ingest", { seconds: 3, connections, batch: 500, start: 0 });
  const before = usage(server.pid);
  const result = await load(server, "ingest", { seconds, connections, batch: 500, start: 1e9 });
  const caughtUp = performance.now();
  await api(server, "GET", "/api/v1/data-health?fresh=true");
  const behind = performance.now() - caughtUp;
  const after = usage(server.pid);
  console.log(
    `ingest     ${whole(result.perSecond)} durable predictions/s (${result.sent / 500} batches of 500, ${connections} ` +
      `connections, ${result.failed} refused); reply p50 ${ms(result.p50)}, p99 ${ms(result.p99)}; server ` +
      `${(((after.cpu - before.cpu) / result.sent) * 1e6).toFixed(1)} µs CPU each until loaded, ${whole(after.rss)} MB; ` +
      `loaded ${ms(behind)} after the end`,
  );
  await server.stop();
}

/** A calibrator and a policy with a cost objective, active for what the load asks about. */
async function activate(server) {
  const n = 2000;
  const random = core.createRandom(1);
  const confidence = Float64Array.from({ length: n }, () => 0.5 + 0.5 * random.uniform());
  const labels = Uint8Array.from(confidence, (p) => (random.uniform() < p * p ? 1 : 0));
  const folder = mkdtempSync(join(scratch, "fit-"));
  const csv = join(folder, "fit.csv");
  writeFileSync(csv, `confidence,correct\n${Array.from(confidence, (p, i) => `${p},${labels[i]}`).join("\n")}\n`);
  const cal = join(folder, "cal.json");
  const policy = join(folder, "policy.json");
  const quiet = { stdio: ["ignore", "ignore", "inherit"] };
  execFileSync(process.execPath, [cli, "fit", csv, "--method", "isotonic", "--out", cal], quiet);
  execFileSync(
    process.execPath,
    [cli, "decide", csv, "--calibrator", cal, "--cost-error", "10", "--cost-review", "1", "--out", policy],
    quiet,
  );
  const document = JSON.parse(readFileSync(policy, "utf8"));
  const { id } = await api(server, "POST", "/api/v1/policies", { model: "bench", version: "1", document });
  await api(server, "POST", "/api/v1/activations", { model: "bench", version: "1", policyId: id });
}

async function decideBench() {
  const server = await startServer(join(scratch, "decide"));
  await activate(server);
  // The first seconds are of code that is not compiled yet, in the server and in the generator: they are not counted.
  const warm = 6;
  const before = usage(server.pid);
  const result = await load(server, "decide", { seconds, warm, connections: 64, rate: 2000, start: 1e9 });
  const after = usage(server.pid);
  console.log(
    `decide     p50 ${ms(result.p50)}, p99 ${ms(result.p99)}, p99.9 ${ms(result.p999)}, max ${ms(result.max)} at ` +
      `${whole(result.perSecond)} requests/s, open loop (${result.failed} failed), from when a request was due; from when ` +
      `the generator came to it p50 ${ms(result.handed.p50)}, p99 ${ms(result.handed.p99)}, p99.9 ${ms(result.handed.p999)}: ` +
      `it was late itself by p50 ${ms(result.late.p50)}, p99 ${ms(result.late.p99)}, max ${ms(result.late.max)}; server ${(after.cpu - before.cpu).toFixed(1)} CPU s of ${seconds + warm} s, the first ${warm} s not counted in the times`,
  );
  await server.stop();
}

async function coldBench() {
  const times = [];
  for (let k = 0; k < 5; k++) {
    const server = await startServer(join(scratch, `cold-${k}`));
    times.push(server.readyMs);
    await server.stop();
  }
  console.log(`cold start ${ms(times.sort((a, b) => a - b)[2])} from spawn to ready, empty folder (median of 5)`);
  if (values.store === undefined) return;
  const folder = join(scratch, "large");
  mkdirSync(folder, { mode: 0o700 });
  copyFileSync(values.store, join(folder, "candor.duckdb"));
  const size = statSync(values.store).size / 2 ** 20;
  const large = [];
  let predictions = 0;
  for (let k = 0; k < 3; k++) {
    const server = await startServer(folder);
    large.push(server.readyMs);
    if (k === 0) ({ predictions } = await api(server, "GET", "/api/v1/data-health"));
    await server.stop();
  }
  console.log(
    `cold start ${ms(large.sort((a, b) => a - b)[1])} from spawn to ready, ${whole(predictions)} predictions, ` +
      `${whole(size)} MB (median of 3)`,
  );
}

/** Traffic of every kind at a steady rate; what the memory of the server does meanwhile. */
async function memoryBench() {
  const server = await startServer(join(scratch, "memory"));
  await activate(server);
  const samples = [];
  const started = performance.now();
  const sample = () => {
    const { rss } = usage(server.pid);
    samples.push([(performance.now() - started) / 60_000, rss]);
  };
  const timer = setInterval(sample, 10_000);
  const both = await Promise.all([
    load(server, "ingest", {
      seconds: minutes * 60,
      connections: 2,
      batch: 500,
      start: 0,
      rate: 20_000,
      outcomes: true,
    }),
    load(server, "decide", { seconds: minutes * 60, connections: 16, rate: 200, start: 1e11 }),
  ]);
  clearInterval(timer);
  sample();
  const settledHalf = samples.slice(Math.floor(samples.length / 2));
  const mean = (k) => settledHalf.reduce((sum, one) => sum + one[k], 0) / settledHalf.length;
  const [t, r] = [mean(0), mean(1)];
  const slope =
    settledHalf.reduce((sum, [x, y]) => sum + (x - t) * (y - r), 0) /
    settledHalf.reduce((sum, [x]) => sum + (x - t) ** 2, 0);
  console.log(
    `memory     ${whole(r)} MB in the second half of ${minutes} min, slope ${slope.toFixed(2)} MB/min ` +
      `(${whole(both[0].sent)} predictions with outcomes, ${whole(both[1].sent)} decisions, p99 ${ms(both[1].p99)})`,
  );
  console.log(`           ${samples.map(([, rss]) => Math.round(rss)).join(" ")} MB`);
  await server.stop();
}

console.log(`${cpus().length} cores, load before the start ${loadavg()[0].toFixed(2)}`);
if (wanted.includes("ingest")) await ingestBench();
if (wanted.includes("decide")) await decideBench();
if (wanted.includes("cold")) await coldBench();
if (wanted.includes("memory") && minutes > 0) await memoryBench();
