import { describe, expect, it } from "vitest";
import { renderHtml } from "../../../src/render/html/render-html.ts";
import { sampleDocument } from "../sample-document.ts";
import { documentWith, hostileNames } from "./hostile.ts";
import { chromiumPages, noChromium } from "./open-in-chromium.ts";
import { expectBothSchemes, expectPictures, expectToFitPhone } from "./page-checks.ts";

describe.skipIf(noChromium)("renderHtml(document) in Chromium", () => {
  const open = chromiumPages();

  it("renderHtml(document) asks for nothing, says nothing and runs nothing, whatever the names", async () => {
    for (const name of hostileNames.filter((name) => /[<>"':]/.test(name))) {
      const { page, events } = await open(renderHtml(documentWith(name)));
      expect(events).toEqual([]);
      expect(await page.locator("script, img, iframe, object, form, [onload], [onerror]").count()).toBe(0);
      await page.close();
    }
  });

  it("renderHtml(document) shows markup in names as written", async () => {
    const name = "</title></style><script>alert(1)</script>";
    const { page } = await open(renderHtml(documentWith(name)));
    expect(await page.title()).toContain(name);
    expect(await page.locator("h1").textContent()).toBe(name);
    expect(await page.locator("#segments tbody th bdi").first().textContent()).toBe(name);
    await page.close();
  });

  it.each(["binary", "multiclass", "confidence"] as const)(
    "renderHtml(%s) fits a phone of 360 pixels",
    async (task) => {
      const { page } = await open(renderHtml(sampleDocument(task)), 360);
      await expectToFitPhone(page);
      await page.close();
    },
  );

  it("renderHtml(document) fits a phone also with names of 60 wide letters without a space", async () => {
    const { page } = await open(renderHtml(documentWith("W".repeat(60))), 360);
    await expectToFitPhone(page);
    await page.close();
  });

  it("renderHtml(document) follows the scheme of the screen and prints on white", async () => {
    const { page } = await open(renderHtml(sampleDocument("binary")));
    await expectBothSchemes(page);
    await page.close();
  });

  it("renderHtml(document) prints the data that is folded away on the screen", async () => {
    const { page } = await open(renderHtml(sampleDocument("binary")));
    const table = page.locator("#reliability details table").first();
    expect(await table.isVisible()).toBe(false);
    await page.emulateMedia({ media: "print" });
    expect(await table.isVisible()).toBe(true);
    expect((await table.boundingBox())?.height).toBeGreaterThan(100);
    await page.close();
  });

  it("renderHtml(document) draws every picture with a size", async () => {
    const { page } = await open(renderHtml(sampleDocument("multiclass")));
    await expectPictures(page);
    await page.close();
  });
});
