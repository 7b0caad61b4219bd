import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { cloneInto, finish, npm, plainEnvironment, readManifest, succeed, temporaryFolder } from "./helpers.ts";

/** When each installed package and each compiled file was written. */
function written(folder: string): Map<string, number> {
  const built = ["core", "input", "plots", "pages", "llm", "app"].flatMap((name) => {
    const dist = join(folder, "packages", name, "dist");
    return readdirSync(dist, { recursive: true, encoding: "utf8" }).map((file) => join(dist, file));
  });
  const installed = readdirSync(join(folder, "node_modules")).map((name) => join(folder, "node_modules", name));
  return new Map([...built, ...installed].map((path) => [path, statSync(path).mtimeMs]));
}

/** `npm start` until it serves: what it said so far, and how to end it. */
async function started(folder: string, args: string[], env: NodeJS.ProcessEnv) {
  const child = spawn("npm", ["start", "--", "--port", "0", ...args], {
    cwd: folder,
    env,
    stdio: "pipe",
    detached: true,
  });
  let output = "";
  const closed = once(child, "close");
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  while (!output.includes("nothing is lost")) {
    const isOver = await Promise.race([closed, setTimeout(100, undefined)]);
    if (isOver !== undefined) throw new Error(`npm start ended:\n${output}`);
  }
  const url = output.match(/^ {2}API +(\S+)\/api\/v1$/m)?.[1] ?? "";
  return {
    output,
    url,
    /** As Ctrl-C does it: the signal reaches all of them, and npm dies of it whatever its script does. */
    async end(): Promise<void> {
      process.kill(-(child.pid ?? 0), "SIGINT");
      await closed;
    },
  };
}

describe("a fresh clone", () => {
  it("npm start installs, builds, loads the demo and serves; again, it only serves; npx candor works", async () => {
    const folder = temporaryFolder();
    cloneInto(folder);
    expect(existsSync(join(folder, "node_modules"))).toBe(false);
    const env = plainEnvironment({ CI: "true", npm_config_prefer_offline: "true" });

    const first = await started(folder, [], env);
    expect(first.output).toContain("Installing dependencies (nothing is installed yet)");
    expect(first.output).toMatch(/[\d,]+ predictions and [\d,]+ outcomes of 90 made-up days are in project demo/);
    expect(first.output).toMatch(/^ {2}ck_[0-9a-f]{16}_\S{43}$/m);
    const token = readFileSync(join(folder, ".candor/data/local-token"), "utf8");
    const headers = { authorization: `Bearer ${token}` };
    const reply = await fetch(`${first.url}/api/v1/models?project=demo`, { headers });
    expect(reply.status).toBe(200);
    expect(await reply.text()).toContain('"card-fraud"');
    expect((await fetch(`${first.url}/docs`)).status).toBe(200);
    await first.end();
    for (const name of ["server.json", "lock"]) expect(existsSync(join(folder, ".candor/data", name))).toBe(false);

    const before = written(folder);
    const second = await started(folder, [], env);
    expect(second.output).not.toMatch(/Installing|Building|Loading|ck_/);
    expect(written(folder)).toEqual(before);
    const again = await fetch(`${second.url}/api/v1/data-health?project=demo`, { headers });
    expect(again.status).toBe(401);
    await second.end();

    const report = await succeed(npm(["start", "--", "report"], folder, env));
    expect(report.output).toContain("Trained a small classifier");
    expect(report.stdout).toMatch(/^[✗✓?] /m);
    expect(report.stdout).toContain("a perfect model shows");
    expect(report.stdout).toMatch(/file:\S+\/\.candor\/example\/report\.html/);
    const lines = report.stdout.split("\n").filter((line) => !/file:|^\$/.test(line));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const page = readFileSync(join(folder, ".candor/example/report.html"), "utf8");
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page.length).toBeGreaterThan(20_000);
    expect(page.length).toBeLessThan(2_000_000);

    await succeed(npm(["run", "build"], folder, env));
    const version = await succeed(
      finish("npx", ["candor", "--version"], folder, { ...env, npm_config_offline: "true" }),
    );
    expect(version.stdout).toBe(`${readManifest("packages/app").version}\n`);
  });
});
