// Kill rounds: node rounds.mjs '{"rounds": 6, "seed": 1, "jumpDays": 0, "diskMb": 0, "loadMs": 350}'. Prints one JSON document and exits
// with 1 when anything acknowledged was lost, is there twice, or the cells differ from a rebuild.
//
// Every round starts the server on the same folder, checks what earlier rounds sent, sends predictions, duplicates,
// outcomes before and after their predictions, corrections, erasures and new and revoked keys over HTTP while retention,
// compaction, rebuilds and backups run, and ends the server with SIGKILL at a random moment; some rounds end it while it
// is still starting. Requests without an answer are sent again in the next round, as clients do. Retention moves on by
// two hours with every round. Some rounds restore a backup that was made under load and check it. With diskMb the folder is a tmpfs of that size, which is filled to the last byte in the middle of rounds
// (needs a user namespace: unshare --user --map-root-user --mount node rounds.mjs ...).

import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { Agent, request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createRandom } from "@candor/core";

const { rounds = 6, seed = 1, jumpDays = 0, diskMb = 0, loadMs = 350 } = JSON.parse(process.argv[2] ?? "{}");
/** What is sent, which depends on how fast it is answered; and what happens in which round, which does not. */
const random = createRandom(seed);
const plan = createRandom(seed + 1);
const token = "local-token-of-the-kill-rounds";
const place = mkdtempSync(join(tmpdir(), "candor-kill-"));
const disk = join(place, "disk");
const folder = join(disk, "data");
const copies = join(disk, "copies");
mkdirSync(disk);
if (diskMb > 0) {
  const { status, stderr } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${diskMb}m`, "tmpfs", disk]);
  if (status !== 0) throw new Error(`no tmpfs of its own: ${stderr}`);
}

mkdirSync(copies);

const base = Date.UTC(2026, 0, 1);
const hourMs = 3_600_000;
const failures = [];
const counts = {
  killed: 0,
  killedWhileStarting: 0,
  acknowledged: 0,
  unanswered: 0,
  refused: 0,
  filled: 0,
  recovered: 0,
  erased: 0,
  keys: 0,
  revoked: 0,
  backups: 0,
};
const fail = (text) => failures.length < 20 && failures.push(text);

/** All that was ever sent, by prediction id: whether it was acknowledged, and its outcomes by `observedAt`. */
const sent = new Map();
const touched = new Set();
const present = new Set();
const unanswered = [];
let next = 0;
/** Ids of keys whose making was acknowledged, and whether their revocation was asked for and acknowledged. */
const keys = new Map();

function hash(text) {
  let value = 2166136261;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619);
  return (value >>> 0) / 2 ** 32;
}
const confidenceOf = (id) => hash(id);
const timeOf = (id) => base + Math.floor(hash(`${id}t`) * 20 * 86_400_000);
const truthOf = (id, observedAt) => (hash(`${id} ${observedAt}`) < 0.5 ? 0 : 1);
const entryOf = (id) => {
  if (!sent.has(id))
    sent.set(id, { sent: false, acknowledged: false, outcomes: new Map(), erasing: false, erased: false });
  return sent.get(id);
};

function predictionBody(id) {
  return {
    id,
    model: `m${Math.floor(hash(`${id}m`) * 2)}`,
    version: "1",
    time: timeOf(id),
    confidence: confidenceOf(id),
    segments: { region: ["north", "south", "éast"][Math.floor(hash(`${id}r`) * 3)] },
    propensity: hash(`${id}p`) < 0.3 ? 0.25 : null,
  };
}

/** A batch as the next client would send it: fresh predictions, some again, or outcomes early, late and corrected. */
function nextBatch() {
  const kind = random.uniform();
  if (kind < 0.06)
    return { path: "erasures", items: [{ id: `p${Math.max(0, next + 3 - Math.floor(random.uniform() * 500))}` }] };
  if (kind < 0.08) return { path: "keys", items: [] };
  const unrevoked = [...keys].find(([, { revoking }]) => !revoking);
  if (kind < 0.1 && unrevoked !== undefined) return { path: "revocations", items: [], key: unrevoked[0] };
  const size = 1 + Math.floor(random.uniform() ** 3 * 300);
  const isPrediction = random.uniform() < 0.55;
  const items = [];
  for (let k = 0; k < size; k++) {
    const back = Math.floor(random.uniform() ** 2 * 2000);
    if (isPrediction) items.push({ id: random.uniform() < 0.8 ? `p${next++}` : `p${Math.max(0, next - back)}` });
    else {
      const id = `p${Math.max(0, next + 100 - back)}`;
      items.push({ id, observedAt: base + 86_400_000 + Math.floor(random.uniform() * 6) * 1000 });
    }
  }
  return { path: isPrediction ? "predictions" : "outcomes", items };
}

function note({ path, items, key }, acknowledged) {
  if (path === "revocations") keys.set(key, { revoking: true, revoked: acknowledged });
  for (const { id, observedAt } of items) {
    touched.add(id);
    const entry = entryOf(id);
    if (path === "erasures") {
      entry.erasing = true;
      entry.erased ||= acknowledged;
    } else if (path === "predictions") {
      entry.sent = true;
      entry.acknowledged ||= acknowledged;
    } else entry.outcomes.set(observedAt, acknowledged || entry.outcomes.get(observedAt) === true);
  }
}

function requestOf({ path, items, key }) {
  if (path === "erasures") return { method: "DELETE", path: `predictions/${items[0].id}` };
  if (path === "revocations") return { method: "DELETE", path: `keys/${key}` };
  if (path === "keys") return { method: "POST", path, body: { name: "of a round", roles: ["read"] } };
  const body = items.map(({ id, observedAt }) =>
    path === "predictions" ? predictionBody(id) : { predictionId: id, value: truthOf(id, observedAt), observedAt },
  );
  return { method: "POST", path, body };
}

function post(agent, url, batch) {
  const { method, path, body } = requestOf(batch);
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
    const call = httpRequest(`${url}/api/v1/${path}`, { method, agent, headers }, (reply) => {
      let text = "";
      reply.on("data", (chunk) => {
        text += chunk;
      });
      reply.on("error", reject);
      reply.on("end", () => resolve({ status: reply.statusCode, text }));
    });
    call.on("error", reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function send(agent, url, batch) {
  note(batch, false);
  try {
    const { status, text } = await post(agent, url, batch);
    if (batch.path === "keys" && status === 201) {
      keys.set(JSON.parse(text).key.id, { revoking: false, revoked: false });
      counts.keys++;
      return true;
    }
    if ((batch.path === "revocations" && status === 204) || (batch.path === "erasures" && status === 200)) {
      note(batch, true);
      counts[batch.path === "erasures" ? "erased" : "revoked"]++;
      return true;
    }
    if (status === 200) {
      if (JSON.parse(text).accepted !== batch.items.length) fail(`200 for ${text.slice(0, 200)}`);
      note(batch, true);
      counts.acknowledged += batch.items.length;
      return true;
    }
    if (status === 503 || status === 507) counts.refused++;
    else fail(`status ${status}: ${text.slice(0, 300)}`);
    if (unanswered.length < 200) unanswered.push(batch);
  } catch {
    counts.unanswered++;
    unanswered.push(batch);
  }
  return false;
}

/** What is older is forgotten. */
let keptFrom = base;

function start() {
  const child = fork(
    new URL("server.mjs", import.meta.url),
    [JSON.stringify({ path: folder, copies, localToken: token, seed: seed + counts.killed, jumpDays, keptFrom })],
    { silent: true },
  );
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  child.stdout.resume();
  const ended = once(child, "exit");
  const said = (name) =>
    new Promise((resolve, reject) => {
      const listen = (message) => {
        if (name in message) done(() => resolve(message[name]));
        else if ("failed" in message) done(() => reject(new Error(message.failed)));
      };
      const gone = () => done(() => reject(new Error(`the server ended: ${stderr.slice(0, 1500)}`)));
      const done = (finish) => {
        child.off("message", listen);
        child.off("exit", gone);
        finish();
      };
      child.on("message", listen);
      child.on("exit", gone);
    });
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
    counts.killed++;
  };
  return { child, said, kill };
}

async function check({ child, said }, ids, round) {
  const answer = said("checked");
  const restores = round === "last" || round % 4 === 3;
  child.send({ check: { ids, restores } });
  const { found, predictions, keys: stored, left, copy, differences, status, warnings } = await answer;
  checkRest({ keys: stored, left, copy }, round);
  const byId = new Map(found.map((one) => [one.id, one]));
  if (byId.size !== found.length) fail(`round ${round}: ${found.length - byId.size} predictions are there twice`);
  for (const id of ids) {
    const entry = entryOf(id);
    const stored = byId.get(id);
    if (stored === undefined) {
      present.delete(id);
      if (entry.acknowledged && !entry.erasing && timeOf(id) >= keptFrom)
        fail(`round ${round}: prediction ${id} was acknowledged and is gone`);
      continue;
    }
    present.add(id);
    if (entry.erased) fail(`round ${round}: the erasure of ${id} was acknowledged, and it is there`);
    if (timeOf(id) < keptFrom) fail(`round ${round}: ${id} is there and is older than what is kept`);
    if (!entry.sent) fail(`round ${round}: prediction ${id} was never sent`);
    if (stored.confidence !== confidenceOf(id)) fail(`round ${round}: ${id} has confidence ${stored.confidence}`);
    const times = stored.outcomes.map(([observedAt]) => observedAt);
    if (new Set(times).size !== times.length) fail(`round ${round}: an outcome of ${id} is there twice: ${times}`);
    for (const [observedAt, acknowledged] of entry.outcomes)
      if (acknowledged && !times.includes(observedAt))
        fail(`round ${round}: an outcome of ${id} is gone: ${observedAt}`);
    for (const [observedAt, value] of stored.outcomes)
      if (!entry.outcomes.has(observedAt) || value !== truthOf(id, observedAt))
        fail(`round ${round}: ${id} has an outcome that was never sent: ${observedAt} ${value}`);
    const newest = times.length === 0 ? null : truthOf(id, Math.max(...times));
    if (stored.outcome !== newest) fail(`round ${round}: ${id} counts ${stored.outcome} and should count ${newest}`);
  }
  for (const id of present) if (timeOf(id) < keptFrom) present.delete(id);
  if (predictions !== present.size)
    fail(`round ${round}: ${predictions} predictions are stored and ${present.size} different ones were sent`);
  if (differences.length > 0) fail(`round ${round}: cells differ from a rebuild: ${JSON.stringify(differences)}`);
  if (status.pendingEvents !== 0 || !status.writable) fail(`round ${round}: ${JSON.stringify(status)}`);
  for (const text of warnings) if (text.startsWith("failed:") && diskMb === 0) fail(`round ${round}: ${text}`);
}

function checkRest({ keys: stored, left, copy }, round) {
  const revokedOf = new Map(stored);
  if (revokedOf.size !== stored.length) fail(`round ${round}: a key is there twice`);
  for (const [id, { revoking, revoked }] of keys) {
    if (!revokedOf.has(id)) fail(`round ${round}: key ${id} was acknowledged and is gone`);
    else if (revoked && revokedOf.get(id) === false) fail(`round ${round}: key ${id} was revoked and opens again`);
    else if (!revoking && revokedOf.get(id) === true) fail(`round ${round}: key ${id} was never revoked`);
  }
  if (left.length > 0) fail(`round ${round}: temporary files are left: ${left}`);
  if (copy === null) return;
  counts.backups++;
  if (copy.differences.length > 0)
    fail(`round ${round}: cells of a backup differ: ${JSON.stringify(copy.differences)}`);
}

function fillDisk() {
  const file = openSync(join(disk, "filler"), "w");
  for (const size of [1 << 20, 1 << 14, 1 << 12]) {
    const bytes = Buffer.alloc(size);
    try {
      while (writeSync(file, bytes) === size);
    } catch {}
  }
  closeSync(file);
  counts.filled++;
}
const clearDisk = () => rmSync(join(disk, "filler"), { force: true });

async function load(url, untilMs, filling) {
  const agent = new Agent({ keepAlive: true });
  let going = true;
  const worker = async () => {
    while (going) if (!(await send(agent, url, unanswered.pop() ?? nextBatch()))) await wait(2);
  };
  const workers = Array.from({ length: 6 }, worker);
  if (filling !== null) {
    await wait(untilMs * plan.uniform());
    fillDisk();
    await wait(untilMs);
    if (filling === "recover") {
      clearDisk();
      const before = counts.acknowledged;
      for (let k = 0; counts.acknowledged === before && k < 300; k++) await wait(100);
      if (counts.acknowledged === before) fail("nothing was taken 30 seconds after there was space again");
      else counts.recovered++;
    }
  }
  await wait(untilMs * plan.uniform());
  return async (kill) => {
    const ended = kill();
    going = false;
    await ended;
    await Promise.all(workers);
    agent.destroy();
  };
}

const started = performance.now();
try {
  for (let round = 0; round < rounds; round++) {
    keptFrom = base + 2 * round * hourMs;
    const server = start();
    if (round > 1 && plan.uniform() < 0.15) {
      server.said("url").catch(() => undefined);
      await wait(100 + plan.uniform() * 700);
      await server.kill();
      counts.killedWhileStarting++;
      continue;
    }
    const url = await server.said("url");
    await check(server, [...touched], round);
    touched.clear();
    for (const { items } of unanswered) for (const { id } of items) touched.add(id);
    server.child.send({ jobs: true });
    const filling = diskMb > 0 ? (["recover", "die", null][round % 3] ?? null) : null;
    const stop = await load(url, 20 + plan.uniform() * loadMs, filling);
    await stop(server.kill);
    clearDisk();
    if ((round + 1) % 10 === 0) console.error(`${round + 1} rounds, ${failures.length} failures`);
  }
  const last = start();
  const url = await last.said("url");
  const agent = new Agent({ keepAlive: true });
  for (const batch of unanswered.splice(0))
    if (!(await send(agent, url, batch))) fail("the last requests were refused");
  agent.destroy();
  await check(last, [...sent.keys()], "last");
  await last.kill();
} catch (error) {
  fail(`${error.stack}`);
}

console.log(
  JSON.stringify({
    rounds,
    seed,
    ...counts,
    predictions: present.size,
    outcomes: [...sent.values()].reduce((sum, { outcomes }) => sum + outcomes.size, 0),
    seconds: Math.round((performance.now() - started) / 100) / 10,
    failures,
  }),
);
if (diskMb > 0) spawnSync("umount", ["-l", disk]);
rmSync(place, { recursive: true, force: true });
process.exit(failures.length === 0 ? 0 : 1);
