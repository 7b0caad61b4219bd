import { readFileSync } from "node:fs";
import { palette, plotStyles } from "@candor/plots";
import { describe, expect, it } from "vitest";

const sheet = (name: string): string =>
  readFileSync(new URL(`../src/styles/${name}.css`, import.meta.url).pathname, "utf8");

/** The rules of a sheet as the shortest text: no space that means nothing, no zero before a point. */
function short(css: string): string {
  return css
    .replaceAll(/\/\*.*?\*\//gs, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?([{};:,]) ?/g, "$1")
    .replaceAll(/\b0\.(?=\d)/g, ".")
    .replaceAll(";}", "}")
    .trim();
}

describe("styles/theme.css", () => {
  it("has exactly the palette of the plots, light and dark", () => {
    const found = [...sheet("theme").matchAll(/--candor-([\w-]+):\s*light-dark\((#\w+),\s*(#\w+)\)/g)];
    const wanted = Object.entries(palette.light).map(([name, light]) => [
      name,
      light,
      Object.entries(palette.dark).find(([other]) => other === name)?.[1],
    ]);
    expect(found.map(([, name, light, dark]) => [name, light, dark])).toEqual(wanted);
  });
});

describe("styles/plots.css", () => {
  it("has exactly the rules that the plots expect around them, the palette apart", () => {
    const [, rules = ""] = plotStyles.split("}}");
    expect(rules).not.toContain(":root");
    expect(short(sheet("plots"))).toBe(short(rules));
  });
});
