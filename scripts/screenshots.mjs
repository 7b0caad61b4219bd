// npm run screenshots [-- --all FOLDER]: the pictures of docs/dashboard.md, from the demo, in real Chromium.
// --all puts every page in both themes and at the width of a phone into a folder instead, to be looked at.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { chromium } from "playwright";
import { findChromium } from "./chromium.mjs";
import { cli, ensureBuilt, ensureInstalled, root, run } from "./setup.mjs";

const { values } = parseArgs({ options: { all: { type: "string" } } });
await ensureInstalled();
await ensureBuilt();

/** Pages by name: what is shown on them. `docs`: it has a picture in the docs, `height` pixels of it. */
const pages = [
  { name: "fleet", path: "/", docs: true },
  { name: "calibration", path: "/calibration?model=card-fraud&window=90d", docs: true, height: 1240 },
  { name: "over-time", path: "/over-time?model=card-fraud&window=90d", docs: true, height: 1480 },
  { name: "decisions", path: "/decisions?model=card-fraud&window=90d", docs: true, height: 1000 },
  { name: "segments", path: "/segments?window=90d", docs: true, height: 1000 },
  { name: "predictions", path: "/predictions?model=grounding-judge" },
  { name: "calibrators", path: "/calibrators" },
  { name: "data-health", path: "/data-health" },
  { name: "settings", path: "/settings" },
  { name: "drop", path: "/drop" },
];
const looks = [
  { name: "light", theme: "light", width: 1280 },
  { name: "dark", theme: "dark", width: 1280 },
  { name: "phone", theme: "light", width: 360 },
];

const data = mkdtempSync(join(tmpdir(), "candor-pictures-"));
await run(process.execPath, [cli, "demo", "--data", data], { stdio: ["ignore", "ignore", "inherit"] });
const server = spawn(process.execPath, [cli, "serve", "--data", data, "--port", "0", "--json", "--log", "error"], {
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const [line] = await once(createInterface({ input: server.stdout }), "line");
  const { url, ownerKey } = JSON.parse(line);
  const browser = await chromium.launch({ executablePath: await findChromium(), args: ["--no-sandbox"] });
  const folder = values.all === undefined ? join(root, "docs/pictures") : resolve(values.all);
  mkdirSync(folder, { recursive: true });
  for (const look of looks) {
    const context = await browser.newContext({
      viewport: { width: look.width, height: 800 },
      colorScheme: look.theme,
      reducedMotion: "reduce",
      locale: "en-GB",
      timezoneId: "UTC",
    });
    const page = await context.newPage();
    await page.goto(`${url}/#login=${ownerKey}`);
    await page.getByRole("button", { name: "Log out" }).waitFor();
    for (const { name, path, docs = false, height = 900 } of pages) {
      const isWanted = values.all !== undefined || (docs && (look.name === "light" || name === "fleet"));
      if (!isWanted) continue;
      await page.setViewportSize({ width: look.width, height });
      await page.goto(`${url}${path}`);
      await page.locator("main h1").waitFor();
      await page.waitForLoadState("networkidle");
      await page.locator(".skeleton").first().waitFor({ state: "detached" });
      await page.screenshot({ path: join(folder, `${name}-${look.name}.png`), fullPage: values.all !== undefined });
    }
    await context.close();
  }
  await browser.close();
  console.log(`wrote ${folder}`);
} finally {
  const ended = once(server, "exit");
  server.kill("SIGTERM");
  await ended;
  rmSync(data, { recursive: true, force: true });
}
