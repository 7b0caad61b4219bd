// How long until the first page can be used, with nothing in the browser's cache: the server, the demo and Chromium on one machine.
//
//   npm run bench pages
//   node bench/pages.bench.mjs [--rounds 9]

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright";
import { findChromium } from "../scripts/chromium.mjs";
import { root } from "../scripts/setup.mjs";
import { cli } from "./support.mjs";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "9" } } });
const rounds = Number(values.rounds);
const middle = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
const ms = (value) => `${value.toFixed(0)} ms`;

console.log(`${cpus().length} cores, load before the start ${loadavg()[0].toFixed(2)}`);
const data = mkdtempSync(join(tmpdir(), "candor-bench-pages-"));
execFileSync(process.execPath, [cli, "demo", "--data", data], { stdio: ["ignore", "ignore", "inherit"] });
const server = spawn(process.execPath, [cli, "serve", "--data", data, "--port", "0", "--json", "--log", "error"], {
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const [line] = await once(createInterface({ input: server.stdout }), "line");
  const { url, ownerKey } = JSON.parse(line);
  const browser = await chromium.launch({ executablePath: await findChromium(), args: ["--no-sandbox"] });
  const painted = [];
  const usable = [];
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    const context = await browser.newContext();
    const login = await context.newPage();
    await login.goto(`${url}/settings#login=${ownerKey}`);
    await login.getByRole("button", { name: "Log out" }).waitFor();
    const state = await context.storageState();
    await context.close();
    const fresh = await browser.newContext({ storageState: state });
    const page = await fresh.newPage();
    await page.addInitScript(() => {
      new MutationObserver((_, observer) => {
        if (document.querySelector("main table tbody tr, main article") === null) return;
        observer.disconnect();
        requestAnimationFrame(() => {
          window.usableAt = performance.now();
        });
      }).observe(document, { childList: true, subtree: true });
    });
    await page.goto(url);
    await page.waitForFunction(() => window.usableAt !== undefined);
    const seen = await page.evaluate(() => ({
      usable: window.usableAt,
      painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
      bytes: performance.getEntriesByType("resource").reduce((sum, { transferSize }) => sum + transferSize, 0),
    }));
    painted.push(seen.painted);
    usable.push(seen.usable);
    bytes = seen.bytes;
    await fresh.close();
  }
  await browser.close();
  console.log(
    `first page   painted after ${ms(middle(painted))}, its table after ${ms(middle(usable))} (slowest ${ms(Math.max(...usable))})`,
  );
  console.log(`transferred  ${(bytes / 1000).toFixed(0)} kB with the API's replies`);
  const assets = join(root, "packages/app/dashboard/assets");
  for (const name of readdirSync(assets).filter((one) => /\.(js|css)$/.test(one)))
    console.log(
      `  ${(gzipSync(readFileSync(join(assets, name))).length / 1000).toFixed(1).padStart(7)} kB gzip  ${name}`,
    );
} finally {
  const ended = once(server, "exit");
  server.kill("SIGTERM");
  await ended;
  rmSync(data, { recursive: true, force: true });
}
