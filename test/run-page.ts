import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Finished, finish, plainEnvironment, readManifest, root } from "./helpers.ts";
import { type Block, blocksOf } from "./markdown.ts";

/** Commands of a clone, which `fresh-clone.test.ts` and `packaging.test.ts` run for real. */
const ofClone = [
  /^git clone /,
  /^cd candor$/,
  /^npm (start|test|ci)( -- .*)?$/,
  /^npm (install|i) (-g )?(candor|@candor\/core|@candor\/plots)$/,
];

function isOfClone(line: string): boolean {
  const [, script] = line.match(/^npm run ([\w-]+)/) ?? [];
  if (script !== undefined) return script in (readManifest(".").scripts ?? {});
  return ofClone.some((pattern) => pattern.test(line));
}

/** Makes a folder in which `npx candor` and `@candor/core` are those of this clone. */
export function prepareWorkspace(folder: string): void {
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  symlinkSync(join(root, "packages/app/dist/cli/main.js"), join(folder, "node_modules/.bin/candor"));
  for (const name of ["@candor", "@types", "candor"])
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
}

/** The port that pages name: that of `candor serve` where nothing else is said. */
const pagePort = "4319";

/** A server that a page started. */
interface PageServer {
  readonly port: string;
  stop(): Promise<void>;
}

/**
 * Runs the command of a `server` block until it says where it serves.
 *
 * @returns the server, or what it said when it ended instead
 */
async function startServer(block: Block, folder: string): Promise<PageServer | string> {
  const command = `exec ${block.text.trim().replace(/^npx /, "node_modules/.bin/")} --port 0`;
  const child: ChildProcess = spawn("bash", ["-c", command], { cwd: folder, env: plainEnvironment(), stdio: "pipe" });
  const closed = once(child, "close");
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const said = () => output.match(/^ {2}API +http:\/\/[^:]+:(\d+)\//m)?.[1];
  while (said() === undefined)
    if ((await Promise.race([closed, setTimeout(50, undefined)])) !== undefined) return output;
  return {
    port: said() ?? "",
    async stop() {
      child.kill("SIGTERM");
      await closed;
    },
  };
}

async function runShell(block: Block, folder: string): Promise<Finished> {
  const lines = block.text.split("\n").map((line) => line.replace(/^\$ /, ""));
  const script = lines.filter((line) => !isOfClone(line.trim())).join("\n");
  const env = plainEnvironment({ npm_config_offline: "true", npm_config_yes: "false", COLUMNS: "80" });
  return finish("bash", ["-euo", "pipefail", "-c", script], folder, env);
}

async function runTypeScript(block: Block, folder: string): Promise<Finished> {
  const name = `block-${block.line}`;
  writeFileSync(join(folder, `${name}.ts`), block.text);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const options = "--strict --target es2022 --lib es2023 --module nodenext --types node --skipLibCheck".split(" ");
  const compiled = await finish(process.execPath, [tsc, ...options, `${name}.ts`], folder);
  return compiled.code === 0 ? finish(process.execPath, [`${name}.js`], folder) : compiled;
}

/** True when `actual` is `expected`, in which a line `…` stands for any number of lines. Spaces at line ends are ignored. */
function matches(actual: string, expected: string): boolean {
  const clean = (text: string): string => text.replace(/[ \t]+$/gm, "").trim();
  const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const pattern = clean(expected)
    .split("\n")
    .map((line) => (/^(…|\.\.\.)$/.test(line.trim()) ? "(?:.*\\n)*?" : `${literal(line)}\n`))
    .join("");
  return new RegExp(`^${pattern}$`).test(`${clean(actual)}\n`);
}

/** True when everything that `expected` says is also in `actual`. */
function contains(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(expected))
    return (
      Array.isArray(actual) && actual.length === expected.length && expected.every((v, i) => contains(actual[i], v))
    );
  if (typeof expected === "object" && expected !== null)
    return (
      typeof actual === "object" &&
      actual !== null &&
      Object.entries(expected).every(([key, value]) => contains((actual as Record<string, unknown>)[key], value))
    );
  return Object.is(actual, expected);
}

function isOutput(actual: string, { language, text }: Block): boolean {
  if (language !== "json") return matches(actual, text);
  try {
    return contains(JSON.parse(actual), JSON.parse(text));
  } catch {
    return false;
  }
}

/**
 * Does what a page says, in order, in one folder, and reports where it does not work.
 *
 * A `sh` block is run by bash and has to end with exit code 0, or with N under `<!-- exit: N -->`; a `ts` block is compiled
 * and run. Any other block needs a comment above it: `<!-- output -->` for what the block before it prints (a line `…`
 * stands for any lines; JSON may leave keys out), `<!-- file: NAME -->` for a file that later blocks read, or
 * `<!-- not run: REASON -->`, which also exempts a `sh` or `ts` block. A `sh` block under `<!-- server -->` is one command
 * that serves on until the page ends; it gets a free port, and so do all later blocks that name 4319.
 *
 * @returns one complaint per block that fails; the rest of the page is not run
 */
export async function runPage(page: string, markdown: string, folder: string): Promise<string[]> {
  const servers: PageServer[] = [];
  try {
    return await runBlocks(page, markdown, folder, servers);
  } finally {
    for (const server of servers) await server.stop();
  }
}

async function runBlocks(page: string, markdown: string, folder: string, servers: PageServer[]): Promise<string[]> {
  let last: Finished | undefined;
  for (const written of blocksOf(markdown)) {
    const port = servers.at(-1)?.port;
    const block = port === undefined ? written : { ...written, text: written.text.replaceAll(pagePort, port) };
    const at = `${page}:${block.line}`;
    const [, kind, detail = ""] = block.marker?.match(/^(not run|output|file|exit|server)(?:: (.+))?$/) ?? [];
    if (kind === "not run") {
      if (detail === "") return [`${at} is not run for no reason`];
    } else if (kind === "server") {
      const started = await startServer(block, folder);
      if (typeof started === "string") return [`${at} ended instead of serving:\n${block.text}\n${started}`];
      servers.push(started);
    } else if (kind === "file") {
      const path = join(folder, detail);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, block.text);
    } else if (kind === "output") {
      if (last === undefined) return [`${at} shows the output of nothing`];
      if (!isOutput(last.stdout, block)) return [`${at} shows something else than what is printed:\n${last.stdout}`];
    } else if (block.language === "sh" || block.language === "ts") {
      last = await (block.language === "sh" ? runShell : runTypeScript)(block, folder);
      const wanted = kind === "exit" ? Number(detail) : 0;
      if (last.code !== wanted)
        return [`${at} ends with exit code ${last.code} instead of ${wanted}:\n${block.text}\n${last.output}`];
    } else {
      return [`${at} is ${block.language || "a block without a language"}: neither run nor marked`];
    }
  }
  return [];
}
