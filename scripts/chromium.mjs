// Finds a Chromium that really starts, and fetches one where there is none: the core suite runs in it too.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { root, run, tool } from "./setup.mjs";

const usual = {
  linux: ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome-stable", "/usr/bin/google-chrome"],
  darwin: [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ],
  win32: [
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
  ],
};

const howTo = `The core tests also run in Chromium, and none was found.
  Debian, Ubuntu:  sudo apt-get install chromium
  elsewhere:       npx playwright install --with-deps chromium
  or name one:     CANDOR_CHROMIUM=/path/to/chrome npm test
  or leave it out: npm test -- --project core --project app --project workspace`;

/** True when the file is there and starts: a stub, or a browser whose libraries are missing, does not count. */
function starts(path) {
  if (!existsSync(path)) return false;
  if (process.platform === "win32") return true;
  return spawnSync(path, ["--version"], { stdio: "ignore", timeout: 30_000 }).status === 0;
}

async function playwrightPath() {
  const { chromium } = await import("playwright");
  return chromium.executablePath();
}

/**
 * Path of a Chromium that starts, installing one if need be; ends the process with instructions when that fails too.
 * CANDOR_CHROMIUM names one and is then the only candidate.
 */
export async function findChromium() {
  const named = process.env.CANDOR_CHROMIUM;
  if (named) {
    if (starts(named)) return named;
    console.error(`CANDOR_CHROMIUM is ${named}, which ${existsSync(named) ? "does not start" : "does not exist"}`);
    process.exit(2);
  }
  const candidates = [...(usual[process.platform] ?? []), await playwrightPath()];
  const found = candidates.find(starts);
  if (found) return found;

  console.error("No Chromium found; fetching the one of Playwright");
  await run(process.execPath, [tool("playwright"), "install", "chromium"], { cwd: root });
  if (starts(await playwrightPath())) return playwrightPath();

  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.error("That one does not start here; installing Debian's");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-q"], { env });
    await run("apt-get", ["install", "-y", "-q", "--no-install-recommends", "chromium"], { env });
    if (starts("/usr/bin/chromium")) return "/usr/bin/chromium";
  }
  console.error(howTo);
  process.exit(2);
}
