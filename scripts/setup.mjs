// Brings a clone to the point where something can run: dependencies installed, TypeScript built, `candor` linked.
// Everything here is skipped when it is current, so that the second run costs well under a second.

import { spawn } from "node:child_process";
import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const cli = join(root, "packages/app/dist/cli/main.js");
const dashboard = join(root, "packages/app/dashboard/index.html");
export const packages = ["core", "input", "plots", "pages", "llm", "app"];

const oldestNode = [20, 19];

/** Ends the process with one clear sentence when this Node.js is too old to run Candor. */
export function requireNode(version = process.versions.node) {
  const [major, minor] = version.split(".").map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  console.error(`Candor needs Node.js ${oldestNode.join(".")} or newer; this is ${version} (${process.execPath})`);
  process.exit(2);
}

/**
 * Runs a command with our terminal and waits for it, also when Ctrl-C reaches both of us.
 *
 * @param options of `spawn`; `heard` gets what the command says on standard output, in place of the terminal
 * @returns the exit code; 128 + the signal number when a signal ended it
 */
export function run(command, args, { heard, ...options } = {}) {
  const signals = { SIGINT: 2, SIGTERM: 15 };
  return new Promise((resolve, reject) => {
    const stdio = heard ? ["inherit", "pipe", "inherit"] : "inherit";
    const child = spawn(command, args, { cwd: root, stdio, ...options });
    child.stdout?.setEncoding("utf8").on("data", (text) => heard?.(text));
    const listeners = Object.keys(signals).map((signal) => {
      const listener = () => signal === "SIGTERM" && child.kill(signal);
      process.on(signal, listener);
      return () => process.off(signal, listener);
    });
    const settle = (finish) => (value, signal) => {
      for (const remove of listeners) remove();
      finish(signal ? 128 + (signals[signal] ?? 9) : value);
    };
    child.once("error", settle(reject));
    child.once("exit", settle(resolve));
  });
}

/** Runs npm, the one that started us where there is one. */
export function npm(args, options = {}) {
  const path = process.env.npm_execpath ?? "";
  if (/npm-cli\.[cm]?js$/.test(path)) return run(process.execPath, [path, ...args], options);
  return run("npm", args, { shell: process.platform === "win32", ...options });
}

/** Path of the script behind a command of an installed package, to be run with `node`: no shell, no shim. */
export function tool(name, command = name) {
  const folder = join(root, "node_modules", name);
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return join(folder, typeof bin === "string" ? bin : bin[command]);
}

/**
 * Why `npm ci` has to run, or `undefined` when node_modules is what package-lock.json asks for.
 * npm itself writes down what it installed, last of all, in node_modules/.package-lock.json.
 */
export function staleInstall(folder = root) {
  const installedFile = join(folder, "node_modules/.package-lock.json");
  if (!existsSync(installedFile)) return "nothing is installed yet";
  const wanted = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "") continue;
    const present = installed[path];
    const name = path.replace(/^.*node_modules\//, "");
    if (!present) {
      if (entry.optional || entry.devOptional || entry.peer) continue;
      return `${name} is not installed`;
    }
    if (present.version !== entry.version || present.integrity !== entry.integrity)
      return `${name} ${present.version} is installed, the lockfile says ${entry.version}`;
  }
  return undefined;
}

/** Installs the dependencies of the lockfile unless they are there. */
export async function ensureInstalled() {
  const reason = staleInstall();
  if (reason === undefined) return;
  console.error(`Installing dependencies (${reason}); needs the network, takes some seconds`);
  const stdio = ["ignore", process.stderr, process.stderr];
  const code = await npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], { stdio });
  if (code === 0) return;
  if (code < 128) console.error(`npm ci failed with exit code ${code}; nothing was built`);
  process.exit(code);
}

/** Builds every package (incrementally: 0.1 s when nothing changed) and puts `candor` where `npx` finds it. */
export async function ensureBuilt() {
  const missing = packages.filter(
    (name) => !existsSync(join(root, "packages", name, "dist/index.js")) && name !== "app",
  );
  if (!existsSync(cli)) missing.push("app");
  if (missing.length > 0) console.error(`Building (${missing.join(", ")} not built yet)`);
  for (const name of missing) rmSync(join(root, "packages", name, "tsconfig.tsbuildinfo"), { force: true });
  const code = await run(process.execPath, [tool("typescript", "tsc"), "-b"]);
  if (code !== 0) process.exit(code);
  for (const name of packages) removeOrphans(join(root, "packages", name));
  const { bundleLibraries } = await import("./bundle.mjs");
  await bundleLibraries();
  await buildDashboard();
  await linkCli();
}

/** Builds the pages of the server unless they are newer than everything they are made of. */
async function buildDashboard() {
  const built = lstatSync(dashboard, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const folders = [...packages, "dashboard"].filter((name) => !["llm", "app"].includes(name));
  const sources = folders.flatMap((name) => filesIn(join(root, "packages", name, "src")));
  const own = ["index.html", "vite.config.ts"].map((name) => join(root, "packages/dashboard", name));
  const newest = Math.max(...[...sources, ...own].map((file) => lstatSync(file).mtimeMs));
  if (built >= newest) return;
  const code = await run(process.execPath, [tool("vite"), "build", "packages/dashboard"]);
  if (code !== 0) process.exit(code);
}

/** Every file below a folder. */
export function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Deletes compiled files whose source is gone, which `tsc` leaves behind and `npm pack` would ship. */
function removeOrphans(folder) {
  const source = join(folder, "src");
  const output = join(folder, "dist");
  if (!existsSync(output)) return;
  for (const entry of readdirSync(output, { recursive: true, withFileTypes: true })) {
    const match = entry.name.match(/^(.*?)(\.d\.ts|\.js)(\.map)?$/);
    if (!entry.isFile() || !match) continue;
    const file = join(entry.parentPath ?? entry.path, entry.name);
    const stem = join(source, relative(output, dirname(file)), match[1]);
    if (!existsSync(`${stem}.ts`) && !existsSync(`${stem}.tsx`)) rmSync(file);
  }
}

/** Makes `npx candor` run this clone: npm links a command only when its file exists at install time. */
async function linkCli() {
  chmodSync(cli, 0o755);
  const link = join(root, "node_modules/.bin/candor");
  if (lstatSync(link, { throwIfNoEntry: false })) return;
  if (process.platform === "win32") await npm(["rebuild", "candor", "--ignore-scripts", "--loglevel=error"]);
  else symlinkSync("../candor/dist/cli/main.js", link);
}
