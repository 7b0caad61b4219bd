import { describe, expect, it } from "vitest";
import type { PlotOptions } from "../src/index.ts";
import { emptyDocument, pictureText } from "./helpers.ts";

/** Pictures by the name they are stored under, in camel case. */
export type Pictures = Readonly<Record<string, (options: PlotOptions) => Element>>;

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The tests that every picture has to pass: as stored, the same twice, of the size asked for, safe in any page. */
export function describePictures(pictures: Pictures): void {
  describe.each(Object.entries(pictures))("%s(data, { document })", (name, draw) => {
    it(`${name}(data, { document }) draws the stored picture`, async () => {
      const document = emptyDocument();
      await expect(pictureText(draw({ document }))).toMatchFileSnapshot(`pictures/${kebab(name)}.svg`);
    });

    it(`${name}(data, { document }) draws the same twice`, () => {
      expect(draw({ document: emptyDocument() }).outerHTML).toBe(draw({ document: emptyDocument() }).outerHTML);
    });

    it(`${name}(data, { document, width, height, label }) obeys its options`, () => {
      const svg = draw({ document: emptyDocument(), width: 300, height: 250, label: "what it shows" });
      expect(svg.getAttribute("viewBox")).toBe("0 0 300 250");
      expect(svg.getAttribute("aria-label")).toBe("what it shows");
      expect(svg.getAttribute("role")).toBe("img");
    });

    it(`${name}(data, { document }) writes no identifier, no address, no script and short numbers`, () => {
      const text = draw({ document: emptyDocument() }).outerHTML;
      expect(text).not.toMatch(/\sid="|url\(|https?:|<script|<style|\bon\w+="/);
      expect(text).not.toMatch(/NaN|Infinity|undefined/);
      for (const [, path] of text.matchAll(/ d="([^"]*)"/g)) expect(path).not.toMatch(/\.\d{3,}/);
    });

    it(`${name}(data, { document }) takes every colour from a custom property`, () => {
      const colours = [...draw({ document: emptyDocument() }).outerHTML.matchAll(/(?:fill|stroke)="([^"]*)"/g)];
      const free = colours
        .map(([, value]) => value)
        .filter((value) => !/^(var\(--candor-|none$|currentColor$)/.test(`${value}`));
      expect(free).toEqual([]);
    });
  });
}
