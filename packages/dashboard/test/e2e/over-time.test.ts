import type { Locator, Page } from "playwright";
import { beforeAll, describe, expect, it } from "vitest";
import { type Measure, measureText, valueText } from "../../src/parts/numbers.ts";
import { accessibilityProblems, type OpenedPage, openPage } from "./open-page.ts";

const DAY = 86_400_000;

interface Point {
  readonly start: number;
  readonly end: number;
  readonly predictions: number;
  readonly labelled: number;
  readonly mature: boolean;
  readonly gap: Measure;
  readonly ece: Measure;
  readonly noiseFloor: number | null;
  readonly evidence: { readonly qValue: number; readonly flagged: boolean } | null;
}

interface Line {
  readonly stream: { readonly version: string; readonly segment: { readonly value: string } | null };
  readonly points: readonly Point[];
}

const asked = "model=card-fraud&window=90d";
const project = "project=demo";

async function seriesOf({ api }: OpenedPage, more = ""): Promise<readonly Line[]> {
  const metrics = "metrics=gap,ece,noiseFloor,evidence";
  return (await api(`/api/v1/series?${project}&${asked}&bucket=day&${metrics}${more}`)).series;
}

/** The page once all of it is there. */
async function openOverTime(query: string, options: { width?: number; theme?: "light" | "dark" } = {}) {
  const opened = await openPage(`/over-time?${query}`, options);
  await opened.page.getByRole("heading", { name: "What changed" }).waitFor();
  await opened.page.getByText("Loading").filter({ visible: true }).first().waitFor({ state: "hidden" });
  return opened;
}

function picture(page: Page, title: string): Locator {
  return page.locator("figure.picture").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
}

/** The cells of the numbers behind a picture, row by row. */
async function numbersOf(figure: Locator): Promise<string[][]> {
  await figure.getByText("Numbers", { exact: true }).click();
  await figure.locator("tbody tr").first().waitFor();
  const rows = await figure
    .locator("tbody tr")
    .evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
  await figure.getByText("Numbers", { exact: true }).click();
  return rows;
}

function evidenceWords({ evidence }: Point): string {
  if (evidence === null) return "–";
  const q = evidence.qValue < 0.001 ? "q < 0.001" : `q ${evidence.qValue.toFixed(3)}`;
  return evidence.flagged ? `◆ flagged, ${q}` : q;
}

