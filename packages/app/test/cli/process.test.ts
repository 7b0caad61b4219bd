import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createRandom } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const cli = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-process-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function scores(rows: number): string {
  const random = createRandom(2);
  const lines = Array.from({ length: rows }, () => `${random.uniform()},${random.integer(2)}`);
  const path = join(folder, `scores-${rows}.csv`);
  writeFileSync(path, ["score,label", ...lines, ""].join("\n"));
  return path;
}

/** Starts the built command and hands its standard error over as it comes. */
function start(args: string[]) {
  const child = spawn(process.execPath, [cli, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  child.stdout.resume();
  return { child, stderr: () => stderr };
}

describe("the candor process", () => {
  it.each([150, 600, 1200])("stopped after %i ms by Ctrl-C ends at once and leaves nothing", async (delay) => {
    const html = join(folder, `stopped-${delay}.html`);
    const { child } = start(["report", scores(400_000), "--html", html]);
    await setTimeout(delay);
    const stopped = performance.now();
    child.kill("SIGINT");
    const [code, signal] = await once(child, "exit");
    expect(performance.now() - stopped).toBeLessThan(2000);
    expect(code === 130 || signal === "SIGINT").toBe(true);
    expect(existsSync(html)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes(".tmp"))).toEqual([]);
  });

  it("is silent on standard error when nobody is watching", async () => {
    const { child, stderr } = start(["report", scores(400_000)]);
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
    expect(stderr()).toBe("");
  });

  it("ends quietly when the reader of its output has gone", async () => {
    const { child, stderr } = start(["report", scores(2000), "--json"]);
    child.stdout.destroy();
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
    expect(stderr()).toBe("");
  });

  it.skipIf(!existsSync("/dev/full"))("says that its output could not be written, and exits 2", async () => {
    for (const args of [
      ["report", scores(2000), "--json"],
      ["report", "--help"],
    ]) {
      const full = openSync("/dev/full", "w");
      const child = spawn(process.execPath, [cli, ...args], { stdio: ["ignore", full, "pipe"] });
      closeSync(full);
      let stderr = "";
      child.stderr?.on("data", (chunk) => {
        stderr += chunk;
      });
      const [code] = await once(child, "close");
      expect(stderr).toBe("error: cannot write to standard output: the disk is full\n");
      expect(code).toBe(2);
    }
  });

  it("prints megabytes of JSON whole into a pipe", async () => {
    const random = createRandom(3);
    const lines = Array.from({ length: 30_000 }, (_, i) => `${random.uniform()},${random.integer(2)},s${i % 3000}`);
    const path = join(folder, "segments.csv");
    writeFileSync(path, ["score,label,segment", ...lines, ""].join("\n"));
    const child = spawn(process.execPath, [cli, "report", path, "--by", "segment", "--json"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    const [code] = await once(child, "close");
    expect(code).toBe(0);
    const text = Buffer.concat(chunks).toString("utf8");
    expect(text.length).toBeGreaterThan(2e6);
    expect(JSON.parse(text).segments).toHaveLength(3000);
  });
});
