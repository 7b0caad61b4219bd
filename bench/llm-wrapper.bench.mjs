// Milliseconds that a wrapper adds to a call: calls to a server on this machine, with and without the wrapper in turn. The text
// of the answers is the same; those to the wrapper also carry log-probabilities (5 alternatives a token), which it reads.
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createOpenAI } from "@ai-sdk/openai";
import { wrapLanguageModel } from "ai";
import OpenAI from "openai";

const root = fileURLToPath(new URL("..", import.meta.url));
const { confidenceMiddleware, withConfidence } = await import(
  pathToFileURL(join(root, "packages/llm/dist/index.js")).href
);

const token = (i) => (i % 7 === 6 ? ". " : `word${i} `);

function entry(i) {
  const top = Array.from({ length: 5 }, (_, k) => {
    const text = k === 0 ? token(i) : `other${k} `;
    return { token: text, logprob: -0.1 - 2 * k, bytes: [...Buffer.from(text)] };
  });
  return { ...top[0], top_logprobs: top };
}

const envelope = { id: "chatcmpl-bench", created: 1795000000, model: "bench", system_fingerprint: "fp_bench" };

function whole(n, asked) {
  const ids = Array.from({ length: n }, (_, i) => i);
  const logprobs = asked ? { content: ids.map(entry), refusal: null } : null;
  const message = { role: "assistant", content: ids.map(token).join(""), refusal: null };
  const choices = [{ index: 0, message, logprobs, finish_reason: "stop" }];
  return JSON.stringify({ ...envelope, object: "chat.completion", choices });
}

function events(n, asked) {
  const chunk = (delta, logprobs, finish_reason) => {
    const choices = [{ index: 0, delta, logprobs, finish_reason }];
    return `data: ${JSON.stringify({ ...envelope, object: "chat.completion.chunk", choices })}\n\n`;
  };
  const tokens = Array.from({ length: n }, (_, i) =>
    chunk({ content: token(i) }, asked ? { content: [entry(i)], refusal: null } : null, null),
  );
  return [...tokens, chunk({}, null, "stop"), "data: [DONE]\n\n"].join("");
}

const answers = new Map();
for (const n of [20, 200, 1000])
  for (const asked of [false, true]) {
    answers.set(`${n} false ${asked}`, Buffer.from(whole(n, asked)));
    answers.set(`${n} true ${asked}`, Buffer.from(events(n, asked)));
  }

const server = createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const { model, stream = false, logprobs = false } = JSON.parse(Buffer.concat(parts).toString());
    response.writeHead(200, { "content-type": stream ? "text/event-stream" : "application/json" });
    response.end(answers.get(`${model} ${stream} ${logprobs}`));
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

const baseURL = `http://127.0.0.1:${server.address().port}/v1`;
const plain = new OpenAI({ apiKey: "none", baseURL });
const wrapped = withConfidence(plain);
const sdk = createOpenAI({ apiKey: "none", baseURL });
const { v3: middleware } = confidenceMiddleware();

async function callClient(client, n, stream) {
  const body = { model: String(n), messages: [{ role: "user", content: "a" }], stream };
  const answer = await client.chat.completions.create(body);
  if (stream) for await (const _ of answer);
}

async function callModel(model, stream) {
  const options = { prompt: [{ role: "user", content: [{ type: "text", text: "a" }] }] };
  if (!stream) return model.doGenerate(options);
  for await (const _ of (await model.doStream(options)).stream);
}

async function time(call) {
  const started = performance.now();
  await call();
  return performance.now() - started;
}

const middle = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Both calls in turn; medians of what the first takes and of what the second takes longer. */
async function compare(name, first, second, runs) {
  const [before, added] = [[], []];
  for (let k = 0; k < runs; k++) {
    const without = await time(first);
    const difference = (await time(second)) - without;
    if (k < runs / 10) continue;
    before.push(without);
    added.push(difference);
  }
  const [without, more] = [middle(before), middle(added)].map((ms) => ms.toFixed(2).padStart(8));
  console.log(`${name.padEnd(40)}${without} ms plain, the wrapper adds${more} ms`);
}

for (const stream of [false, true])
  for (const n of [20, 200, 1000]) {
    const runs = n === 1000 ? 100 : 300;
    const kind = `${stream ? "streamed" : "whole"}, ${n} tokens`;
    const client = (which) => () => callClient(which, n, stream);
    await compare(`openai client, ${kind}`, client(plain), client(wrapped), runs);
    const model = sdk.chat(String(n));
    const confident = wrapLanguageModel({ model, middleware });
    await compare(
      `AI SDK, ${kind}`,
      () => callModel(model, stream),
      () => callModel(confident, stream),
      runs,
    );
  }

server.closeAllConnections();
server.close();
