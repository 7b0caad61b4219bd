import { dirname, posix } from "node:path";
import { parseSync } from "vite";
import { describe, expect, it } from "vitest";
import { filesBelow, packages, read, readManifest } from "./helpers.ts";

/** What a source file says that the rules below care about. */
interface Scan {
  /** Module specifiers: import, export from, import(), import types. */
  readonly imports: readonly string[];
  /** Specifiers of imports that survive compilation. */
  readonly loads: readonly string[];
  /** `export *`, `export default`, `Math.random`, `Date.now`, `new Date()`, `console`, `any`. */
  readonly sins: readonly string[];
}

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function scan(path: string, source: string): Scan {
  const { program, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`);
  const imports: string[] = [];
  const loads: string[] = [];
  const sins: string[] = [];

  const visit = (node: Node, parent: Node | undefined): void => {
    const specifier = isNode(node["source"]) ? node["source"]["value"] : undefined;
    if (typeof specifier === "string") {
      imports.push(specifier);
      if (node["importKind"] !== "type" && node["exportKind"] !== "type") loads.push(specifier);
    }
    if (node.type === "ImportExpression" && typeof specifier !== "string") sins.push("import() of a computed name");
    if (node.type === "ExportAllDeclaration") sins.push("export *");
    if (node.type === "ExportDefaultDeclaration") sins.push("export default");
    if (node.type === "TSAnyKeyword") sins.push("any");
    if (node.type === "MemberExpression" && isNode(node["object"]) && isNode(node["property"])) {
      const property = node["property"]["name"] ?? node["property"]["value"];
      const name = `${String(node["object"]["name"])}.${String(property)}`;
      if (name === "Math.random" || name === "Date.now") sins.push(name);
    }
    const called = node.type === "NewExpression" || node.type === "CallExpression" ? node["callee"] : undefined;
    if (isNode(called) && called["name"] === "Date" && (node["arguments"] as unknown[]).length === 0)
      sins.push("Date()");
    if (
      node.type === "Identifier" &&
      ["console", "process", "performance", "globalThis"].includes(String(node["name"]))
    ) {
      const isName = (parent?.["property"] === node || parent?.["key"] === node) && parent["computed"] !== true;
      if (!isName) sins.push(String(node["name"]));
    }
    for (const value of Object.values(node))
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, node);
  };
  visit(program as unknown as Node, undefined);
  return { imports, loads, sins };
}

/** A folder of sources, what it may import besides itself, and what else it must not do. First match wins. */
interface Rule {
  readonly folder: string;
  /** Folders and packages it may import. `node:` stands for every module of Node. */
  readonly mayImport: readonly string[];
  /** Folders within those that it may not. */
  readonly mayNotImport?: readonly string[];
  readonly mayNot: readonly string[];
}

const everywhere = ["export *", "export default", "any", "import() of a computed name"];
const pure = [...everywhere, "Math.random", "Date.now", "Date()", "console", "process", "performance", "globalThis"];
const app = "packages/app/src";

const rules: readonly Rule[] = [
  { folder: "packages/core/src", mayImport: [], mayNot: pure },
  { folder: "packages/input/src", mayImport: ["@candor/core", "pako"], mayNot: pure },
  { folder: "packages/pages/src", mayImport: ["@candor/core", "@candor/plots"], mayNot: pure },
  { folder: "packages/plots/src", mayImport: ["@candor/core", "@observablehq/plot"], mayNot: pure },
  {
    folder: "packages/llm/src/correct",
    mayImport: ["@candor/core", "packages/llm/src"],
    mayNot: pure.filter((sin) => sin !== "performance"),
  },
  { folder: "packages/llm/src", mayImport: ["@candor/core", "eventsource-parser"], mayNot: pure },
  {
    folder: "packages/dashboard/src",
    mayImport: [
      "@candor/core",
      "@candor/input",
      "@candor/pages",
      "@candor/plots",
      "@preact/signals",
      "preact",
      "preact-iso",
      "fzstd",
      "hyparquet",
      "hyparquet-compressors",
    ],
    mayNot: [...everywhere, "Math.random", "console", "process"],
  },
  { folder: `${app}/example`, mayImport: ["@candor/core"], mayNot: pure },
  {
    folder: `${app}/input/duckdb`,
    mayImport: ["@candor/core", "@candor/input", "@duckdb/node-api", "node:", `${app}/input`],
    mayNot: [...everywhere, "Math.random", "console"],
  },
  {
    folder: `${app}/input`,
    mayImport: ["@candor/core", "@candor/input", "@candor/llm", "fflate", "node:"],
    mayNot: [...everywhere, "Math.random", "console"],
  },
  {
    folder: `${app}/output/duckdb`,
    mayImport: ["@candor/core", "@candor/input", "@duckdb/node-api", "node:", `${app}/input`, `${app}/output`],
    mayNot: [...everywhere, "Math.random", "console"],
  },
  {
    folder: `${app}/output`,
    mayImport: ["@candor/core", "@candor/input", "node:", `${app}/input`],
    mayNot: [...everywhere, "Math.random", "console"],
  },
  {
    folder: `${app}/render/html`,
    mayImport: ["@candor/core", "@candor/llm", "@candor/pages", "@candor/plots", "linkedom", "node:", `${app}/render`],
    mayNot: [...everywhere, "Math.random", "Date.now", "Date()", "console"],
  },
  { folder: `${app}/render`, mayImport: ["@candor/core", "@candor/llm", "@candor/pages", "node:util"], mayNot: pure },
  {
    folder: `${app}/store/duckdb`,
    mayImport: ["@candor/core", "@duckdb/node-api", "node:", `${app}/store`, `${app}/input/duckdb`],
    mayNot: [...everywhere, "Math.random", "Date.now", "Date()", "console"],
  },
  {
    folder: `${app}/store`,
    mayImport: ["@candor/core", "node:"],
    mayNot: [...everywhere, "Math.random", "Date.now", "Date()", "console"],
  },
  {
    folder: `${app}/views`,
    mayImport: ["@candor/core", "@candor/llm", "node:worker_threads", `${app}/store`],
    mayNot: pure,
  },
  { folder: `${app}/serving`, mayImport: ["@candor/core", "@candor/llm", `${app}/store`], mayNot: pure },
  { folder: `${app}/simulation`, mayImport: ["@candor/core"], mayNot: pure },
  { folder: `${app}/client`, mayImport: [], mayNot: [...everywhere, "console", "process"] },
  {
    folder: `${app}/jobs`,
    mayImport: ["@candor/core", "node:", `${app}/store`],
    mayNot: [...everywhere, "Math.random", "Date.now", "Date()", "console"],
  },
  {
    folder: `${app}/http`,
    mayImport: [
      "@candor/core",
      "@candor/llm",
      "@hono/node-server",
      "@hono/zod-openapi",
      "@opentelemetry/api",
      "hono",
      "node:",
      "pino",
      "zod",
      `${app}/jobs`,
      `${app}/serving`,
      `${app}/store`,
      `${app}/views`,
      app,
    ],
    mayNotImport: [`${app}/store/duckdb`],
    mayNot: [...everywhere, "Math.random", "Date.now", "Date()", "console"],
  },
  {
    folder: `${app}/cli`,
    mayImport: [
      "@candor/core",
      "@candor/input",
      "@candor/llm",
      "@candor/pages",
      "commander",
      "node:",
      `${app}/input`,
      `${app}/output`,
      `${app}/render`,
      `${app}/example`,
      `${app}/client`,
      `${app}/http`,
      `${app}/jobs`,
      `${app}/simulation`,
      `${app}/store`,
      app,
    ],
    mayNot: [...everywhere, "Math.random"],
  },
  { folder: app, mayImport: ["@candor/core", "node:"], mayNot: [...everywhere, "Math.random", "console"] },
];

function resolve(path: string, specifier: string): string {
  return specifier.startsWith(".") ? posix.join(dirname(path), specifier) : specifier;
}

function isWithin(target: string, place: string): boolean {
  if (place === "node:") return target.startsWith("node:");
  if (place === app) return dirname(target) === app;
  return target === place || target.startsWith(`${place}/`);
}

function complaints(path: string, source: string): string[] {
  const rule = rules.find(({ folder }) => path.startsWith(`${folder}/`));
  if (!rule) return [`${path} is in a folder without a rule`];
  const { imports, sins } = scan(path, source);
  const foreign = imports
    .map((specifier) => resolve(path, specifier))
    .filter(
      (target) =>
        ![rule.folder, ...rule.mayImport].some((place) => isWithin(target, place)) ||
        (rule.mayNotImport ?? []).some((place) => isWithin(target, place)),
    );
  const bad = sins.filter((sin) => rule.mayNot.includes(sin));
  return [...foreign.map((target) => `${path} imports ${target}`), ...bad.map((sin) => `${path} uses ${sin}`)];
}

const sources = [...packages, "dashboard"].flatMap((name) => filesBelow(`packages/${name}/src`, ".ts", ".tsx"));

describe("imports point one way", () => {
  it("every source file keeps the rules of its folder", () => {
    expect(sources.length).toBeGreaterThan(10);
    expect(sources.flatMap((path) => complaints(path, read(path)))).toEqual([]);
  });

  it.each([
    ["packages/core/src/a.ts", `import { readFileSync } from "node:fs";`, "imports node:fs"],
    ["packages/core/src/a.ts", `import type { Plot } from "@observablehq/plot";`, "imports @observablehq/plot"],
    ["packages/core/src/a.ts", `export { a } from "../../plots/src/a.ts";`, "imports packages/plots/src/a.ts"],
    [
      "packages/core/src/a.ts",
      `export type B = import("../test/helpers.ts").B;`,
      "imports packages/core/test/helpers.ts",
    ],
    ["packages/core/src/a.ts", `export const later = () => import("lodash");`, "imports lodash"],
    ["packages/core/src/a.ts", `export * from "./b.ts";`, "uses export *"],
    ["packages/core/src/a.ts", "export default 3;", "uses export default"],
    ["packages/core/src/a.ts", "export const r = Math.random();", "uses Math.random"],
    ["packages/core/src/a.ts", `export const r = Math["random"]();`, "uses Math.random"],
    ["packages/core/src/a.ts", "export const t = Date.now();", "uses Date.now"],
    ["packages/core/src/a.ts", "export const t = new Date();", "uses Date()"],
    ["packages/core/src/a.ts", "console.log(1);", "uses console"],
    ["packages/core/src/a.ts", "export const e = process.env;", "uses process"],
    ["packages/core/src/a.ts", "export const a: any = 3;", "uses any"],
    ["packages/llm/src/a.ts", `import OpenAI from "openai";`, "imports openai"],
    ["packages/llm/src/a.ts", `import { readFileSync } from "node:fs";`, "imports node:fs"],
    ["packages/llm/src/scores/a.ts", "export const t = Date.now();", "uses Date.now"],
    ["packages/input/src/a.ts", `import { readFileSync } from "node:fs";`, "imports node:fs"],
    ["packages/pages/src/a.ts", `import { parseHTML } from "linkedom";`, "imports linkedom"],
    ["packages/plots/src/a.ts", `import { JSDOM } from "linkedom";`, "imports linkedom"],
    ["packages/plots/src/a.ts", `import { x } from "../../core/src/matrix.ts";`, "imports packages/core/src/matrix.ts"],
    [
      "packages/app/src/input/a.ts",
      `import { x } from "../render/format.ts";`,
      "imports packages/app/src/render/format.ts",
    ],
    ["packages/app/src/input/a.ts", `import { Command } from "commander";`, "imports commander"],
    ["packages/app/src/input/a.ts", `import { DuckDBInstance } from "@duckdb/node-api";`, "imports @duckdb/node-api"],
    ["packages/app/src/output/a.ts", `import { DuckDBInstance } from "@duckdb/node-api";`, "imports @duckdb/node-api"],
    ["packages/app/src/output/a.ts", `import { x } from "../cli/a.ts";`, "imports packages/app/src/cli/a.ts"],
    ["packages/app/src/input/a.ts", `import { x } from "../output/a.ts";`, "imports packages/app/src/output/a.ts"],
    ["packages/app/src/render/a.ts", `import { x } from "../input/a.ts";`, "imports packages/app/src/input/a.ts"],
    ["packages/app/src/render/a.ts", `import { writeFileSync } from "node:fs";`, "imports node:fs"],
    [
      "packages/app/src/render/html/a.ts",
      `import { DuckDBInstance } from "@duckdb/node-api";`,
      "imports @duckdb/node-api",
    ],
    ["packages/app/src/render/html/a.ts", `import { x } from "../../cli/a.ts";`, "imports packages/app/src/cli/a.ts"],
    ["packages/app/src/cli/a.ts", `import { DuckDBInstance } from "@duckdb/node-api";`, "imports @duckdb/node-api"],
    ["packages/app/src/a.ts", `import { x } from "./cli/a.ts";`, "imports packages/app/src/cli/a.ts"],
    ["packages/app/src/store/a.ts", `import { DuckDBInstance } from "@duckdb/node-api";`, "imports @duckdb/node-api"],
    ["packages/app/src/store/a.ts", `import { x } from "../http/a.ts";`, "imports packages/app/src/http/a.ts"],
    [
      "packages/app/src/http/a.ts",
      `import { x } from "../store/duckdb/a.ts";`,
      "imports packages/app/src/store/duckdb/a.ts",
    ],
    ["packages/app/src/http/a.ts", "export const t = Date.now();", "uses Date.now"],
    ["packages/app/src/client/a.ts", `import { x } from "../http/a.ts";`, "imports packages/app/src/http/a.ts"],
  ])("a file %s that says %s is caught", (path, source, complaint) => {
    expect(complaints(path, source)).toEqual([`${path} ${complaint}`]);
  });

  it.each([
    ["packages/core/src/a.ts", `// import "lodash"\nexport const text = 'import "lodash"; Math.random()';`],
    [
      "packages/core/src/metrics/a.ts",
      `import { x } from "../matrix.ts";\nexport const y = new Date(0), z = { console: x };`,
    ],
    ["packages/app/src/cli/a.ts", `import { x } from "../input/a.ts";\nimport { readFileSync } from "node:fs";`],
    ["packages/app/src/cli/a.ts", `import { version } from "../version.ts";`],
  ])("a file %s that says %s is left alone", (path, source) => {
    expect(complaints(path, source)).toEqual([]);
  });
});

