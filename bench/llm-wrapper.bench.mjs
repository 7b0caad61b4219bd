// Milliseconds that a wrapper adds to a call, wall clock and processor: calls to a server in another process on this machine,
// with and without the wrapper in turn, which of them first changing every time. The text of the answers is the same; those to
// the wrapper also carry the log-probabilities that it asks for. `node llm-wrapper.bench.mjs [index.js of the package] [runs]`
import { fork } from "node:child_process";
import { createServer } from "node:http";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const sizes = [20, 200, 1000];
const token = (i) => (i % 7 === 6 ? ". " : `word${i} `);

function entry(i, topK) {
  const top = Array.from({ length: Math.max(1, topK) }, (_, k) => {
    const text = k === 0 ? token(i) : `other${k} `;
    return { token: text, logprob: -0.1 - 2 * k, bytes: [...Buffer.from(text)] };
  });
  return { ...top[0], top_logprobs: top.slice(0, topK) };
}

const envelope = { id: "chatcmpl-bench", created: 1795000000, model: "bench", system_fingerprint: "fp_bench" };

function whole(n, topK) {
  const ids = Array.from({ length: n }, (_, i) => i);
  const logprobs = topK === null ? null : { content: ids.map((i) => entry(i, topK)), refusal: null };
  const message = { role: "assistant", content: ids.map(token).join(""), refusal: null };
  const choices = [{ index: 0, message, logprobs, finish_reason: "stop" }];
  return JSON.stringify({ ...envelope, object: "chat.completion", choices });
}

function events(n, topK) {
  const chunk = (delta, logprobs, finish_reason) => {
    const choices = [{ index: 0, delta, logprobs, finish_reason }];
    return `data: ${JSON.stringify({ ...envelope, object: "chat.completion.chunk", choices })}\n\n`;
  };
  const tokens = Array.from({ length: n }, (_, i) =>
    chunk({ content: token(i) }, topK === null ? null : { content: [entry(i, topK)], refusal: null }, null),
  );
  return [...tokens, chunk({}, null, "stop"), "data: [DONE]\n\n"].join("");
}

function serve() {
  const answers = new Map();
  const server = createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const { model, stream = false, logprobs = false, top_logprobs = 0 } = JSON.parse(Buffer.concat(parts).toString());
      const topK = logprobs ? top_logprobs : null;
      const key = `${model} ${stream} ${topK}`;
      const make = stream ? events : whole;
      if (!answers.has(key)) answers.set(key, Buffer.from(make(Number(model), topK)));
      response.writeHead(200, { "content-type": stream ? "text/event-stream" : "application/json" });
      response.end(answers.get(key));
    });
  });
  server.listen(0, "127.0.0.1", () => process.send(server.address().port));
  process.on("disconnect", () => process.exit());
}

const middle = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

/** Milliseconds of the clock and of the processor. */
async function time(call) {
  const cpu = process.cpuUsage();
  const started = performance.now();
  await call();
  const wall = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  return [wall, (user + system) / 1000];
}

/** Before anything is measured, so that the first row is not that of code that was never run. */
async function warmUp(calls) {
  for (let k = 0; k < 150; k++) for (const call of calls) await call();
}

/** Medians of the clock; of the processor's time the mean of the middle half, because its ticks are coarse. */
async function compare(name, plain, wrapped, runs) {
  const [wallPlain, wallAdded, cpuPlain, cpuAdded] = [[], [], [], []];
  for (let k = -runs / 5; k < runs; k++) {
    const first = await time(k % 2 === 0 ? plain : wrapped);
    const second = await time(k % 2 === 0 ? wrapped : plain);
    if (k < 0) continue;
    const [without, withIt] = k % 2 === 0 ? [first, second] : [second, first];
    wallPlain.push(without[0]);
    wallAdded.push(withIt[0] - without[0]);
    cpuPlain.push(without[1]);
    cpuAdded.push(withIt[1] - without[1]);
  }
  const core = (values) => mean(values.sort((a, b) => a - b).slice(values.length / 4, (3 * values.length) / 4));
  const shown = [middle(wallPlain), core(cpuPlain), middle(wallAdded), core(cpuAdded)];
  const [a, b, c, d] = shown.map((ms) => ms.toFixed(2).padStart(6));
  console.log(`${name.padEnd(44)}${a} ms plain (processor${b}), the wrapper adds${c} ms (processor${d})`);
}

async function measure() {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const file = process.argv[2] ?? join(root, "packages/llm/dist/index.js");
  const runs = Number(process.argv[3] ?? 300);
  const { confidenceMiddleware, withConfidence } = await import(pathToFileURL(resolve(file)).href);
  const [{ createOpenAI }, { wrapLanguageModel }, { default: OpenAI }] = await Promise.all([
    import("@ai-sdk/openai"),
    import("ai"),
    import("openai"),
  ]);
  const server = fork(fileURLToPath(import.meta.url), ["serve"]);
  const port = await new Promise((done) => server.once("message", done));
  const baseURL = `http://127.0.0.1:${port}/v1`;
  const plain = new OpenAI({ apiKey: "none", baseURL });
  const sdk = createOpenAI({ apiKey: "none", baseURL });

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

  const calls = (n, stream, options) => {
    const wrapped = withConfidence(plain, options);
    const model = sdk.chat(String(n));
    const confident = wrapLanguageModel({ model, middleware: confidenceMiddleware(options).v3 });
    return {
      "openai client": [() => callClient(plain, n, stream), () => callClient(wrapped, n, stream)],
      "AI SDK": [() => callModel(model, stream), () => callModel(confident, stream)],
    };
  };
  await warmUp([false, true].flatMap((stream) => Object.values(calls(200, stream, {})).flat()));
  for (const options of [{}, { topK: 5 }])
    for (const stream of [false, true])
      for (const n of sizes) {
        const kind = `${stream ? "streamed" : "whole"}, ${n} tokens${"topK" in options ? ", topK 5" : ""}`;
        const count = n === 1000 ? Math.ceil(runs / 3) : runs;
        for (const [name, [without, withIt]] of Object.entries(calls(n, stream, options)))
          await compare(`${name}, ${kind}`, without, withIt, count);
      }
  server.disconnect();
}

if (process.argv[2] === "serve") serve();
else await measure();
