// Series over 90 days and 10 segments from millions of predictions, over the HTTP API in this process: what the store
// reads, what the worker makes of it, and the JSON. Predictions are written by SQL, their cells by the SQL of the store.
// CANDOR_BENCH_ROWS sets their number (default ten million), CANDOR_BENCH_FOLDER keeps the store for the next run.

import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { firstPrediction } from "./first-prediction.mjs";

const root = new URL("..", import.meta.url);
const built = (path) => import(new URL(`packages/app/dist/${path}`, root).href);
const { DuckDBInstance } = createRequire(new URL("packages/app/package.json", root))("@duckdb/node-api");
const { openDuckStore } = await built("store/duckdb/open-store.js");
const { hoursOf, insertsOf, labelledOf, trafficOf } = await built("store/duckdb/cells-sql.js");
const { seriesQuery } = await built("views/series-view.js");
const { fleetQueries } = await built("views/fleet-queries.js");
const { createViews } = await built("views/create-views.js");

const rows = Number(process.env.CANDOR_BENCH_ROWS ?? 10_000_000);
const days = 90;
const segments = 10;
const start = Date.UTC(2026, 0, 1);
const now = start + days * 86_400_000;
const kept = process.env.CANDOR_BENCH_FOLDER;
const folder = kept ?? mkdtempSync(join(tmpdir(), "candor-series-"));
const path = join(folder, `series-${rows}.duckdb`);
const temporaryFolder = join(folder, "tmp");
mkdirSync(temporaryFolder, { recursive: true });
const open = () => openDuckStore({ path, temporaryFolder, now: () => now });

/** Names the project, the model and its segments in the way of the store. */
async function name() {
  const store = await open();
  const events = Array.from({ length: segments }, (_, k) =>
    firstPrediction({ id: `first ${k}`, model: "m", segments: { region: `r${k}` }, time: start }),
  );
  await store.events.load(events, 1);
  await store.close();
}

/**
 * Predictions with confidences like those of a network, and an outcome for nine in ten, in slices of time. Each slice adds
 * its cells as a load does; the outcomes themselves are not written, since no query of this benchmark reads them.
 */
async function fill() {
  const instance = await DuckDBInstance.create(path, { threads: "2", memory_limit: "4GB" });
  const connection = await instance.connect();
  await connection.run(`SET temp_directory = '${temporaryFolder}'`);
  await connection.run("SELECT setseed(0.25)");
  const step = 5_000_000;
  for (let from = 0; from < rows; from += step) {
    const to = Math.min(rows, from + step);
    await connection.run(`
      CREATE OR REPLACE TEMP TABLE slice AS
      SELECT *, CASE WHEN hash(key) % 10 < 9 THEN hash(seq) % 1000000 < 1000000 * confidence * 0.97 END::UTINYINT AS outcome
      FROM (
        SELECT i + 100 AS seq, 1 AS project, hash(i) AS key, 'p' || i AS id,
          (i % ${segments} + (SELECT min(cohort) FROM cohorts))::INTEGER AS cohort,
          ${start} + (i * ${days * 86_400_000} // ${rows}) AS time, ${now} AS received,
          CASE WHEN p < 1.0 / 240 THEN 20 - least(19, floor(-log2(p * 240)))
               WHEN p >= 239.0 / 240 THEN 498 + least(19, floor(-log2((1 - p) * 240)))
               ELSE 20 + 2 * floor(p * 240) END::SMALLINT AS grid,
          p AS raw_confidence, p AS confidence, NULL::DOUBLE AS propensity,
          (CASE WHEN p > 0.9 THEN 0 WHEN p > 0.6 THEN 1 ELSE 2 END)::UTINYINT AS decision, true AS certified
        FROM (SELECT i, least(1 - 1e-9, greatest(1e-9, 1 - 0.7 * power(random(), 2.5))) AS p
              FROM range(${from}::BIGINT, ${to}::BIGINT) AS t(i)))`);
    await connection.run("INSERT INTO predictions BY NAME SELECT * EXCLUDE (outcome) FROM slice");
    const labels = "(SELECT *, 1 AS sign FROM slice WHERE outcome IS NOT NULL)";
    const cells = hoursOf([trafficOf("(SELECT *, 1 AS sign FROM slice)"), labelledOf(labels)]);
    await connection.run(`CREATE OR REPLACE TEMP TABLE added AS ${cells} ORDER BY stream, bucket, cell`);
    for (const insert of insertsOf("added", "sorted")) await connection.run(insert);
  }
  connection.closeSync();
  instance.closeSync();
}

