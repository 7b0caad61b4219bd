import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const root: string = dirname(dirname(fileURLToPath(import.meta.url)));
export const packages = ["core", "input", "plots", "pages", "llm", "app"] as const;

export function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** The parts of a package.json that the tests look at. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The package.json in a folder of the repository. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(read(join(folder, "package.json")));
}

/** Files below a folder of the repository with one of the endings, as paths from the root with forward slashes. */
export function filesBelow(folder: string, ...endings: string[]): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !path.split("/").includes("node_modules"))
    .sort();
}

/** The files a clone would have: what git tracks, or, where there is no git, everything that is not produced. */
export function clonedFiles(): string[] {
  try {
    const listed = execFileSync("git", ["ls-files", "-z"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    if (listed !== "") return listed.split("\0").filter((path) => path !== "");
  } catch {
    // An exported source tree: no git, or no repository.
  }
  const produced = new Set(["node_modules", "dist", "bundle", ".candor", ".git", "coverage"]);
  return filesBelow(".", "").filter((path) => !path.split("/").some((part) => produced.has(part)));
}

/** Copies the files a clone would have into `folder`. */
export function cloneInto(folder: string): void {
  for (const path of clonedFiles()) {
    try {
      cpSync(join(root, path), join(folder, path), { recursive: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

/** An empty folder that is gone when the test has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "candor-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The environment without what npm adds for its children, so that a nested npm behaves as in a terminal. */
export function plainEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_|^VITEST|^NODE_ENV$|^FORCE_COLOR$/.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: "1", ...extra };
}

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams as they came. */
  readonly output: string;
}

/** Runs a command to its end with nothing on standard input. */
export function finish(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = plainEnvironment(),
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    const text = { stdout: "", stderr: "", output: "" };
    for (const stream of ["stdout", "stderr"] as const)
      child[stream].setEncoding("utf8").on("data", (chunk: string) => {
        text[stream] += chunk;
        text.output += chunk;
      });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (signal) text.output += `\nended by ${signal}`;
      resolve({ code: code ?? 128, ...text });
    });
  });
}

/** The result of a command that has to succeed; its whole output is the message where it does not. */
export async function succeed(running: Promise<Finished>): Promise<Finished> {
  const result = await running;
  if (result.code !== 0) throw new Error(`exit code ${result.code}:\n${result.output}`);
  return result;
}

export function npm(args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv): Promise<Finished> {
  return finish("npm", args, cwd, env);
}
