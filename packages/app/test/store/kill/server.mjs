// The server of the kill rounds: node server.mjs JSON with {path, copies, localToken, seed, jumpDays, keptFrom}, started with
// an IPC channel. Sends {url} when it listens. Answers {check: ids} with what is stored of these predictions, their number,
// the keys, what verifyCells() says, and what a restored backup holds. The clock jumps by up to jumpDays days in either
// direction, about every fiftieth time it is read. On {jobs: true} retention, compaction, expiry, rebuilds and backups run
// one after the other until the end, with random pauses.

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createRandom } from "@candor/core";
import { serve } from "@hono/node-server";
import { createApp } from "../../../dist/http/app.js";
import { defaultLimits } from "../../../dist/http/deps.js";
import { openDataFolder } from "../../../dist/store/data-folder.js";
import { openDuckStore } from "../../../dist/store/duckdb/open-store.js";
import { restoreDuckStore } from "../../../dist/store/duckdb/restore.js";
import { openIngest } from "../../../dist/store/log/open-ingest.js";

const { path, copies, localToken, seed, jumpDays, keptFrom } = JSON.parse(process.argv[2]);
const random = createRandom(seed);
let jump = 0;
function now() {
  if (jumpDays > 0 && random.uniform() < 0.02) jump = Math.floor((random.uniform() * 2 - 1) * jumpDays * 86_400_000);
  return Date.now() + jump;
}

const warnings = [];
const folder = await openDataFolder(path);
const store = await openDuckStore({ path: folder.database, temporaryFolder: folder.temporary, now });
await folder.begin();
const ingest = await openIngest({
  folder: folder.log,
  events: store.events,
  now,
  warn: (text) => warnings.push(text),
  limits: { segmentBytes: 200_000 },
});
const log = { info() {}, warn() {}, error: (fields) => warnings.push(`failed: ${fields.err?.stack ?? fields.err}`) };
const app = createApp({
  events: store.events,
  state: store.state,
  ingest,
  now,
  temporaryFolder: folder.temporary,
  log,
  limits: { ...defaultLimits, requestsPerSecond: 1e9, burst: 1e9 },
  localToken,
});

async function settled() {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ingest.settled();
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

const told = ({ prediction, outcome, outcomes }) => ({
  id: prediction.id,
  confidence: prediction.confidence,
  outcome,
  outcomes: outcomes.map(({ observedAt, value }) => [observedAt, value]),
});

async function findAll(ids) {
  const wanted = new Set(ids);
  const found = [];
  for (let cursor; cursor !== null; ) {
    const page = await store.events.predictions({
      project: "default",
      limit: 1000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const stored of page.predictions) if (wanted.has(stored.prediction.id)) found.push(told(stored));
    cursor = page.cursor;
  }
  return found;
}

async function find(ids) {
  if (ids.length > 20) return findAll(ids);
  const found = [];
  for (const id of ids) {
    const stored = await store.events.prediction("default", id);
    if (stored !== null) found.push(told(stored));
  }
  return found;
}

const jobs = createRandom(seed + 1_000_000);
const { events } = store;
const jobOf = {
  compact: () => events.compact(),
  retain: () => events.retain("default", keptFrom),
  expire: () => events.expireContent(now()),
  rebuild: () => events.rebuildCells(),
  backup: () => events.backup(join(copies, `copy-${process.pid}-${Math.floor(jobs.uniform() * 1e9)}.duckdb`)),
};

async function runJobs() {
  const names = Object.keys(jobOf);
  for (let first = true; ; first = false) {
    const name = first && jobs.uniform() < 0.4 ? "backup" : names[Math.floor(jobs.uniform() * names.length)];
    await wait(jobs.uniform() * 60);
    try {
      await jobOf[name]();
    } catch (error) {
      warnings.push(`failed: ${name}: ${error.code === "cannot-write" ? "cannot-write" : error.stack}`);
    }
  }
}

/** Restores a backup elsewhere: whatever has a backup's name is whole. Removes all backups. */
async function restored() {
  const names = readdirSync(copies);
  const name = names.at(-1);
  if (name === undefined) return null;
  const place = mkdtempSync(join(copies, "restored-"));
  try {
    const temporaryFolder = join(place, "tmp");
    mkdirSync(temporaryFolder);
    const options = { path: join(place, "candor.duckdb"), temporaryFolder, now };
    await restoreDuckStore(join(copies, name), options);
    const copy = await openDuckStore(options);
    const { predictions } = await copy.events.dataHealth("default");
    const differences = await copy.events.verifyCells();
    await copy.close();
    return { name, predictions, differences: differences.slice(0, 3) };
  } finally {
    rmSync(place, { recursive: true });
    for (const other of names) rmSync(join(copies, other));
  }
}

async function check({ ids, restores }) {
  await settled();
  await events.retain("default", keptFrom);
  const found = await find(ids);
  const { predictions } = await store.events.dataHealth("default");
  const differences = await store.events.verifyCells();
  const keys = (await store.state.keys()).map(({ id, revokedAt }) => [id, revokedAt !== null]);
  const left = readdirSync(folder.temporary);
  const copy = restores ? await restored() : null;
  return {
    found,
    predictions,
    keys,
    left,
    copy,
    differences: differences.slice(0, 3),
    status: ingest.status,
    warnings,
  };
}

process.on("message", async (message) => {
  if (message.jobs) {
    void runJobs();
    return;
  }
  try {
    process.send({ checked: await check(message.check) });
  } catch (error) {
    process.send({ failed: `${error.stack}` });
  }
});
process.on("disconnect", () => process.exit(0));

serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => {
  process.send({ url: `http://127.0.0.1:${port}` });
});
