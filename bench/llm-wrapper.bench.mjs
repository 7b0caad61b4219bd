// Milliseconds that withConfidence adds to a call of the openai client: calls to a server on this machine, with and without the
// wrapper in turn. The answers of both have the same text; those of the wrapped client also carry log-probabilities.
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import OpenAI from "openai";

const root = fileURLToPath(new URL("..", import.meta.url));
const { withConfidence } = await import(pathToFileURL(join(root, "packages/llm/dist/index.js")).href);

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

const plain = new OpenAI({ apiKey: "none", baseURL: `http://127.0.0.1:${server.address().port}/v1` });
const wrapped = withConfidence(plain);

async function call(client, n, stream, more) {
  const started = performance.now();
  const body = { model: String(n), messages: [{ role: "user", content: "a" }], stream, ...more };
  const answer = await client.chat.completions.create(body);
  if (stream) for await (const _ of answer);
  return performance.now() - started;
}

const middle = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

for (const stream of [false, true])
  for (const n of [20, 200, 1000]) {
    const [without, asking, withIt] = [[], [], []];
    const runs = n === 1000 ? 100 : 300;
    for (let k = 0; k < runs; k++) {
      const times = [
        await call(plain, n, stream, {}),
        await call(plain, n, stream, { logprobs: true, top_logprobs: 5 }),
        await call(wrapped, n, stream, {}),
      ];
      if (k < runs / 10) continue;
      without.push(times[0]);
      asking.push(times[1]);
      withIt.push(times[2]);
    }
    const [a, b, c] = [middle(without), middle(asking), middle(withIt)];
    const name = `openai client, ${stream ? "streamed" : "whole"}, ${n} tokens`;
    console.log(
      `${name.padEnd(40)}${a.toFixed(2).padStart(8)} ms plain ${b.toFixed(2).padStart(8)} ms asking for log-probabilities` +
        `${c.toFixed(2).padStart(8)} ms wrapped; adds ${(c - a).toFixed(2)} ms, ${(c - b).toFixed(2)} ms over asking`,
    );
  }

server.closeAllConnections();
server.close();
