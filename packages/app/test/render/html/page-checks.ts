import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright";
import { expect } from "vitest";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const background = (page: Page): Promise<unknown> => page.evaluate("getComputedStyle(document.body).backgroundColor");

/** Nothing lies beside a page of 360 pixels, and nothing in it is wider than what holds it unless that scrolls. */
export async function expectToFitPhone(page: Page): Promise<void> {
  await page.setViewportSize({ width: 360, height: 900 });
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
  const outside = await page.evaluate(() =>
    [...document.querySelectorAll("main *")]
      .filter(
        (element) => element.closest(".scroll, details:not([open]), .unseen, .candor-multiple-title, svg *") === null,
      )
      .filter((element) => element.getBoundingClientRect().right > 360.5)
      .map((element) => `${element.localName}: ${(element.textContent ?? "").slice(0, 60)}`),
  );
  expect(outside).toEqual([]);
}

/** The page is white on light screens and on paper, and dark on dark screens. */
export async function expectBothSchemes(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: "light", media: "screen" });
  expect(await background(page)).toBe("rgb(255, 255, 255)");
  await page.emulateMedia({ colorScheme: "dark", media: "screen" });
  expect(await background(page)).toBe("rgb(18, 22, 28)");
  await page.emulateMedia({ colorScheme: "dark", media: "print" });
  expect(await background(page)).toBe("rgb(255, 255, 255)");
  await page.emulateMedia({ colorScheme: "light", media: "screen" });
}

/** Every picture has a size and a label, and its text lies within it. */
export async function expectPictures(page: Page, atLeast = 1): Promise<void> {
  const pictures = await page.evaluate(() =>
    [...document.querySelectorAll("svg")].map((svg) => {
      const { width, height, left, right, top, bottom } = svg.getBoundingClientRect();
      const cut = [...svg.querySelectorAll("text")].filter((text) => {
        const box = text.getBoundingClientRect();
        return box.left < left - 1 || box.right > right + 1 || box.top < top - 1 || box.bottom > bottom + 1;
      });
      return {
        size: Math.min(width, height),
        role: svg.getAttribute("role"),
        label: svg.getAttribute("aria-label") ?? "",
        cut: cut.map((text) => text.textContent),
      };
    }),
  );
  expect(pictures.length).toBeGreaterThanOrEqual(atLeast);
  for (const { size, role, label, cut } of pictures) {
    expect(size, label).toBeGreaterThan(80);
    expect(role).toBe("img");
    expect(label).not.toBe("");
    expect(cut, label).toEqual([]);
  }
}

/** Every table has a label, a heading over every column and one beside every row. */
export async function expectTables(page: Page): Promise<void> {
  const faults = await page.evaluate(() =>
    [...document.querySelectorAll("table")].flatMap((table) => {
      const id = table.getAttribute("aria-labelledby");
      const label = id === null ? table.getAttribute("aria-label") : document.getElementById(id)?.textContent;
      const heads = [...table.querySelectorAll("thead th[scope=col]")].map(({ textContent }) => textContent);
      const bare = [...table.querySelectorAll("tbody tr")].filter(
        (row) => row.children.length !== heads.length || row.querySelectorAll("th[scope=row]").length !== 1,
      );
      return [
        ...(label ? [] : ["a table without a label"]),
        ...(heads.length > 0 && heads.every((text) => text) ? [] : [`${label}: a column without a heading`]),
        ...(new Set(heads).size === heads.length ? [] : [`${label}: two columns of one heading`]),
        ...bare.map((row) => `${label}: ${row.textContent}`),
      ];
    }),
  );
  expect(faults).toEqual([]);
}

/**
 * What axe-core finds that is serious or worse (WCAG 2.2 A and AA): nothing. The contrast of the dark colours follows from the
 * palette, which has a test of its own.
 */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe);
  const problems = await page.evaluate(`axe.run({ exclude: [["svg > *"], ["details:not([open]) > div"]] }, {
    runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
    resultTypes: ["violations"],
  }).then(({ violations }) => violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 200))))`);
  expect(problems).toEqual([]);
}
