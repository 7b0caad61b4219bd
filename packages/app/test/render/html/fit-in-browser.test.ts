import { describe, expect, it } from "vitest";
import { renderCardHtml } from "../../../src/render/card/render-card-html.ts";
import { renderFitHtml } from "../../../src/render/html/fit/render-fit-html.ts";
import { fitWith, sampleFit } from "../card/sample-fit.ts";
import { hostileNames } from "./hostile.ts";
import { chromiumPages, noChromium } from "./open-in-chromium.ts";
import { expectBothSchemes, expectPictures, expectToFitPhone } from "./page-checks.ts";

const renderers = [
  ["renderFitHtml", renderFitHtml],
  ["renderCardHtml", renderCardHtml],
] as const;

describe.skipIf(noChromium)("the pages of a fit in Chromium", () => {
  const open = chromiumPages();

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
        await expectToFitPhone(page);
        await page.close();
      }
    });

    it(`${name}(document) follows the scheme of the screen and prints on white`, async () => {
      const { page } = await open(render(sampleFit("confidence")));
      await expectBothSchemes(page);
      await page.close();
    });

    it(`${name}(document) draws every picture with a size`, async () => {
      const { page } = await open(render(sampleFit("probability")));
      await expectPictures(page);
      await page.close();
    });
  }
});
