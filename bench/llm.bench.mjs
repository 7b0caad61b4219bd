// Scoring of a streamed answer of 10 000 tokens with 20 alternatives each: 200 000 alternatives. The goal is two million a second.
// Rates are of the wall clock and, for machines that do other work too, of processor time (garbage collection included).

import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { core, line } from "./support.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const llm = await import(pathToFileURL(join(root, "packages/llm/dist/index.js")).href);

const tokens = 10_000;
const alternatives = 20;
const random = core.createRandom(1);
const words = Array.from({ length: 5000 }, (_, i) => ` w${i.toString(36)}`);
const encoder = new TextEncoder();

/** A token among its alternatives, as OpenAI's chat completions write it. */
function entry() {
  const logits = Array.from({ length: alternatives }, () => 3 * random.normal()).sort((a, b) => b - a);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 1);
  const top = logits.map((logit, k) => {
    const token = words[(random.integer(words.length / alternatives) * alternatives + k) % words.length];
    return { token, logprob: logit - Math.log(total), bytes: [...encoder.encode(token)] };
  });
  return { ...top[random.uniform() < 0.9 ? 0 : 1], top_logprobs: top };
}

const head = { id: "chatcmpl-bench", object: "chat.completion.chunk", created: 1, model: "bench" };
const written = Array.from({ length: tokens }, () => {
  const content = entry();
  const logprobs = { content: [content], refusal: null };
  return JSON.stringify({
    ...head,
    choices: [{ index: 0, delta: { content: content.token }, logprobs, finish_reason: null }],
  });
});
written.push(JSON.stringify({ ...head, choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: "stop" }] }));

const events = written.map((event) => JSON.parse(event));
const bytes = encoder.encode(`${written.map((event) => `data: ${event}\n\n`).join("")}data: [DONE]\n\n`);
const chunks = Array.from({ length: Math.ceil(bytes.length / 16_384) }, (_, i) =>
  bytes.subarray(i * 16_384, (i + 1) * 16_384),
);

function perSecond(ms) {
  return ((tokens * alternatives) / ms / 1000).toFixed(1).padStart(6);
}

function middle(numbers) {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/** Medians of eleven runs after three that do not count; returns milliseconds of the wall clock and of the processor. */
async function report(name, run) {
  const wall = [];
  const processor = [];
  for (let k = 0; k < 14; k++) {
    const used = process.cpuUsage();
    const started = performance.now();
    await run();
    const ms = performance.now() - started;
    const { user, system } = process.cpuUsage(used);
    if (k < 3) continue;
    wall.push(ms);
    processor.push((user + system) / 1000);
  }
  const [ms, cpuMs] = [middle(wall), middle(processor)];
  const rates = `${perSecond(ms)} million alternatives per second, ${perSecond(cpuMs)} of processor time`;
  line(name, ms, undefined, rates);
  return { ms, cpuMs };
}

const guarded = { window: 128, threshold: 1e-6 };

function watch() {
  const reader = llm.openStream();
  const guard = llm.createStreamGuard(guarded);
  for (const event of events) for (const token of reader.push(event)) guard.push(token);
  return reader.end().choices[0];
}

const trace = watch();

await report("scores of a trace", () => llm.scoreTrace(trace));
await report("guard over a trace", () => {
  const guard = llm.createStreamGuard(guarded);
  for (const token of trace.tokens) guard.push(token);
});
await report("guard, spread of the alternatives", () => {
  const guard = llm.createStreamGuard({ ...guarded, measure: "topK", statistic: "bottomGroups", maxTokens: tokens });
  for (const token of trace.tokens) guard.push(token);
});
await report("parsed events, guard and scores", () => llm.scoreTrace(watch()));

async function fromBytes() {
  const stream = new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const { choices } = await llm.fromStream(stream);
  const guard = llm.createStreamGuard(guarded);
  for (const token of choices[0].tokens) guard.push(token);
  return llm.scoreTrace(choices[0]);
}

const size = `${(bytes.length / 1e6).toFixed(1)} MB`;
const parsing = await report(`JSON.parse alone of ${size}`, () => {
  for (const event of written) JSON.parse(event);
});
const all = await report(`bytes (${size}), guard and scores`, fromBytes);
const share = (100 * parsing.cpuMs) / all.cpuMs;
console.log(`JSON.parse of the same events takes ${share.toFixed(0)} % of the processor time from bytes to scores`);

// A JSON answer of 100 kB, cut into tokens of three or four bytes, without alternatives.
const json = JSON.stringify(
  Array.from({ length: 1700 }, (_, i) => ({ id: i, name: `Item number ${i}`, ok: i % 2 === 0 })),
);
const cut = encoder.encode(json);
const pieces = Array.from({ length: Math.ceil((2 * cut.length) / 7) }, (_, i) => {
  const [start, end] = [Math.floor((7 * i) / 2), Math.min(cut.length, Math.floor((7 * (i + 1)) / 2))];
  const text = json.slice(start, end);
  const bytes = [...cut.subarray(start, end)];
  return { text, bytes, id: null, logprob: -0.1, logprobBound: null, top: [], channel: "content", start, end };
});
const fields = [];
for (let k = 0; k < 14; k++) {
  const started = performance.now();
  llm.readFields(json, pieces);
  if (k >= 3) fields.push(performance.now() - started);
}
line(`fields of ${(cut.length / 1000).toFixed(0)} kB JSON, ${pieces.length} tokens`, middle(fields));

const scores = llm.scoreTrace(trace);
console.log(`perplexity ${scores.perplexity.value.toFixed(4)}, entropy ${scores.meanEntropy.value.toFixed(4)} nats`);
