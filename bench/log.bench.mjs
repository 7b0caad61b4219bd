// The log in front of the store: how long an append takes until it is on disk, and how many events a second it takes.
//
//   npm run bench log            node bench/log.bench.mjs [seconds]
//
// "disk" is what a bare write and fdatasync of one event costs on this machine: no durable append can be faster.

import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { cli } from "./support.mjs";

const store = pathToFileURL(join(cli, "../../store/")).href;
const { openIngest } = await import(new URL("log/open-ingest.js", store).href);
const { openDuckStore } = await import(new URL("duckdb/open-store.js", store).href);

const seconds = Number(process.argv[2] ?? 5);
const scratch = mkdtempSync(join(tmpdir(), "candor-log-bench-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

let made = 0;
function event() {
  const k = made++;
  const confidence = (k % 997) / 997;
  return {
    kind: "prediction",
    project: "default",
    id: `prediction-${k}`,
    model: "payments",
    version: "2026-01",
    route: null,
    segments: { region: ["north", "south", "east"][k % 3], channel: "web" },
    time: 1_767_225_600_000 + k,
    receivedAt: 1_767_225_600_000 + k,
    task: "confidence",
    prediction: "ok",
    rawConfidence: confidence,
    confidence,
    interval: [confidence / 2, (1 + confidence) / 2],
    decision: "act",
    certified: true,
    calibratorId: "cal_0123456789abcdef",
    policyId: "pol_0123456789abcdef",
    propensity: null,
    evidence: null,
  };
}
const batch = (size) => Array.from({ length: size }, event);

function show(name, text) {
  console.log(`${name.padEnd(52)}${text}`);
}
function quantiles(times) {
  const sorted = Float64Array.from(times).sort();
  const at = (share) => `${sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(2)} ms`;
  return `p50 ${at(0.5)}  p99 ${at(0.99)}  n ${sorted.length}`;
}

function disk() {
  const file = openSync(join(scratch, "disk"), "w");
  const bytes = Buffer.from(JSON.stringify(event()));
  const times = [];
  for (let k = 0; k < 500; k++) {
    const started = performance.now();
    writeSync(file, bytes);
    fdatasyncSync(file);
    times.push(performance.now() - started);
  }
  closeSync(file);
  show("disk: write and fdatasync of one event", quantiles(times));
}

/** Appends of one event that come by the clock, whatever the answers do. */
async function steady(ingest, perSecond) {
  const times = [];
  const open = [];
  const started = performance.now();
  for (let k = 0; k < perSecond * seconds; ) {
    for (; k < ((performance.now() - started) / 1000) * perSecond; k++) {
      const due = started + (k * 1000) / perSecond;
      open.push(ingest.append([event()]).then(() => times.push(performance.now() - due)));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(open);
  await ingest.settled();
  return quantiles(times);
}

/** Appends of 500 events from a few senders, each of which waits for its answer; refused ones are sent again. */
async function flood(ingest) {
  const ready = Array.from({ length: 64 }, () => batch(500));
  const started = performance.now();
  let taken = 0;
  let refused = 0;
  const sender = async (k) => {
    while (performance.now() - started < seconds * 1000) {
      const events = ready[k++ % ready.length].map((one) => ({ ...one, id: `f${made++}` }));
      try {
        await ingest.append(events);
        taken += events.length;
      } catch (error) {
        if (error.name !== "StoreBusy") throw error;
        refused++;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  };
  await Promise.all(Array.from({ length: 4 }, (_, k) => sender(k * 16)));
  const acknowledged = performance.now() - started;
  await ingest.settled();
  const loaded = performance.now() - started;
  const rate = (ms) => `${Math.round(taken / ms)} 000 events/s`;
  return `${rate(acknowledged)} acknowledged, ${rate(loaded)} loaded, ${refused} refused`;
}

const nothing = {
  predictions: 0,
  duplicates: 0,
  conflicts: 0,
  outcomes: 0,
  repeatedOutcomes: 0,
  orphans: 0,
  refused: 0,
};
const noEngine = { storeId: async () => "0000000000000000", position: async () => 0, load: async () => nothing };

disk();
for (const [name, engine] of [
  ["no engine", null],
  [
    "embedded engine",
    await openDuckStore({ path: join(scratch, "s.duckdb"), temporaryFolder: scratch, now: Date.now }),
  ],
]) {
  const folder = join(scratch, name);
  const ingest = await openIngest({ folder, events: engine?.events ?? noEngine, now: Date.now });
  show(`${name}: 1 event, 2000/s`, await steady(ingest, 2000));
  show(`${name}: 500 events, 4 senders`, await flood(ingest));
  await ingest.close();
  await engine?.close();
}
