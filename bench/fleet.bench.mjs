// The fleet: 200 model versions over 90 days at 2000 predictions a day each, over the HTTP API in this process. Cells are made
// by the SQL of the store from predictions that SQL writes; the predictions themselves are not kept, since nothing here reads
// them. CANDOR_BENCH_MODELS and CANDOR_BENCH_PER_DAY set the numbers, CANDOR_BENCH_FOLDER keeps the store for the next run.

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
const cells = await built("store/duckdb/cells-sql.js");
const { createViews } = await built("views/create-views.js");
const { createApp } = await built("http/app.js");
const { defaultLimits } = await built("http/deps.js");
const { defaultSettings } = await built("store/state-store.js");
const { artefactId } = await built("serving/active.js");
const core = await import(new URL("packages/core/dist/index.js", root).href);

const models = Number(process.env.CANDOR_BENCH_MODELS ?? 200);
const perDay = Number(process.env.CANDOR_BENCH_PER_DAY ?? 2000);
const days = 90;
const day = 86_400_000;
const start = Date.UTC(2026, 0, 1);
const now = start + days * day - 5 * 3_600_000;
const kept = process.env.CANDOR_BENCH_FOLDER;
const folder = kept ?? mkdtempSync(join(tmpdir(), "candor-fleet-"));
const path = join(folder, `fleet-${models}-${perDay}.duckdb`);
const temporaryFolder = join(folder, "tmp");
mkdirSync(temporaryFolder, { recursive: true });
const open = () => openDuckStore({ path, temporaryFolder, now: () => now });

/** Names the models in the way of the store; every second one is binary. */
async function name() {
  const store = await open();
  const events = Array.from({ length: models }, (_, k) =>
    firstPrediction({
      id: `first ${k}`,
      model: `model-${String(k).padStart(3, "0")}`,
      time: start,
      task: k % 2 === 0 ? "binary" : "confidence",
    }),
  );
  await store.events.load(events, 1);
  await store.close();
}

/** A day of all models at a time; confidences of each model in its own shape, an outcome for nine in ten older than a week. */
async function fill() {
  const instance = await DuckDBInstance.create(path, { threads: "2", memory_limit: "4GB" });
  const connection = await instance.connect();
  await connection.run(`SET temp_directory = '${temporaryFolder}'`);
  await connection.run("SELECT setseed(0.25)");
  const step = 10;
  for (let from = 0; from < days; from += step) {
    const begin = start + from * day;
    const rows = models * perDay * step;
    await connection.run(`
      CREATE OR REPLACE TEMP TABLE slice AS
      SELECT *, CASE WHEN hash(id) % 10 < 9 AND time < ${now - 7 * day} THEN random() < confidence * (0.99 - 0.0005 * model)
        END::UTINYINT AS outcome
      FROM (
        SELECT i AS id, model, model + (SELECT min(cohort) FROM cohorts) AS cohort, time,
          CASE WHEN p < 1.0 / 240 THEN 20 - least(19, floor(-log2(p * 240)))
               WHEN p >= 239.0 / 240 THEN 498 + least(19, floor(-log2((1 - p) * 240)))
               ELSE 20 + 2 * floor(p * 240) END::SMALLINT AS grid,
          p AS confidence, NULL::DOUBLE AS propensity,
          (CASE WHEN p > 0.9 THEN 0 WHEN p > 0.6 THEN 1 ELSE 2 END)::UTINYINT AS decision, true AS certified
        FROM (
          SELECT i, i % ${models} AS model, ${begin} + (i * ${step * day} // ${rows}) AS time,
            CASE WHEN i % 2 = 0 THEN least(1 - 1e-9, greatest(1e-9, power(random(), 1.5 + (i % ${models}) / 100)))
              ELSE least(1 - 1e-9, greatest(1e-9, 1 - 0.7 * power(random(), 2 + (i % ${models}) / 100))) END AS p
          FROM range(0::BIGINT, ${rows}::BIGINT) AS t(i)))`);
    const labels = "(SELECT *, 1 AS sign FROM slice WHERE outcome IS NOT NULL)";
    const hours = cells.hoursOf([cells.trafficOf("(SELECT *, 1 AS sign FROM slice)"), cells.labelledOf(labels)]);
    await connection.run(`CREATE OR REPLACE TEMP TABLE added AS ${hours} ORDER BY stream, bucket, cell`);
    for (const insert of cells.insertsOf("added", "sorted")) await connection.run(insert);
  }
  connection.closeSync();
  instance.closeSync();
}

