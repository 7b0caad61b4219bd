import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { candor } from "../run.ts";

const cli = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));
let data = "";
const running = new Set<ChildProcess>();
beforeEach(() => {
  data = join(mkdtempSync(join(tmpdir(), "candor-stop-")), "data");
});
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(join(data, ".."), { recursive: true, force: true });
});

function start() {
  const args = [cli, "serve", "--data", data, "--port", "0", "--log", "silent", "--json"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const closed = once(child, "close").then(([code]) => {
    running.delete(child);
    return { code, stderr };
  });
  const ready = once(child.stdout.setEncoding("utf8"), "data").then(([text]): string => JSON.parse(String(text)).url);
  ready.catch(() => undefined);
  return { child, ready, closed };
}

const token = (): string => readFileSync(join(data, "local-token"), "utf8");

describe("candor serve", () => {
  it("told to end under load ends with 0, and a later start has everything that was acknowledged", async () => {
    const server = start();
    const url = await server.ready;
    const headers = { authorization: `Bearer ${token()}`, "content-type": "application/json" };
    let acknowledged = 0;
    let sent = 0;
    const sender = async (): Promise<void> => {
      for (;;) {
        const batch = Array.from({ length: 200 }, () => ({
          id: `p${sent++}`,
          model: "m",
          version: "1",
          confidence: 0.7,
        }));
        const taken = await fetch(`${url}/api/v1/predictions`, {
          method: "POST",
          headers,
          body: JSON.stringify(batch),
        });
        await taken.text();
        if (taken.status === 200) acknowledged += batch.length;
      }
    };
    const senders = Array.from({ length: 4 }, () => sender().catch(() => undefined));
    while (acknowledged < 2000) await new Promise((resolve) => setTimeout(resolve, 5));
    server.child.kill("SIGTERM");
    expect(await server.closed).toEqual({ code: 0, stderr: "" });
    await Promise.all(senders);
    const exported = await candor(["export", "--project", "default", "--data", data]);
    const ids = new Set(exported.stdout.trim().split("\n").slice(1));
    expect(ids.size).toBeGreaterThanOrEqual(acknowledged);
    expect(ids.size).toBeLessThanOrEqual(sent);
  });

  it("told twice ends at once, with 130, where a request would hold it up; nothing acknowledged is lost", async () => {
    const server = start();
    const url = await server.ready;
    const headers = { authorization: `Bearer ${token()}`, "content-type": "application/json" };
    const body = JSON.stringify({ id: "kept", model: "m", version: "1", confidence: 0.7 });
    expect((await fetch(`${url}/api/v1/predictions`, { method: "POST", headers, body })).status).toBe(200);
    const slow = request(`${url}/api/v1/predictions`, { method: "POST", headers });
    slow.on("error", () => undefined);
    slow.write("[");
    await new Promise((resolve) => setTimeout(resolve, 100));
    server.child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(server.child.exitCode).toBeNull();
    server.child.kill("SIGINT");
    expect((await server.closed).code).toBe(130);
    const exported = await candor(["export", "--project", "default", "--data", data]);
    expect(exported.stdout).toContain("kept,");
  });

  it("started twice at the same moment runs once: the other ends with 2 and says who has the folder", async () => {
    for (let attempt = 0; attempt < 2; attempt++) {
      const servers = [start(), start()];
      const ended = await Promise.race(servers.map(async ({ child, closed }) => ({ child, ...(await closed) })));
      expect(ended).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^error: .*(is in use by candor|only one may own it|being opened)/),
      });
      const winner = servers.find(({ child }) => child !== ended.child);
      const url = (await winner?.ready) ?? "";
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      // The first start and then a lock that a killed server left.
      winner?.child.kill("SIGKILL");
      await winner?.closed;
    }
  });
});