const seconds = async (work) => {
  const started = performance.now();
  await work();
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
};

const show = (what, values) => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1);
  console.log(`${what.padEnd(58)}median ${at(0.5).padStart(7)} ms   worst ${at(1).padStart(7)} ms`);
};

const repeat = async (work, runs = 15) => {
  for (let k = 0; k < 3; k++) await work();
  const times = [];
  for (let k = 0; k < runs; k++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return times;
};

try {
  if (!existsSync(path)) {
    await name();
    console.log(`${rows} predictions written with their cells in ${await seconds(fill)}`);
    const store = await open();
    console.log(`compacted in ${await seconds(() => store.events.compact())}`);
    await store.close();
  }
  console.log(`${(statSync(path).size / 2 ** 30).toFixed(2)} GiB on disk`);

  const store = await open();
  const views = createViews();
  const filter = { project: "default", segment: { key: "region" } };
  const query = seriesQuery(filter, { bucket: "day" });
  const read = () => store.events.cells(query);
  const input = async () => ({ table: await read(), bucket: "day", now, maturityHours: 24 });
  const first = await views.run({ view: "series", input: await input() });
  const points = first.series.flatMap((one) => one.points);
  const labelled = points.reduce((sum, point) => sum + point.labelled, 0);
  console.log(`${first.series.length} streams, ${points.length} points, ${labelled} outcomes`);
  const table = await read();
  console.log(`${table.rows} rows of groups from the store`);
  show("the store reads", await repeat(read));
  show(
    "the view alone, in this process",
    await repeat(async () =>
      (await built("views/series-view.js")).seriesView({ table, bucket: "day", now, maturityHours: 24 }),
    ),
  );
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  show("store and worker to JSON", await repeat(async () => views.json({ view: "series", input: await input() })));
  delay.disable();
  console.log(`the event loop waited at most ${(delay.max / 1e6).toFixed(0)} ms`);

  const { totals, days: perDay } = fleetQueries({ project: "default" });
  show(
    "the fleet: store and worker to JSON",
    await repeat(async () => {
      const [a, b] = await Promise.all([store.events.cells(totals), store.events.cells(perDay)]);
      await views.json({ view: "fleet", input: { totals: a, days: b, now, maturityHours: 24 } });
    }),
  );
  show(
    "reliability of 90 days: store and worker to JSON",
    await repeat(
      async () =>
        views.json({
          view: "reliability",
          input: { table: await store.events.cells({ project: "default", bucket: "all" }) },
        }),
      5,
    ),
  );
  show(
    "report of 90 days: store and worker to JSON",
    await repeat(
      async () =>
        views.json({
          view: "report",
          input: {
            table: await store.events.cells({ project: "default", bucket: "day" }),
            segments: [await store.events.cells({ ...filter, bucket: "all" })],
            name: "m 1",
            version: "0.1.0",
            bucket: "day",
          },
        }),
      3,
    ),
  );

  await throughHttp(store);
  await views.close();
  await store.close();
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}

/** The same through the route, without a port. */
async function throughHttp(store) {
  const { createApp } = await built("http/app.js").catch(() => ({}));
  if (createApp === undefined) return;
  const { defaultLimits } = await built("http/deps.js");
  const { defaultSettings } = await built("store/state-store.js");
  if ((await store.state.project("default")) === null)
    await store.state.createProject(
      { id: "default", name: "Default", createdAt: now, demo: false, settings: defaultSettings },
      "cli",
    );
  const silent = () => undefined;
  const app = createApp({
    events: store.events,
    state: store.state,
    ingest: {
      append: async () => undefined,
      settled: async () => undefined,
      close: async () => undefined,
      status: { asOf: now, writable: true, problem: null },
    },
    now: () => now,
    temporaryFolder,
    log: { info: silent, warn: silent, error: (fields, message) => console.log(message, fields) },
    limits: defaultLimits,
    localToken: "token-of-the-benchmark",
  });
  const headers = { authorization: "Bearer token-of-the-benchmark", host: "localhost" };
  let bytes = 0;
  const ask = async () => {
    const reply = await app.request("http://localhost/api/v1/series?by=region&bucket=day", { headers });
    const body = await reply.arrayBuffer();
    if (reply.status !== 200) throw new Error(Buffer.from(body).toString());
    bytes = body.byteLength;
  };
  show("GET /api/v1/series?by=region&bucket=day", await repeat(ask));
  console.log(`${(bytes / 1e6).toFixed(2)} MB of JSON`);
}
