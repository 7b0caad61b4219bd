// Load for bench/serve.bench.mjs, in a process of its own. Speaks HTTP over plain sockets, so that the generator takes as
// little as possible of the machine that it shares with the server.

import { connect } from "node:net";

const { kind, host, port, token, ...options } = JSON.parse(process.argv[2]);

/** A connection that answers one request at a time: `send(bytes, done)` with the status of the reply. */
function open() {
  const socket = connect({ host, port, noDelay: true });
  let done;
  let pending = Buffer.alloc(0);
  let need = -1;
  let status = 0;
  socket.on("data", (bytes) => {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    if (need < 0) {
      const end = pending.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = pending.latin1Slice(0, end);
      status = Number(head.slice(9, 12));
      const length = /content-length: (\d+)/i.exec(head);
      if (length === null) throw new Error(`a reply without content-length: ${head}`);
      need = end + 4 + Number(length[1]);
    }
    if (pending.length < need) return;
    const text = status === 200 ? "" : pending.latin1Slice(0, need);
    pending = pending.subarray(need);
    need = -1;
    const answered = done;
    done = undefined;
    answered(status, text);
  });
  socket.on("error", (error) => {
    throw error;
  });
  return new Promise((resolve) => {
    socket.once("connect", () =>
      resolve((bytes, then) => {
        done = then;
        socket.write(bytes);
      }),
    );
  });
}

function request(path, body) {
  const head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\n`;
  return Buffer.from(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

const digits = 12;
const placeholder = "#".repeat(digits);

/** Where the ids of a request are. */
function placesOf(bytes) {
  const places = [];
  for (let at = bytes.indexOf(placeholder); at >= 0; at = bytes.indexOf(placeholder, at + digits)) places.push(at);
  return places;
}

function writeId(bytes, at, id) {
  let rest = id;
  for (let k = digits - 1; k >= 0; k--) {
    bytes[at + k] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

function prediction(i) {
  const confidence = Math.round(1e6 * (0.5 + 0.5 * Math.abs(Math.sin(i * 0.7)))) / 1e6;
  return {
    id: `bench-${placeholder}`,
    model: "bench",
    version: `${1 + (i % 2)}`,
    confidence,
    rawConfidence: Math.min(1, confidence + 0.001),
    prediction: i % 3 === 0 ? "yes" : "no",
    segments: { country: ["DE", "FR", "IT", "PL"][i % 4], channel: i % 5 === 0 ? "app" : "web" },
    decision: confidence > 0.8 ? "act" : "review",
  };
}

/** Batches one after the other on every connection, for some seconds or at most at a rate: items per second. */
async function ingest({ seconds, connections, batch, start, rate = Number.POSITIVE_INFINITY, outcomes = false }) {
  const lanes = await Promise.all(Array.from({ length: connections }, open));
  let next = start;
  let sent = 0;
  let failed = 0;
  const latencies = [];
  const began = performance.now();
  const until = began + seconds * 1000;
  const lane = async (send, l) => {
    const items = Array.from({ length: batch }, (_, i) => prediction(i + l * batch));
    const bytes = request("/api/v1/predictions", JSON.stringify(items));
    const places = placesOf(bytes);
    const truths = items.map((_, i) => ({ predictionId: `bench-${placeholder}`, value: i % 7 !== 0 }));
    const outcomeBytes = request("/api/v1/outcomes", JSON.stringify(truths));
    const outcomePlaces = placesOf(outcomeBytes);
    const post = async (target, at, first) => {
      for (let i = 0; i < at.length; i++) writeId(target, at[i], first + i);
      const sentAt = performance.now();
      const [status, text] = await new Promise((resolve) => send(target, (...reply) => resolve(reply)));
      latencies.push(performance.now() - sentAt);
      if (status === 200) return true;
      if (failed++ === 0 && status !== 503) console.error(text.slice(0, 600));
      if (status === 503) await new Promise((resolve) => setTimeout(resolve, 100));
      return false;
    };
    while (performance.now() < until) {
      const behind = (sent / rate) * 1000 - (performance.now() - began);
      if (behind > 1) await new Promise((resolve) => setTimeout(resolve, behind));
      const first = next;
      next += batch;
      if (await post(bytes, places, first)) sent += batch;
      if (outcomes) await post(outcomeBytes, outcomePlaces, first);
    }
  };
  await Promise.all(lanes.map(lane));
  const elapsed = (performance.now() - began) / 1000;
  return { sent, failed, perSecond: sent / elapsed, next, ...quantiles(latencies) };
}

/**
 * Single decisions that fall due at a fixed rate whatever the server does. Latency counts from the moment a request was due,
 * so a server that stalls pays for every request that had to wait (no coordinated omission).
 */
async function decide({ seconds, warm = 0, connections, start, rate }) {
  const idle = await Promise.all(Array.from({ length: connections }, open));
  const waiting = [];
  const latencies = [];
  /** The same without what the generator itself was late: it shares two cores with what it measures. */
  const handed = [];
  const lateness = [];
  let failed = 0;
  let answered = 0;
  let next = start;
  const template = (i) => {
    const bytes = request(
      "/api/v1/decide",
      JSON.stringify({ id: `bench-${placeholder}`, model: "bench", version: "1", score: 0.5 + (i % 50) / 100 }),
    );
    return { bytes, at: placesOf(bytes)[0] };
  };
  const bodies = Array.from({ length: connections * 2 }, (_, i) => template(i));
  let body = 0;
  let counted = 0;
  const send = (connection, { due, noticed }) => {
    const { bytes, at } = bodies[body++ % bodies.length];
    const own = Buffer.from(bytes);
    writeId(own, at, next++);
    connection(own, (status, text) => {
      answered++;
      if (due >= counted) {
        const now = performance.now();
        latencies.push(now - due);
        handed.push(now - noticed);
      }
      if (status !== 200 && failed++ === 0) console.error(text.slice(0, 600));
      const first = waiting.shift();
      if (first === undefined) idle.push(connection);
      else send(connection, first);
    });
  };
  const began = performance.now();
  counted = began + warm * 1000;
  const count = Math.floor((warm + seconds) * rate);
  let fallenDue = 0;
  const clockwork = new Int32Array(new SharedArrayBuffer(4));
  await new Promise((resolve) => {
    const tick = () => {
      const now = performance.now();
      while (fallenDue < count && began + (fallenDue * 1000) / rate <= now) {
        const due = began + (fallenDue++ * 1000) / rate;
        if (due >= counted) lateness.push(now - due);
        const connection = idle.shift();
        if (connection === undefined) waiting.push({ due, noticed: now });
        else send(connection, { due, noticed: now });
      }
      // Sleeps a moment where nothing is due: a generator that spins would take a core of the two from the server.
      const ahead = fallenDue < count ? began + (fallenDue * 1000) / rate - performance.now() : 1;
      if (ahead > 0.15) Atomics.wait(clockwork, 0, 0, 0.1);
      if (answered < count) setImmediate(tick);
      else resolve();
    };
    tick();
  });
  return {
    sent: answered,
    failed,
    perSecond: (answered / (performance.now() - began)) * 1000,
    late: quantiles(lateness),
    handed: quantiles(handed),
    ...quantiles(latencies),
  };
}

function quantiles(values) {
  const sorted = Float64Array.from(values).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: sorted.at(-1) };
}

console.log(JSON.stringify(await { ingest, decide }[kind](options)));
process.exit(0);
