// Scoring of a streamed answer of 10 000 tokens with 20 alternatives each: 200 000 alternatives. The goal is two million a second.

import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { core, line, median } from "./support.mjs";

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
const events = Array.from({ length: tokens }, () => {
  const content = entry();
  const logprobs = { content: [content], refusal: null };
  return { ...head, choices: [{ index: 0, delta: { content: content.token }, logprobs, finish_reason: null }] };
});
events.push({ ...head, choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: "stop" }] });

const bytes = encoder.encode(`${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("")}data: [DONE]\n\n`);
const chunks = Array.from({ length: Math.ceil(bytes.length / 16_384) }, (_, i) =>
  bytes.subarray(i * 16_384, (i + 1) * 16_384),
);

function perSecond(ms) {
  return `${((tokens * alternatives) / ms / 1000).toFixed(1).padStart(8)} million alternatives per second`;
}

function report(name, ms) {
  line(name, ms, undefined, perSecond(ms));
}

const guarded = { window: 128, threshold: 1e-6 };

function watch() {
  const reader = llm.openStream();
  const guard = llm.createStreamGuard(guarded);
  for (const event of events) for (const token of reader.push(event)) guard.push(token);
  return reader.end().choices[0];
}

const trace = watch();

report(
  "scores of a trace",
  median(() => llm.scoreTrace(trace)),
);
report(
  "guard over a trace",
  median(() => {
    const guard = llm.createStreamGuard(guarded);
    for (const token of trace.tokens) guard.push(token);
  }),
);
report(
  "guard, spread of the alternatives",
  median(() => {
    const guard = llm.createStreamGuard({ ...guarded, measure: "topK", statistic: "bottomGroups", maxTokens: tokens });
    for (const token of trace.tokens) guard.push(token);
  }),
);
report(
  "parsed events, guard and scores",
  median(() => llm.scoreTrace(watch())),
);

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

/** Median milliseconds of seven runs after two that do not count. */
async function medianOf(run) {
  const times = [];
  for (let k = 0; k < 9; k++) {
    const started = performance.now();
    await run();
    if (k > 1) times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[3];
}

report(`bytes (${(bytes.length / 1e6).toFixed(1)} MB of events), guard and scores`, await medianOf(fromBytes));

const scores = llm.scoreTrace(trace);
console.log(`perplexity ${scores.perplexity.value.toFixed(4)}, entropy ${scores.meanEntropy.value.toFixed(4)} nats`);
