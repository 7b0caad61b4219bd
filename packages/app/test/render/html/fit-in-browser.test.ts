import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderCardHtml } from "../../../src/render/card/render-card-html.ts";
import { renderFitHtml } from "../../../src/render/html/fit/render-fit-html.ts";
import { fitWith, sampleFit } from "../card/sample-fit.ts";
import { hostileNames } from "./hostile.ts";

const executablePath = process.env["CANDOR_CHROMIUM"] ?? "/usr/bin/chromium";
const missing = !existsSync(executablePath);
if (missing && process.env["CI"] === "true") throw new Error(`no Chromium at ${executablePath}; set CANDOR_CHROMIUM`);
if (missing) console.warn(`skipped: no Chromium at ${executablePath}; set CANDOR_CHROMIUM`);

const renderers = [
  ["renderFitHtml", renderFitHtml],
  ["renderCardHtml", renderCardHtml],
] as const;

describe.skipIf(missing)("the pages of a fit in Chromium", () => {
  const folder = mkdtempSync(join(tmpdir(), "candor-fit-html-"));
  let browser: Browser;

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    });
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(html: string, width = 1200): Promise<{ page: Page; events: string[] }> {
    const file = join(folder, "fit.html");
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
  }

  const background = (page: Page) => page.evaluate("getComputedStyle(document.body).backgroundColor");

  for (const [name, render] of renderers) {
    it(`${name}(document) asks for nothing, says nothing and runs nothing, whatever the names`, async () => {
      for (const hostile of hostileNames.filter((text) => /[<>"':]/.test(text))) {
        const { page, events } = await open(render(fitWith(hostile)));
        expect(events).toEqual([]);
        expect(await page.locator("script, img, iframe, object, form, [onload], [onerror]").count()).toBe(0);
        expect(await page.locator("h1").textContent()).toBe(hostile);
        await page.close();
      }
    });

    it(`${name}(document) fits a phone of 360 pixels, also with names of 60 wide letters`, async () => {
      for (const document of [sampleFit("probability"), sampleFit("logits"), fitWith("W".repeat(60))]) {
        const { page } = await open(render(document), 360);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
        await page.close();
      }
    });

    it(`${name}(document) follows the scheme of the screen and prints on white`, async () => {
      const { page } = await open(render(sampleFit("confidence")));
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await background(page)).toBe("rgb(18, 22, 28)");
      await page.emulateMedia({ colorScheme: "dark", media: "print" });
      expect(await background(page)).toBe("rgb(255, 255, 255)");
      await page.close();
    });

    it(`${name}(document) draws every picture with a size`, async () => {
      const { page } = await open(render(sampleFit("probability")));
      const pictures = await page.locator("svg").all();
      expect(pictures.length).toBeGreaterThan(0);
      for (const svg of pictures) {
        const box = await svg.boundingBox();
        expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThan(80);
      }
      await page.close();
    });
  }
});
