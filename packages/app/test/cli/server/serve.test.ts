import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { candor } from "../run.ts";

const cli = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));
let folder = "";
const running = new Set<ChildProcess>();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-serve-"));
});
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** A `candor serve` as a process of its own. */
function start(args: readonly string[]) {
  const child = spawn(process.execPath, [cli, "serve", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  const closed = once(child, "close").then(([code]) => {
    running.delete(child);
    return { code, stdout, stderr };
  });
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on("data", () => {
      const url = stdout.match(/^ {2}API +(\S+)\/api\/v1$/m)?.[1];
      if (url !== undefined) resolve(url);
    });
    void closed.then(() => reject(new Error(`ended: ${stderr}`)));
  });
  ready.catch(() => undefined);
  return { child, ready, closed };
}

describe("candor serve", () => {
  it("serves, prints the owner key once and never logs it, tells its own commands, and ends gracefully", async () => {
    const data = join(folder, "data");
    const first = start(["--data", data, "--port", "0"]);
    const url = await first.ready;
    expect(statSync(data).mode & 0o077).toBe(0);
    expect(statSync(join(data, "local-token")).mode & 0o077).toBe(0);

    const sent = await fetch(`${url}/api/v1/predictions`, { method: "POST", body: "{}" });
    expect(sent.status).toBe(401);
    const made = await candor(["key", "create", "--role", "write", "--data", data]);
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ck_[0-9a-f]{16}_\S{43}\n$/) });
    const prediction = { id: "p-1", model: "m", version: "1", confidence: 0.9 };
    const taken = await fetch(`${url}/api/v1/predictions`, {
      method: "POST",
      headers: { authorization: `Bearer ${made.stdout.trim()}`, "content-type": "application/json" },
      body: JSON.stringify(prediction),
    });
    expect(taken.status).toBe(200);

    const port = new URL(url).port;
    const [owned, busy] = [
      await start(["--data", data, "--port", "0"]).closed,
      await start(["--data", join(folder, "other"), "--port", port]).closed,
    ];
    expect(owned.code).toBe(2);
    expect(owned.stderr).toContain(`the data folder ${data} is in use by candor (pid ${first.child.pid}) at ${url}`);
    expect(busy.code).toBe(2);
    expect(busy.stderr).toContain(`port ${port} is in use`);
    expect(busy.stderr).toContain(`--port ${Number(port) + 1}`);

    first.child.kill("SIGTERM");
    const ended = await first.closed;
    expect(ended.code).toBe(0);
    const [ownerKey = ""] = ended.stdout.match(/ck_[0-9a-f]{16}_\S{43}/) ?? [];
    expect(ownerKey).not.toBe("");
    expect(ended.stderr).not.toContain("ck_");
    for (const line of ended.stderr.trim().split("\n")) expect(JSON.parse(line)).toHaveProperty("msg");
    for (const name of ["server.json", "local-token", "lock"]) expect(existsSync(join(data, name))).toBe(false);

    const second = start(["--data", data, "--port", "0", "--json"]);
    second.child.stdout.on("data", () => second.child.kill("SIGINT"));
    const again = await second.closed;
    expect(again.code).toBe(0);
    const said = JSON.parse(again.stdout);
    expect(said).toMatchObject({ schema: "candor.serve/1", ownerKey: null, data });
    expect(said.loginUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#login=[\w-]{43}$/);

    const exported = await candor(["export", "--project", "default", "--data", data]);
    expect(exported.stdout).toContain("p-1,");
  });

  it("warns when other machines can read along, and is silent behind a proxy", async () => {
    const open = start(["--data", join(folder, "open"), "--port", "0", "--host", "0.0.0.0"]);
    const behind = ["--host", "0.0.0.0", "--behind-proxy", "--allow-host", "candor.example.com"];
    const proxied = start(["--data", join(folder, "proxied"), "--port", "0", ...behind]);
    await Promise.all([open.ready, proxied.ready]);
    for (const { child } of [open, proxied]) child.kill("SIGINT");
    expect((await open.closed).stderr).toContain("warning: 0.0.0.0 can be reached from other machines");
    const { stdout, stderr } = await proxied.closed;
    expect(stderr).not.toContain("warning");
    expect(stdout).toMatch(/Open +https:\/\/candor\.example\.com\/#login=/);
  });

  it.each([
    ["a port that is none", ["--port", "70000"], "expected a port, 0 to 65535"],
    ["a size that is none", ["--memory", "64MB"], "expected a size of at least 128MB"],
    [
      "an address of another machine",
      ["--host", "192.0.2.1", "--port", "0"],
      "192.0.2.1 is not an address of this machine",
    ],
    ["half of a certificate", ["--tls-cert", "cert.pem"], "--tls-cert and --tls-key belong together"],
    ["a file as the folder", ["--data", cli], "there is a file of this name"],
  ])("refuses %s", async (_, args, message) => {
    const refused = await candor(["serve", "--data", join(folder, "refused"), ...args]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(message);
    expect(existsSync(join(folder, "refused/server.json"))).toBe(false);
  });

  it("keeps the key of the first start out of what it writes", () => {
    const log = readFileSync(join(folder, "data/candor.duckdb"), "latin1");
    expect(log).not.toMatch(/ck_[0-9a-f]{16}_/);
  });
});