/** The project, and for every model a policy with a risk target that brings its calibrator, active since the middle. */
async function decideBy(state) {
  const settings = { ...defaultSettings, maturityHours: 168 };
  if ((await state.project("default")) === null)
    await state.createProject({ id: "default", name: "Default", createdAt: start, demo: false, settings }, "cli");
  const random = core.createRandom(1);
  for (let k = 0; k < models; k++) {
    const probabilities = Float64Array.from({ length: 1000 }, () => random.uniform());
    const outcomes = Uint8Array.from(probabilities, (p) => (random.uniform() < p ? 1 : 0));
    const rows = { task: "binary", rows: 1000, segments: [], classNames: ["no", "yes"], probabilities, outcomes };
    const source = { name: `model ${k}`, rows: 1000, skipped: [], columns: {}, approximate: false, notes: [] };
    const shared = { version: "0.1.0", created: null, source };
    const { calibrator } = core.fitDocument(core.calibrationData(rows), {
      ...shared,
      name: source.name,
      method: "platt",
    });
    const document = core.makePolicy(
      { ...rows, probabilities: core.calibrateScores(calibrator, probabilities, []) },
      { ...shared, calibrator, objective: { kind: "risk", maxError: 0.2, sure: 0.95, minCoverage: null } },
    );
    const scope = { project: "default", model: `model-${String(k).padStart(3, "0")}`, version: "1" };
    const id = artefactId("policy", document.fingerprint);
    const made = { createdAt: start, createdBy: "cli", note: null };
    await state.addArtefact({ ...scope, id, kind: "policy", document, ...made });
    const active = { calibratorId: null, policyId: id, activatedAt: start + 45 * day, activatedBy: "cli" };
    await state.activate({ ...scope, route: null, ...active });
  }
}

const seconds = async (work) => {
  const started = performance.now();
  await work();
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
};

/** Elapsed and processor time of some runs. */
async function repeat(what, work, runs = 15) {
  const times = [];
  const cpu = [];
  for (let k = 0; k < runs; k++) {
    const before = process.cpuUsage();
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
    const used = process.cpuUsage(before);
    cpu.push((used.user + used.system) / 1000);
  }
  const at = (values, share) =>
    values.toSorted((a, b) => a - b)[Math.min(runs - 1, Math.floor(share * runs))].toFixed(0);
  console.log(
    `${what.padEnd(52)}first ${times[0].toFixed(0).padStart(5)} ms   median ${at(times, 0.5).padStart(5)} ms   ` +
      `worst after it ${Math.max(...times.slice(1))
        .toFixed(0)
        .padStart(5)} ms   processor ${at(cpu, 0.5).padStart(5)} ms`,
  );
}

const silent = () => undefined;

function appOf(store, views) {
  return createApp(
    {
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
    },
    { views },
  );
}

const headers = { authorization: "Bearer token-of-the-benchmark", host: "localhost" };

async function ask(app, query) {
  const reply = await app.request(`http://localhost/api/v1/models${query}`, { headers });
  const body = await reply.arrayBuffer();
  if (reply.status !== 200) throw new Error(Buffer.from(body).toString());
  return body;
}

try {
  if (!existsSync(path)) {
    await name();
    console.log(`${models * perDay * days} predictions made into cells in ${await seconds(fill)}`);
    const store = await open();
    console.log(`compacted in ${await seconds(() => store.events.compact())}`);
    await store.close();
  }
  const store = await open();
  if ((await store.state.activations("default")).length === 0)
    console.log(`a policy for each in ${await seconds(() => decideBy(store.state))}`);
  await store.close();
  console.log(`${(statSync(path).size / 2 ** 30).toFixed(2)} GiB on disk`);

  const delay = monitorEventLoopDelay({ resolution: 1 });
  for (const query of ["", "?window=90d", "?window=30d"]) {
    const store = await open();
    const views = createViews({ warm: true });
    const app = appOf(store, views);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    if (query === "") {
      const body = await ask(app, query);
      const { models: rows } = JSON.parse(Buffer.from(body).toString());
      console.log(`${rows.length} rows, ${(body.byteLength / 1e6).toFixed(2)} MB of JSON`);
    }
    delay.enable();
    await repeat(`GET /api/v1/models${query}`, () => ask(app, query));
    delay.disable();
    await views.close();
    await store.close();
  }
  console.log(`the event loop waited at most ${(delay.max / 1e6).toFixed(0)} ms`);
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}
