import { describe, expect, it } from "vitest";
import { heatOf, heatSteps, tokenHeatMap, tokenHeatStyles } from "../src/index.ts";
import { palette } from "../src/palette.ts";
import { emptyDocument } from "./helpers.ts";

const document = emptyDocument();
const spans = [
  { text: "The", probability: 0.99 },
  { text: " answer", probability: 0.7 },
  { text: " is", probability: null },
  { text: "\n42", probability: 0.2 },
];

/** Relative luminance of a colour as WCAG defines it. */
function luminance(colour: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function rgb(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

describe("heatOf(probability)", () => {
  it("marks more the less likely a piece is, and nothing that is unknown", () => {
    const names = [0, 0.29, 0.3, 0.5, 0.79, 0.8, 0.9499, 0.95, 1, null].map((p) => heatOf(p));
    expect(names).toEqual(["h4", "h4", "h3", "h2", "h2", "h1", "h1", undefined, undefined, undefined]);
  });
});

describe("tokenHeatMap(spans, options)", () => {
  it("marks unlikely pieces and leaves the rest plain; all of it is the text", () => {
    const said = tokenHeatMap(spans, { document });
    expect(said.textContent).toBe("The answer is\n42");
    const marks = [...said.querySelectorAll("mark")];
    expect(marks.map((mark) => [mark.className, mark.textContent])).toEqual([
      ["h2", "answer"],
      ["h4", "42"],
    ]);
  });

  it("makes every piece an element where each is to be pointed at", () => {
    const said = tokenHeatMap(spans, { document, every: true });
    expect([...said.querySelectorAll("mark")].map((mark) => mark.getAttribute("data-span"))).toEqual([
      "0",
      "1",
      "2",
      "3",
    ]);
  });

  it("never lets text become markup, and writes out what cannot be seen", () => {
    const text = "<img src=x onerror=alert(1)>\u202E&amp;\u200B";
    const said = tokenHeatMap([{ text, probability: 0.1 }], { document });
    expect(said.querySelector("img")).toBeNull();
    expect(said.textContent).toBe("<img src=x onerror=alert(1)>\\u{202e}&amp;\\u{200b}");
    expect(said.querySelectorAll(".hidden-letter")).toHaveLength(2);
  });

  it("ends where the longest text ends, and puts in place of a mark what wrap gives", () => {
    const said = tokenHeatMap(spans, {
      document,
      longest: 6,
      wrap: (mark, index) => {
        const place = document.createElement("b");
        place.append(mark, String(index));
        return place;
      },
    });
    expect(said.textContent).toBe("The an1");
  });

  it("keeps ink readable on the strongest mark, in both themes", () => {
    const strongest = Math.max(...[...tokenHeatStyles.matchAll(/--heat:(\d+)/g)].map(([, heat]) => Number(heat))) / 100;
    expect(strongest).toBe(0.46);
    for (const { paper, ink, "series-2": series } of Object.values(palette)) {
      const base = rgb(paper);
      const mixed = rgb(series).map((part, i) => strongest * part + (1 - strongest) * (base[i] ?? 0));
      const [light = 0, dark = 0] = [luminance(mixed), luminance(rgb(ink))].sort((a, b) => b - a);
      expect((light + 0.05) / (dark + 0.05)).toBeGreaterThan(4.5);
    }
    expect(heatSteps.every(({ name }) => tokenHeatStyles.includes(`mark.${name}{`))).toBe(true);
  });
});