describe("modules", () => {
  it("import only what the package.json of their package declares", () => {
    const undeclared = packages.flatMap((name) => {
      const declared = Object.keys(readManifest(`packages/${name}`).dependencies ?? {});
      return filesBelow(`packages/${name}/src`, ".ts", ".tsx").flatMap((path) =>
        scan(path, read(path))
          .imports.filter((target) => !target.startsWith(".") && !target.startsWith("node:"))
          .filter((target) => !declared.some((dependency) => isWithin(target, dependency)))
          .map((target) => `${path} imports ${target}`),
      );
    });
    expect(undeclared).toEqual([]);
  });

  it("have no import cycles", () => {
    const graph = new Map(
      sources.map((path) => [path, scan(path, read(path)).loads.map((specifier) => resolve(path, specifier))]),
    );
    expect(cycleIn(graph)).toEqual([]);
  });

  it("an import cycle is found where there is one", () => {
    const graph = new Map([
      ["a", ["b"]],
      ["b", ["c", "d"]],
      ["c", []],
      ["d", ["b"]],
    ]);
    expect(cycleIn(graph)).toEqual(["b", "d", "b"]);
  });
});

/** The first import cycle of the graph, from a module back to itself; empty when there is none. */
function cycleIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const walk = (path: string, trail: string[]): string[] => {
    const seen = trail.indexOf(path);
    if (seen >= 0) return [...trail.slice(seen), path];
    if (done.has(path)) return [];
    for (const next of graph.get(path) ?? []) {
      const cycle = walk(next, [...trail, path]);
      if (cycle.length > 0) return cycle;
    }
    done.add(path);
    return [];
  };
  for (const path of graph.keys()) {
    const cycle = walk(path, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
