import { describe, expect, it } from "vitest";
import { classCoverage, classCoverageRanked, type JudgedPart, type PlotOptions, setSizes } from "../src/index.ts";
import { emptyDocument, pictureText } from "./helpers.ts";

function part(name: string, n: number, value: number): JudgedPart {
  const half = 1 / Math.sqrt(n);
  return { name, n, coverage: { value, lower: Math.max(0, value - half), upper: Math.min(1, value + half) } };
}

const few = [part("a class with a name that is far too long", 900, 0.8), part("dog", 400, 0.88), part("fish", 60, 1)];
const many = Array.from({ length: 60 }, (_, k) => part(`class ${k}`, 100, 0.7 + (0.3 * ((k * 37) % 60)) / 60));
const bins = [
  { name: "empty", n: 12 },
  { name: "1 class", n: 2738 },
  { name: "2 classes", n: 840 },
  { name: "3–4 classes", n: 400 },
];

const pictures: Readonly<Record<string, (options: PlotOptions) => Element>> = {
  classCoverage: (options) => classCoverage(few, { ...options, wanted: 0.9 }),
  classCoverageRanked: (options) => classCoverageRanked(many, { ...options, wanted: 0.9 }),
  setSizes: (options) => setSizes(bins, options),
};

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

describe.each(Object.entries(pictures))("%s(data, { document })", (name, draw) => {
  it(`${name}(data, { document }) draws the stored picture`, async () => {
    await expect(pictureText(draw({ document: emptyDocument() }))).toMatchFileSnapshot(`pictures/${kebab(name)}.svg`);
  });

  it(`${name}(data, { document, width, height, label }) obeys its options`, () => {
    const svg = draw({ document: emptyDocument(), width: 300, height: 250, label: "what it shows" });
    expect(svg.getAttribute("viewBox")).toBe("0 0 300 250");
    expect(svg.getAttribute("aria-label")).toBe("what it shows");
    expect(svg.getAttribute("role")).toBe("img");
  });

  it(`${name}(data, { document }) writes no identifier, no address and no script`, () => {
    const text = draw({ document: emptyDocument() }).outerHTML;
    expect(text).not.toMatch(/ id="|url\(|<script|NaN|Infinity/);
  });
});

describe("classCoverage(parts, { wanted })", () => {
  it("classCoverage(parts, { wanted }) marks the parts whose whole interval is below the level", () => {
    const names = (svg: Element) => [...svg.querySelectorAll("title")].map(({ textContent }) => textContent);
    const svg = classCoverage(few, { document: emptyDocument(), wanted: 0.9 });
    expect(names(svg)).toHaveLength(3);
    expect(classCoverage([], { document: emptyDocument(), wanted: 0.9 }).outerHTML).not.toContain("NaN");
  });

  it("setSizes([]) and classCoverageRanked([]) draw empty axes", () => {
    for (const svg of [
      setSizes([], { document: emptyDocument() }),
      classCoverageRanked([], { document: emptyDocument(), wanted: 0.5 }),
    ])
      expect(svg.outerHTML).not.toMatch(/NaN|Infinity/);
  });
});
