import { describe, expect, it } from "vitest";
import { classCoverage, classCoverageRanked, type JudgedPart, setSizes } from "../src/index.ts";
import { emptyDocument } from "./helpers.ts";
import { describePictures, type Pictures } from "./picture-checks.ts";

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

const pictures: Pictures = {
  classCoverage: (options) => classCoverage(few, { ...options, wanted: 0.9 }),
  classCoverageRanked: (options) => classCoverageRanked(many, { ...options, wanted: 0.9 }),
  setSizes: (options) => setSizes(bins, options),
};

describePictures(pictures);

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
