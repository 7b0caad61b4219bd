import { describe, expect, it } from "vitest";
import { type ColorName, color, palette, plotStyles } from "../src/palette.ts";

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function contrast(first: string, second: string): number {
  const [light, dark] = [luminance(first), luminance(second)].toSorted((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

const text: readonly ColorName[] = ["ink", "muted", "series-1", "series-2", "good", "warn"];

describe("palette", () => {
  for (const scheme of ["light", "dark"] as const)
    for (const paper of ["paper", "panel"] as const)
      it.each(text)(`palette.${scheme}[%s] is readable on ${paper}: contrast of at least 4.5`, (name) => {
        expect(contrast(palette[scheme][name], palette[scheme][paper])).toBeGreaterThanOrEqual(4.5);
      });

  it.each(["light", "dark"] as const)("palette.%s draws reference lines with a contrast of at least 3", (scheme) => {
    expect(contrast(palette[scheme].reference, palette[scheme].paper)).toBeGreaterThanOrEqual(3);
  });
});

describe("color(name) and plotStyles", () => {
  it("color(name) is a custom property with the light value behind it", () => {
    expect(color("ink")).toBe("var(--candor-ink, #18212d)");
  });
  it("plotStyles defines every colour for light and for dark screens, and dark only for screens", () => {
    const [light = "", dark = ""] = plotStyles.split("@media screen and (prefers-color-scheme:dark)");
    for (const name of Object.keys(palette.light)) {
      expect(light).toContain(`--candor-${name}:`);
      expect(dark).toContain(`--candor-${name}:`);
    }
  });
  it("plotStyles holds no address and nothing that ends a style element", () => {
    expect(plotStyles).not.toMatch(/url\(|@import|http|</);
  });
});
