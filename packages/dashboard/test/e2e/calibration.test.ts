import type { Page } from "playwright";
import { describe, expect, it } from "vitest";
import { accessibilityProblems, type OpenedPage, openPage } from "./open-page.ts";

const scope = "model=card-fraud&version=2&window=90d";
const view = `/calibration?${scope}`;
const asked = `/api/v1/reliability?project=demo&${scope}`;

interface Bin {
  readonly lower: number;
  readonly upper: number;
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly share: number;
  readonly meanConfidence: number;
  readonly observed: number;
  readonly observedLower: number;
  readonly observedUpper: number;
}

const plain = (text: string | null): string =>
  (text ?? "")
    .replaceAll(/[\u202f\u00a0]/g, "")
    .replaceAll("\u2212", "-")
    .replaceAll(/\s+/g, " ")
    .trim();

const percent = (share: number): string => (100 * share).toFixed(1);

/** Text of the cells of a table, row by row. */
async function cellsOf(page: Page, caption: string): Promise<string[][]> {
  const rows = page.getByRole("region", { name: caption }).locator("tbody tr");
  await rows.first().waitFor();
  const found = await rows.evaluateAll((all) =>
    all.map((row) => [...row.querySelectorAll("th, td")].map((cell) => cell.textContent)),
  );
  return found.map((row) => row.map(plain));
}

/** Ids of the predictions that are shown. */
async function shownIds(page: Page): Promise<string[]> {
  const links = page.locator(".prediction-list tbody th a");
  await links.first().waitFor();
  return (await links.allTextContents()).map(plain);
}

/** What the API has for a bin, the newest first. */
async function idsOf(api: OpenedPage["api"], bin: Bin, outcome = "any"): Promise<string[]> {
  const { from, to } = await api(asked);
  const range = `from=${from}&to=${to}&confidenceFrom=${bin.from}&confidenceTo=${bin.to}&outcome=${outcome}`;
  const query = `project=demo&model=card-fraud&version=2&${range}&limit=1000&content=false`;
  const { predictions } = await api(`/api/v1/predictions?${query}`);
  return predictions.map(({ id }: { id: string }) => id);
}

