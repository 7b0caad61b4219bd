import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright";
import { afterAll, beforeAll } from "vitest";

const executablePath = process.env["CANDOR_CHROMIUM"] ?? "/usr/bin/chromium";

/** True where there is no Chromium to open pages with. */
export const noChromium: boolean = !existsSync(executablePath);
if (noChromium && process.env["CI"] === "true")
  throw new Error(`no Chromium at ${executablePath}; set CANDOR_CHROMIUM`);
if (noChromium) console.warn(`skipped: no Chromium at ${executablePath}; set CANDOR_CHROMIUM`);

/** Opens a page and gathers everything it says or asks for beyond itself. */
export type OpenPage = (html: string, width?: number) => Promise<{ page: Page; events: string[] }>;

/** What opens pages from files in the tests of a `describe`, in a browser that is started before and closed after them. */
export function chromiumPages(): OpenPage {
  let folder: string;
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "candor-html-"));
    browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    });
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  return async (html, width = 1200) => {
    const file = join(folder, "page.html");
    writeFileSync(file, html);
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const events: string[] = [];
    const address = pathToFileURL(file).href;
    page.on("request", (request) => {
      if (request.url() !== address) events.push(`request ${request.url()}`);
    });
    page.on("dialog", (dialog) => {
      events.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("console", (message) => events.push(`console ${message.text()}`));
    page.on("pageerror", (error) => events.push(`error ${error.message}`));
    await page.goto(address);
    return { page, events };
  };
}
