import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** The server on the demo: where it is, and its owner key. */
    readonly demoServer: { readonly url: string; readonly key: string };
  }
}

const cli = new URL("../../../app/dist/cli/main.js", import.meta.url).pathname;

/** Serves the demo from a folder of its own for all tests of the pages, with the command that users run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const data = mkdtempSync(join(tmpdir(), "candor-pages-"));
  execFileSync(process.execPath, [cli, "demo", "--data", data], { stdio: ["ignore", "ignore", "inherit"] });
  const server = spawn(process.execPath, [cli, "serve", "--data", data, "--port", "0", "--json", "--log", "error"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: server.stdout });
  const [line] = await once(lines, "line", { signal: AbortSignal.timeout(60_000) });
  const { url, ownerKey } = JSON.parse(line);
  project.provide("demoServer", { url, key: ownerKey });
  return async () => {
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
}
