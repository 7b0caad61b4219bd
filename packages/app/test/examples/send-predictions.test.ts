import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformWithOxc } from "vite";
import { describe, expect, it } from "vitest";
import { localToken, type RealServer, realServer, testFolder } from "../client/real-server.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const example = (path: string): string => join(root, "examples", path);

/** Runs a program beside the server and returns what it printed. */
function run(command: string, args: readonly string[], server: RealServer): Promise<string> {
  const env = { ...process.env, CANDOR_URL: server.url, CANDOR_KEY: localToken };
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env });
    let printed = "";
    let complaint = "";
    child.stdout.on("data", (bytes) => {
      printed += bytes;
    });
    child.stderr.on("data", (bytes) => {
      complaint += bytes;
    });
    child.on("close", (code) => (code === 0 ? resolve(printed) : reject(new Error(`exit ${code}: ${complaint}`))));
  });
}

/** The client as it is built: a file of JavaScript per source file. */
async function writeClient(folder: string): Promise<void> {
  const source = fileURLToPath(new URL("../../src/client/", import.meta.url));
  for (const file of readdirSync(source)) {
    const { code } = await transformWithOxc(readFileSync(join(source, file), "utf8"), join(source, file));
    await writeFile(join(folder, file.replace(/\.ts$/, ".js")), code.replaceAll(/(from "\.\/[^"]+)\.ts"/g, '$1.js"'));
  }
}

async function expectKept(server: RealServer): Promise<void> {
  await server.deps.ingest.settled();
  expect(await server.deps.events.models("default")).toMatchObject([
    { model: "fraud", version: "7", predictions: 4, labelled: 1 },
  ]);
}

const hasPython = spawnSync("python3", ["-c", "import sys; sys.exit(sys.version_info < (3, 8))"]).status === 0;
if (!hasPython && process.env["CI"] === "true") throw new Error("python3 (3.8 or newer) is needed");

describe("examples", () => {
  it.skipIf(!hasPython)("python/send_predictions.py sends, says what is on disk, and asks for a decision", async () => {
    const server = await realServer(await testFolder());
    const printed = await run("python3", [example("python/send_predictions.py")], server);
    expect(printed).toMatch(/^3 predictions are on disk\n1 outcome is on disk\ndecision: None because .+\n$/);
    await expectKept(server);
  });

  it("typescript/send-predictions.ts does the same with the client", async () => {
    const folder = await testFolder();
    const server = await realServer(folder);
    const path = example("typescript/send-predictions.ts");
    const { code } = await transformWithOxc(readFileSync(path, "utf8"), path);
    const program = join(folder, "program");
    const client = join(program, "node_modules/candor/client");
    await mkdir(client, { recursive: true });
    await writeFile(join(program, "send-predictions.mjs"), code);
    await writeClient(client);
    const manifest = { type: "module", exports: { "./client": "./client/index.js" } };
    await writeFile(join(dirname(client), "package.json"), JSON.stringify(manifest));
    const printed = await run(process.execPath, [join(program, "send-predictions.mjs")], server);
    expect(printed).toMatch(/^decision: null because .+\n3 predictions are on disk\n$/);
    await expectKept(server);
  });
});
