// The server of the kill rounds: node server.mjs DIR TOKEN SEED JUMP_DAYS, started with an IPC channel. Sends {url} when it
// listens. Answers {check: ids} with what is stored of these predictions, their number, and what verifyCells() says. The
// clock jumps by up to JUMP_DAYS days in either direction, about every fiftieth time it is read.

import { createRandom } from "@candor/core";
import { serve } from "@hono/node-server";
import { createApp } from "../../../dist/http/app.js";
import { defaultLimits } from "../../../dist/http/deps.js";
import { openDataFolder } from "../../../dist/store/data-folder.js";
import { openDuckStore } from "../../../dist/store/duckdb/open-store.js";
import { openIngest } from "../../../dist/store/log/open-ingest.js";

const [path, localToken, seed, jumpDays] = process.argv.slice(2);
const random = createRandom(Number(seed));
let jump = 0;
function now() {
  if (Number(jumpDays) > 0 && random.uniform() < 0.02)
    jump = Math.floor((random.uniform() * 2 - 1) * Number(jumpDays) * 86_400_000);
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

async function check(ids) {
  await settled();
  const found = await find(ids);
  const { predictions } = await store.events.dataHealth("default");
  const differences = await store.events.verifyCells();
  return { found, predictions, differences: differences.slice(0, 3), status: ingest.status, warnings };
}

process.on("message", async ({ check: ids }) => {
  try {
    process.send({ checked: await check(ids) });
  } catch (error) {
    process.send({ failed: `${error.stack}` });
  }
});
process.on("disconnect", () => process.exit(0));

serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => {
  process.send({ url: `http://127.0.0.1:${port}` });
});