describe("the view over time", () => {
  let opened: OpenedPage;
  let series: readonly Line[];
  beforeAll(async () => {
    opened = await openOverTime(asked);
    series = await seriesOf(opened);
  });

  it("has the numbers of the API behind its pictures, and no error on the console", async () => {
    const { page, problems } = opened;
    const rows = series
      .flatMap(({ stream, points }) => points.map((point) => ({ version: stream.version, point })))
      .sort((a, b) => b.point.start - a.point.start);
    const count = (text: string) => text.replaceAll("\u202f", "");
    const gaps = await numbersOf(picture(page, "Stated minus observed"));
    expect(gaps.map((cells) => cells.slice(1, 4).concat(count(cells[4] ?? "")))).toEqual(
      rows.map(({ version, point }) => [
        version,
        point.mature ? measureText(point.gap, "points") : "–",
        evidenceWords(point),
        `${point.labelled} of ${point.predictions}`,
      ]),
    );
    const errors = await numbersOf(picture(page, "Calibration error"));
    expect(errors.map(([, , ece, floor]) => [ece, floor])).toEqual(
      rows.map(({ point }) => [
        point.mature ? measureText(point.ece, "plain") : "–",
        point.noiseFloor === null ? "–" : valueText(point.noiseFloor, "plain"),
      ]),
    );
    expect(rows.filter(({ point }) => point.mature).length).toBeGreaterThan(70);
    expect(problems).toEqual([]);
  });

  it("hatches stretches whose outcomes are still to come and joins none of them", async () => {
    const svg = picture(opened.page, "Stated minus observed").locator("svg");
    const vertices = await svg
      .locator('g[aria-label="line"] path')
      .evaluateAll((paths) => paths.map((path) => (path.getAttribute("d") ?? "").split(/[ML]/).length - 1));
    const runs = series.map(({ points }) => points.filter(({ mature, gap }) => mature && gap.value !== null).length);
    expect(vertices.toSorted()).toEqual(runs.toSorted());
    const young = series.flatMap(({ points }) => points).filter(({ mature }) => !mature);
    expect(young.length).toBeGreaterThan(5);
    const hatched = await svg
      .locator('path[fill="none"][stroke-opacity="0.5"]')
      .first()
      .evaluate((path) => path.getBoundingClientRect().toJSON());
    const lines = await svg
      .locator('g[aria-label="line"] path')
      .evaluateAll((paths) => paths.map((path) => path.getBoundingClientRect().right));
    expect(Math.max(...lines)).toBeLessThanOrEqual(hatched.left + 1);
    const table = await numbersOf(picture(opened.page, "Slope of stated against observed"));
    expect(table.filter((cells) => cells.at(-1) === "still to come")).toHaveLength(young.length);
  });

  it("marks first predictions and promotions, lists them, and says what could be trusted between them", async () => {
    const { page, api } = opened;
    const { history } = await api(`/api/v1/activations?${project}&model=card-fraud`);
    expect(history.length).toBeGreaterThan(1);
    const listed = page.getByRole("region", { name: "What changed, the newest first" });
    expect(await listed.getByText(/^New .*(calibrator|policy)/).count()).toBe(history.length);
    expect(await listed.getByText(/^First prediction of version/).count()).toBe(2);
    const drawn = await picture(page, "Decisions").locator("svg").textContent();
    for (const label of ["▼ 2", "▽ calibrator", "▽ policy"]) expect(drawn).toContain(label);
    const rows = page
      .getByRole("region", { name: "Calibration between changes, the newest first" })
      .locator("tbody tr");
    expect(await rows.count()).toBe(4);
    for (const row of await rows.all()) {
      const link = new URL((await row.locator("a").getAttribute("href")) ?? "", page.url());
      expect(link.pathname).toBe("/calibration");
      const { searchParams } = link;
      const names = ["model", "version", "from", "to"] as const;
      const query = names.map((name) => `${name}=${encodeURIComponent(searchParams.get(name) ?? "")}`).join("&");
      const { gap } = await api(`/api/v1/reliability?${project}&${query}`);
      expect(await row.textContent()).toContain(measureText(gap, "points"));
    }
  });

  it("looks at the stretch that the slider or a click names, and links to what is behind it", async () => {
    const { page } = opened;
    const slider = page.getByRole("slider", { name: /Looking at/ });
    const before = await slider.getAttribute("aria-valuetext");
    await slider.focus();
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => slider.getAttribute("aria-valuetext")).not.toBe(before);
    await expect.poll(() => new URL(page.url()).searchParams.get("at")).not.toBeNull();
    const at = Date.parse(new URL(page.url()).searchParams.get("at") ?? "");
    const point = series.flatMap(({ points }) => points).find(({ start }) => start === at);
    if (point === undefined) throw new Error("the address names no stretch");
    const looked = page.getByRole("region", { name: "One stretch in numbers" });
    await expect.poll(() => looked.textContent()).toContain(measureText(point.gap, "points"));
    const link = new URL((await looked.getByText("Its calibration").getAttribute("href")) ?? "", page.url());
    expect(["from", "to", "model"].map((name) => link.searchParams.get(name))).toEqual([
      new Date(at).toISOString().slice(0, 10),
      new Date(at + DAY).toISOString().slice(0, 10),
      "card-fraud",
    ]);
    const plot = picture(page, "Calibration error").locator(".over-time-plot");
    const box = await plot.boundingBox();
    await plot.click({ position: { x: (box?.width ?? 0) * 0.3, y: 90 } });
    await expect.poll(() => Date.parse(new URL(page.url()).searchParams.get("at") ?? "")).toBeLessThan(at - 20 * DAY);
  });

  it("shows the same again for the same address", async () => {
    const first = await openOverTime(`${asked}&version=2&bucket=week&by=region`);
    const { page } = first;
    await page.getByRole("slider").focus();
    await page.keyboard.press("Home");
    await expect.poll(() => page.url()).toContain("at=");
    const again = await openOverTime(new URL(page.url()).search.slice(1));
    const words = (one: Page) => one.locator("main").textContent();
    expect(await words(again.page)).toBe(await words(page));
    expect(await again.page.locator("main svg").evaluateAll((all) => all.map((svg) => svg.outerHTML))).toEqual(
      await page.locator("main svg").evaluateAll((all) => all.map((svg) => svg.outerHTML)),
    );
    expect(again.problems).toEqual([]);
  });

  it("puts the segment value with the most flagged stretches first, at 360 pixels in the dark", async () => {
    const small = await openOverTime(`${asked}&version=2&by=region`, { width: 360, theme: "dark" });
    const byRegion = await seriesOf(small, "&version=2&by=region");
    const flagged = (line: Line): number => line.points.filter(({ evidence }) => evidence?.flagged).length;
    const most = byRegion.toSorted((a, b) => flagged(b) - flagged(a))[0];
    const first = small.page.locator(".over-time-multiples figure").first();
    expect(await first.getByRole("heading").textContent()).toBe(most?.stream.segment?.value);
    expect(await first.locator(".finding").textContent()).toContain(`◆ ${most ? flagged(most) : -1} of`);
    expect(await accessibilityProblems(small.page)).toEqual([]);
    expect(await small.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect(small.problems).toEqual([]);
  });

  it("is free of serious accessibility problems, with numbers open", async () => {
    await picture(opened.page, "Decisions").getByText("Numbers", { exact: true }).click();
    await picture(opened.page, "Decisions").locator("tbody tr").first().waitFor();
    expect(await accessibilityProblems(opened.page)).toEqual([]);
    expect(opened.problems).toEqual([]);
  });
});
