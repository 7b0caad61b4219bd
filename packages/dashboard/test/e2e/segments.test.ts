import type { Page } from "playwright";
import { afterAll, describe, expect, it } from "vitest";
import { countText, measureText } from "../../src/parts/numbers.ts";
import { hostileNames } from "./hostile-names.ts";
import { accessibilityProblems, openPage } from "./open-page.ts";
import { type OwnProject, ownProject } from "./own-project.ts";

const table = "Segments, the strongest evidence first";

async function cells(page: Page, caption = table): Promise<string[][]> {
  const rows = page.getByRole("table", { name: caption }).locator("tbody tr");
  await rows.first().waitFor();
  return rows.evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
}

const projects: OwnProject[] = [];
afterAll(async () => {
  await Promise.all(projects.map((project) => project.remove()));
});

describe("/segments", () => {
  it("shows the segments in the order, and with the numbers, of the API", async () => {
    const { page, problems, api } = await openPage("/segments?project=demo&model=card-fraud&window=90d");
    const shown = await cells(page);
    const { segments } = await api("/api/v1/segments?project=demo&model=card-fraud&window=90d");
    expect(shown).toHaveLength(segments.length);
    expect(shown.length).toBeGreaterThan(5);
    for (const [i, row] of segments.entries()) {
      const [name, finding, stated, happened, gap, share, labelled, predictions] = shown[i] ?? [];
      expect(name).toContain(`${row.key} = ${row.value}${row.model} ${row.version}`);
      expect(finding).toContain(row.sentence);
      expect(finding).toContain(row.flagged ? "Flagged" : "No evidence");
      expect([stated, happened, gap]).toEqual([
        measureText(row.stated, "share"),
        measureText(row.observed, "share"),
        measureText(row.gap, "points"),
      ]);
      expect(share).toBe(row.qValue < 0.001 ? "below 0.001" : row.qValue.toFixed(3));
      expect([labelled, predictions]).toEqual([countText(row.n), countText(row.predictions)]);
    }
    await page.getByText("at most 5 % are expected to be false alarms").waitFor();
    expect(await page.locator(".candor-multiple").count()).toBe(Math.min(12, segments.length));
    expect(problems).toEqual([]);
  });

  it("puts the keys that are looked at into the link, which shows the same again", async () => {
    const { page, api } = await openPage("/segments?project=demo&window=90d");
    await cells(page);
    await page.getByRole("checkbox", { name: "region" }).press("Space");
    await expect.poll(() => new URL(page.url()).searchParams.get("by")).toBe("region");
    const { segments } = await api("/api/v1/segments?project=demo&window=90d&by=region");
    await expect.poll(async () => (await cells(page)).length).toBe(segments.length);
    const before = await cells(page);
    const { page: again } = await openPage(new URL(page.url()).pathname + new URL(page.url()).search);
    expect(await cells(again)).toEqual(before);
    expect(await again.getByRole("checkbox", { name: "region" }).isChecked()).toBe(true);
  });

  it("says how many labels segments lack that were not tested, and links to a segment", async () => {
    const { page, api } = await openPage("/segments?project=demo&model=card-fraud&window=90d&least=1000");
    const { untested } = await api("/api/v1/segments?project=demo&model=card-fraud&window=90d&minimumLabels=1000");
    if (untested.length > 0) {
      await page.getByText("not tested").click();
      const lacks = await cells(page, "Segments that were not tested");
      expect(lacks[0]?.[2]).toBe(countText(1000 - Math.max(...untested.map(({ n }: { n: number }) => n))));
    }
    const link = page.getByRole("table", { name: table }).getByRole("link", { name: "Calibration" }).first();
    const { searchParams, pathname } = new URL((await link.getAttribute("href")) ?? "", page.url());
    const [first] = (await api("/api/v1/segments?project=demo&model=card-fraud&window=90d&minimumLabels=1000"))
      .segments;
    expect([pathname, searchParams.get("segment"), searchParams.get("version")]).toEqual([
      "/calibration",
      `${first.key}:${first.value}`,
      first.version,
    ]);
  });

  it.each(["light", "dark"] as const)("has nothing that keeps anybody out, %s", async (theme) => {
    const { page, problems } = await openPage("/segments?project=demo&window=90d", { theme, width: 360 });
    await cells(page);
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    expect(problems).toEqual([]);
  });

  it("takes hostile names for text, and names what is missing where there are no segments", async () => {
    const own = await ownProject("segments-test");
    projects.push(own);
    const { page: empty } = await openPage("/segments?project=segments-test");
    await empty.getByRole("heading", { name: /No predictions in/ }).waitFor();
    const names = Object.values(hostileNames);
    const items = Array.from({ length: 180 }, (_, i) => ({
      id: `h${i}`,
      ...{ model: hostileNames.markup, version: hostileNames.turned, confidence: 0.9 },
      segments: { [hostileNames.markup.slice(0, 60)]: names[i % 3] },
    }));
    await own.ask("POST", "/api/v1/predictions", items);
    const outcomes = items.map(({ id }, i) => ({ predictionId: id, value: i % 2 }));
    await own.ask("POST", "/api/v1/outcomes", outcomes);
    await own.ask("GET", "/api/v1/data-health?fresh=true");
    const { page, problems } = await openPage("/segments?project=segments-test&least=20");
    const shown = await cells(page);
    expect(shown).toHaveLength(3);
    expect(shown.some(([name]) => name?.includes("<b>bold</b>"))).toBe(true);
    expect(shown.some(([name]) => name?.includes("safe\\u{202e}gnp.exe"))).toBe(true);
    expect(await page.locator("main img, main b:text('bold')").count()).toBe(0);
    expect(await page.title()).toBe("Segments · Candor");
    expect(problems).toEqual([]);
  });
});