describe("the page of one model's calibration now", () => {
  it("says whether to trust it, and shows the numbers of the API", async () => {
    const { page, problems, api } = await openPage(view);
    const bins = await cellsOf(page, "Bins of the diagram");
    const reply = await api(asked);
    expect(bins.map((row) => row.slice(1))).toEqual(
      reply.bins.map((bin: Bin) => [
        `${percent(bin.meanConfidence)}%`,
        `${percent(bin.observed)}% [${percent(bin.observedLower)}, ${percent(bin.observedUpper)}]`,
        percent(bin.meanConfidence - bin.observed).replace("-0.0", "0.0"),
        String(bin.count),
        `${percent(bin.share)}%`,
      ]),
    );
    const verdict = plain(await page.getByRole("region", { name: "Verdict" }).textContent());
    const { eceDebiased: ece, gap, noiseFloor, labelled, predictions } = reply;
    expect(verdict).toContain(plain(reply.verdict.sentence));
    expect(verdict).toContain(`${ece.value.toFixed(3)} [${ece.lower.toFixed(3)}, ${ece.upper.toFixed(3)}]`);
    expect(verdict).toContain(`${percent(gap.value)} points [${percent(gap.lower)}, ${percent(gap.upper)}]`);
    expect(verdict).toContain(`${noiseFloor.value.toFixed(3)}what a perfect model would show`);
    expect(verdict).toContain(
      `stated ${percent(reply.stated)}%, positive ${percent(reply.observed)}%; a test without bins: p`,
    );
    expect(verdict).toContain(`${labelled}of ${predictions} predictions`);
    expect(verdict).toContain("are left out: some of their outcomes may still come");
    await page.getByText("How this is computed").click();
    const specs = await cellsOf(page, "What each number is");
    expect(specs[0]?.slice(0, 2)).toEqual(["Calibration error", reply.eceDebiased.spec.metric]);
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("opens exactly the predictions of a bin: by mouse, by keyboard and from the table; a link shows them again", async () => {
    const { page, problems, api } = await openPage(view);
    const links = page.locator("a.candor-bin");
    await links.first().waitFor();
    const bins: Bin[] = (await api(asked)).bins;
    expect(await links.count()).toBe(bins.length);
    const [last, before, third] = [bins.at(-1), bins.at(-2), bins[3]];
    if (last === undefined || before === undefined || third === undefined) throw new Error("the demo has few bins");

    await links.last().click();
    const all = await idsOf(api, last);
    expect(all).toHaveLength(last.count);
    await expect.poll(() => shownIds(page)).toEqual(all.slice(0, 10));
    expect(new URL(page.url()).searchParams.get("bin")).toBe(`${last.from}..${last.to}`);
    expect(await links.last().getAttribute("aria-current")).toBe("true");
    await page.getByRole("radio", { name: "Negative" }).check();
    const negative = await idsOf(api, last, "0");
    await expect.poll(() => shownIds(page)).toEqual(negative.slice(0, 10));

    await links.last().focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    const title = page.getByRole("heading", { name: /^Stated between/ });
    await expect.poll(async () => plain(await title.textContent())).toContain(percent(before.upper));
    await expect.poll(() => title.evaluate((one) => one === document.activeElement)).toBe(true);
    await expect.poll(() => shownIds(page)).toEqual((await idsOf(api, before)).slice(0, 10));
    await page.getByRole("button", { name: "Close" }).click();
    await title.waitFor({ state: "detached" });
    const opener = links.nth(bins.length - 2);
    await expect.poll(() => opener.evaluate((one) => one === document.activeElement)).toBe(true);

    await page.getByRole("region", { name: "Bins of the diagram" }).locator("tbody a").nth(3).click();
    await expect.poll(() => shownIds(page)).toEqual((await idsOf(api, third)).slice(0, 10));
    const address = new URL(page.url());
    const again = await openPage(`${address.pathname}${address.search}`, { theme: "dark" });
    expect(await shownIds(again.page)).toEqual(await shownIds(page));
    expect(await again.page.locator("a.candor-bin[aria-current]").count()).toBe(1);
    expect(await accessibilityProblems(again.page)).toEqual([]);
    expect([...problems, ...again.problems]).toEqual([]);
  });

  it("draws in bins, smooth or as CORP, with other bins, of raw scores: the address says which", async () => {
    const { page, problems, api } = await openPage(`${view}&form=corp&bins=10&scheme=equal-mass`);
    await page.locator("a.candor-bin").first().waitFor();
    const reply = await api(`${asked}&bins=10&scheme=equal-mass`);
    await page.locator("a.candor-bin").first().click();
    await expect.poll(() => shownIds(page)).toEqual((await idsOf(api, reply.bins[0])).slice(0, 10));
    const said = page.getByRole("region", { name: /^Stated between/ });
    expect(plain(await said.textContent())).toContain(`of ${reply.bins[0].count} with outcome`);
    expect(await cellsOf(page, "Bins of the diagram")).toHaveLength(reply.bins.length);
    const drawing = () => page.locator(".candor-plot[role=group] g[aria-label=dot]").count();
    expect(await drawing()).toBe(0);
    await page.getByRole("radio", { name: "In bins" }).check();
    await expect.poll(drawing).toBe(1);
    expect(new URL(page.url()).searchParams.has("form")).toBe(false);
    await page.getByRole("radio", { name: "Smooth" }).check();
    await expect.poll(drawing).toBe(0);
    expect(new URL(page.url()).searchParams.get("form")).toBe("smooth");
    await page.getByRole("combobox", { name: "Bins" }).selectOption("5");
    await expect.poll(async () => (await cellsOf(page, "Bins of the diagram")).length).toBe(5);
    await page.getByRole("radio", { name: "Raw" }).check();
    const raw = await api(`${asked}&bins=5&scheme=equal-mass&source=raw`);
    const stated = `${percent(raw.bins[4].meanConfidence)}%`;
    await expect.poll(async () => (await cellsOf(page, "Bins of the diagram"))[4]?.[1]).toBe(stated);
    await page.getByLabel("Count young predictions too").check();
    await page.getByText("these numbers may mislead").waitFor();
    expect(problems).toEqual([]);
  });

  it("compares with a version, a segment and raw scores, and says what the intervals can show", async () => {
    const { page, problems, api } = await openPage(`${view}&compare=version:1`);
    const own = await api(asked);
    const error = ({ eceDebiased: of }: typeof own) =>
      `${of.value.toFixed(3)} [${of.lower.toFixed(3)}, ${of.upper.toFixed(3)}]`;
    for (const [compare, other, caption, words] of [
      ["version:1", asked.replace("version=2", "version=1"), "version 2 and version 1", "the two are independent"],
      [
        "segment:region:west",
        `${asked}&segment=region:west`,
        "all segments and region west",
        "One is a part of the other",
      ],
      ["raw", `${asked}&source=raw`, "calibrated and raw scores", "Both are of the same predictions"],
    ] as const) {
      await page.getByLabel("Compare with").selectOption(compare);
      const rows = await cellsOf(page, `${caption} in numbers`);
      const found = await api(other);
      const row = (name: string) => rows.find(([first]) => first === name)?.slice(1);
      expect(row("Calibration error")).toEqual([error(own), error(found)]);
      expect(row("With outcome")).toEqual([String(own.labelled), String(found.labelled)]);
      expect(plain(await page.locator(".differences").textContent())).toContain(words);
      await page.locator(".comparison .candor-plot").waitFor();
      expect(new URL(page.url()).searchParams.get("compare")).toBe(compare);
    }
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("asks for a model, says when there is nothing to judge, and fits a phone", async () => {
    const { page, problems } = await openPage("/calibration", { width: 360 });
    await page.getByRole("link", { name: "card-fraud 2" }).click();
    await page.locator("a.candor-bin").last().waitFor();
    await page.locator("a.candor-bin").last().click();
    await shownIds(page);
    const tooWide = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(await tooWide()).toBe(0);
    expect(problems).toEqual([]);
    const nothing = await openPage("/calibration?model=card-fraud&version=none");
    await nothing.page.getByRole("heading", { name: "No predictions to judge" }).waitFor();
    expect(await accessibilityProblems(nothing.page)).toEqual([]);
  });
});
