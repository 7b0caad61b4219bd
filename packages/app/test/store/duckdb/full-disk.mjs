// Loads until the disk is full, and says what became of the store. Run where files cannot grow beyond a limit.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openDuckStore } from "../../../dist/store/duckdb/open-store.js";

const [folder, checkpointThreshold] = process.argv.slice(2);
const temporaryFolder = join(folder, "tmp");
mkdirSync(temporaryFolder, { recursive: true });
const path = join(folder, "candor.duckdb");
const store = await openDuckStore({ path, temporaryFolder, now: () => 0, checkpointThreshold });
const { events } = store;

let seed = 1;
const random = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};
let next = 0;
const prediction = () => ({
  kind: "prediction",
  project: "a",
  id: `id ${next++}`,
  model: "m",
  version: "1",
  route: null,
  segments: { batch: String(Math.trunc(next / 500)) },
  time: 1_767_225_600_000,
  receivedAt: 1_767_225_600_000,
  task: "confidence",
  prediction: "yes",
  rawConfidence: random(),
  confidence: random(),
  interval: [random(), 1],
  decision: "act",
  certified: true,
  calibratorId: null,
  policyId: null,
  propensity: random(),
  evidence: { a: random(), b: random() },
});

let loaded = 0;
let problem;
while (problem === undefined && loaded < 200) {
  const batch = Array.from({ length: 1000 }, prediction);
  await events.load(batch, loaded + 1).then(
    () => loaded++,
    (error) => {
      problem = error;
    },
  );
}
const position = await events.position();
const differences = await events.verifyCells();
const models = await events.models("a");
// The segment values that the failed batch named first are named again.
const summary = await events.load(
  [{ ...prediction(), segments: { batch: String(Math.trunc(next / 500)) } }],
  loaded + 1,
);
await events.verifyCells().then((more) => differences.push(...more));
await store.close();
const again = await openDuckStore({ path, temporaryFolder, now: () => 0 });
const kept = (await again.events.models("a"))[0].predictions;
await again.close();
process.stdout.write(
  JSON.stringify({
    loaded,
    problem: problem && { name: problem.name, code: problem.code },
    position,
    differences,
    predictions: models[0].predictions,
    summary,
    kept,
  }),
);
