import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { build } from "vite";
import { describe, expect, it } from "vitest";
import { root } from "./helpers.ts";

const core = join(root, "packages/core/src/");
const llm = join(root, "packages/llm/src/");
const input = join(root, "packages/input/src/");
const pako = join(root, "node_modules/pako/");
const parser = join(root, "node_modules/eventsource-parser/");

/** One script for browsers made of a module and everything it imports, and the modules in it from outside of `own`. */
async function bundle(
  entry: string,
  own: readonly string[] = [core],
): Promise<{ code: string; foreign: readonly string[] }> {
  const result = await build({
    root,
    configFile: false,
    resolve: { alias: { "@candor/core": join(core, "index.ts"), "@candor/llm": join(llm, "index.ts") } },
    logLevel: "silent",
    build: {
      write: false,
      minify: true,
      target: "es2022",
      lib: { entry: join(root, entry), formats: ["iife"], name: "candor" },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!("output" in output)) throw new Error("vite watches instead of building");
  const [chunk] = output.output;
  const modules = [...chunk.moduleIds, ...chunk.imports, ...chunk.dynamicImports].filter((id) => id !== chunk.fileName);
  const known = [...own, "\0rolldown/"];
  return { code: chunk.code, foreign: modules.filter((id) => !known.some((start) => id.startsWith(start))) };
}

/** What every runtime of the web has beside the language, and @candor/llm needs. */
const web = { fetch, Response, Request, Headers, URL, ReadableStream, TransformStream, TextDecoder, TextEncoder };

/** An answer of one token, and the same as a stream. */
const logprobs = { content: [{ token: "Yes", logprob: -0.1, bytes: [89, 101, 115], top_logprobs: [] }], refusal: null };
const answer = { choices: [{ index: 0, message: { content: "Yes" }, logprobs, finish_reason: "stop" }] };
const event = { choices: [{ index: 0, delta: { content: "Yes" }, logprobs, finish_reason: "stop" }] };

describe("@candor/core", () => {
  it("is whole without any other package, and works where there is nothing but the language", async () => {
    const { code, foreign } = await bundle("packages/core/src/index.ts");
    expect(foreign).toEqual([]);

    const context = createContext(Object.create(null));
    const bare = `
      for (const name of ["console", "WebAssembly", "SharedArrayBuffer", "Atomics"]) delete globalThis[name];
      Math.random = Date.now = () => { throw new Error("not allowed"); };
      ${code.replace(/^var candor=/, "globalThis.candor=")};
      const random = candor.createRandom(7);
      [Object.keys(candor).length, random.uniform(), random.normal()].join(" ");
    `;
    const [names, uniform] = String(runInContext(bare, context)).split(" ").map(Number);
    expect(names).toBeGreaterThan(10);
    expect(uniform).toBeGreaterThan(0);
  });

  it("a module that needs Node or another package is caught", async () => {
    const { foreign } = await bundle("packages/plots/src/index.ts");
    expect(foreign.some((id) => id.includes("@observablehq/plot"))).toBe(true);
    expect((await bundle("test/helpers.ts")).foreign.some((id) => id.endsWith("node:fs"))).toBe(true);
  });
});

describe("@candor/input", () => {
  it("needs core and what unpacks gzip, and nothing else", async () => {
    expect((await bundle("packages/input/src/index.ts", [core, input, pako])).foreign).toEqual([]);
  });
});

describe("@candor/llm", () => {
  it("needs core and a parser of events, and works where there is nothing but the web", async () => {
    const { code, foreign } = await bundle("packages/llm/src/index.ts", [core, llm, parser]);
    expect(foreign).toEqual([]);

    const context = createContext(Object.assign(Object.create(null), web, { answer, event }));
    const bare = `
      for (const name of ["console", "WebAssembly", "SharedArrayBuffer", "Atomics"]) delete globalThis[name];
      Math.random = Date.now = () => { throw new Error("not allowed"); };
      ${code.replace(/^var candor=/, "globalThis.candor=")};
      (async () => {
        const whole = candor.assess(candor.fromResponse(answer));
        const streamed = await candor.fromStream(new Response("data: " + JSON.stringify(event) + "\\n\\n").body);
        const sent = [];
        const send = async (address, init) => {
          sent.push(JSON.parse(init.body));
          return new Response(JSON.stringify(answer), { headers: { "content-type": "application/json" } });
        };
        const wrapped = candor.confidenceFetch(send);
        const init = { method: "POST", body: JSON.stringify({ model: "a" }) };
        const body = await (await wrapped("https://example.test/v1/chat/completions", init)).json();
        return JSON.stringify([whole.score.value, candor.assess(streamed).score.value, body.confidence.score.value, sent]);
      })();
    `;
    const probability = Math.exp(-0.1);
    expect(JSON.parse(await runInContext(bare, context))).toEqual([
      probability,
      probability,
      probability,
      [{ model: "a", logprobs: true, top_logprobs: 1 }],
    ]);
  });

  it("needs nothing of the web to read a whole answer", async () => {
    const { code } = await bundle("packages/llm/src/index.ts", [core, llm, parser]);
    const context = createContext(Object.assign(Object.create(null), { answer, TextDecoder, TextEncoder }));
    const bare = `
      ${code.replace(/^var candor=/, "globalThis.candor=")};
      candor.scoreTrace(candor.fromResponse(answer).choices[0]).sequence.value;
    `;
    expect(runInContext(bare, context)).toBe(Math.exp(-0.1));
  });

  it("a wrapper that imported what it wraps would be caught", async () => {
    const { foreign } = await bundle("packages/llm/test/wrappers/support.ts", [core, llm, parser]);
    expect(foreign.some((id) => id.endsWith("node:http"))).toBe(true);
  });
});
