import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { build } from "vite";
import { describe, expect, it } from "vitest";
import { root } from "./helpers.ts";

const core = join(root, "packages/core/src/");

/** One script for browsers made of a module and everything it imports, and the modules in it from outside of core. */
async function bundle(entry: string): Promise<{ code: string; foreign: readonly string[] }> {
  const result = await build({
    root,
    configFile: false,
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
  const modules = [...chunk.moduleIds, ...chunk.imports, ...chunk.dynamicImports];
  return { code: chunk.code, foreign: modules.filter((id) => !id.startsWith(core) && !id.startsWith("\0rolldown/")) };
}

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
