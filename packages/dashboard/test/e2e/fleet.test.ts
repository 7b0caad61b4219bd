import type { Page } from "playwright";
import { describe, expect, it } from "vitest";
import { accessibilityProblems, openPage } from "./open-page.ts";

const asked = "/api/v1/models?project=demo&window=90d";

/** The cells of every row as text, by the name of their column. */
async function rowsOf(page: Page): Promise<Record<string, string>[]> {
  await page.locator(".fleet tbody tr").first().waitFor();
  return page
    .locator(".fleet tbody tr")
    .evaluateAll((rows) =>
      rows.map((row) =>
        Object.fromEntries([
          ["Model", (row.querySelector("th")?.textContent ?? "").replaceAll(/\s/g, " ")],
          ...[...row.querySelectorAll("td")].map((cell) => [
            cell.dataset["name"] ?? "",
            (cell.textContent ?? "").replaceAll("\u202f", ""),
          ]),
        ]),
      ),
    );
}

const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)}%`;

describe("the page of all models", () => {
  it("says what can be trusted, with the numbers of the API", async () => {
    const { page, problems, api } = await openPage("/?window=90d");
    const rows = await rowsOf(page);
    const { models } = await api(asked);
    expect(rows).toHaveLength(models.length);
    for (const model of models) {
      const row = rows.find((one) => one["Model"]?.startsWith(`${model.model}version ${model.version}`));
      expect(row?.["Traffic"]).toContain(`${model.predictions} predictions`);
      expect(row?.["Accuracy"]).toContain(`${percent(model.accuracy.value)} right`);
      expect(row?.["Accuracy"]).toContain(
        `[${(100 * model.accuracy.lower).toFixed(1)}, ${(100 * model.accuracy.upper).toFixed(1)}]of ${model.accuracy.n} labelled`,
      );
      expect(row?.["Accuracy"]).toContain(`${percent(model.estimatedAccuracy)} expected`);
      const { value, lower, upper } = model.ece;
      expect(row?.["Calibration"]).toContain(
        `error ${value.toFixed(3)} [${lower.toFixed(3)}, ${upper.toFixed(3)}]a perfect model: ${model.noiseFloor.toFixed(3)}`,
      );
      expect(row?.["Calibration"]).toContain(`${Math.abs(100 * model.gap.value).toFixed(1)} points`);
      expect(row?.["Calibration"]).toContain(model.verdict.sentence.replaceAll("\u202f", ""));
      expect(row?.["Outcomes in"]).toContain(`${model.labelled} in all`);
      for (const name of ["act", "review"])
        if (model.decisions[name] > 0)
          expect(row?.["Decisions"]).toContain(`${name} ${percent(model.decisions[name], 0)}`);
      if (model.active !== null) expect(row?.["Decisions"]).toContain(model.active.policyId);
    }
    // The demo: three in use, all of which drifted or never were calibrated, and the version before.
    expect(await page.locator(".headline").textContent()).toBe(
      "None of 3 model versions can be trusted today; 3 cannot. 1 more is no longer in use.",
    );
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("is sorted by what needs attention, by any column with the keyboard, and the link reproduces it", async () => {
    const { page, problems, api } = await openPage("/?window=90d");
    const names = async (): Promise<string[]> =>
      (await rowsOf(page)).map((row) => row["Model"]?.split("version")[0] ?? "");
    expect(await names()).toEqual(["churn-net", "grounding-judge", "card-fraud", "card-fraud"]);
    const { models } = await api(asked);
    const by = (value: (model: { model: string; predictions: number }) => number): string[] =>
      models.toSorted((a: never, b: never) => value(a) - value(b)).map(({ model }: { model: string }) => model);
    const header = page.getByRole("columnheader", { name: "Traffic" });
    await header.getByRole("button").focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => header.getAttribute("aria-sort")).toBe("descending");
    expect(await names()).toEqual(by(({ predictions }) => -predictions));
    await page.keyboard.press("Space");
    await expect.poll(() => header.getAttribute("aria-sort")).toBe("ascending");
    expect(await names()).toEqual(by(({ predictions }) => predictions));
    const again = await openPage(`/${new URL(page.url()).search}`);
    expect((await rowsOf(again.page)).map((row) => row["Traffic"])).toEqual(
      (await rowsOf(page)).map((row) => row["Traffic"]),
    );
    expect([...problems, ...again.problems]).toEqual([]);
  });

  it("keeps to the filters, and its links keep them", async () => {
    const { page, problems } = await openPage("/?model=card-fraud&window=90d");
    expect(await rowsOf(page)).toHaveLength(2);
    const links = await page
      .locator(".fleet tbody tr")
      .first()
      .locator("a")
      .evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
    const found = links.map((link) => new URL(link, "http://here"));
    expect(found.map(({ pathname }) => pathname)).toEqual(
      expect.arrayContaining(["/calibration", "/over-time", "/segments"]),
    );
    for (const { searchParams } of found) {
      expect(searchParams.get("model")).toBe("card-fraud");
      expect(searchParams.get("window") ?? searchParams.get("from")).toMatch(/^(90d|\d{4}-\d\d-\d\d)$/);
    }
    await page.getByRole("link", { name: "Over time: card-fraud 2" }).click();
    await expect.poll(() => new URL(page.url()).pathname).toBe("/over-time");
    expect(new URL(page.url()).searchParams.get("version")).toBe("2");
    expect(problems).toEqual([]);
  });

  it("is cards on a phone, without scrolling sideways, and can be sorted there", async () => {
    const { page, problems } = await openPage("/?window=90d", { width: 360, theme: "dark" });
    await rowsOf(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    const [first, second] = await page
      .locator(".fleet tbody tr")
      .evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().toJSON()));
    expect(second.top).toBeGreaterThanOrEqual(first.bottom);
    await page.getByLabel("Sort by").selectOption("model");
    await expect.poll(async () => (await rowsOf(page))[0]?.["Model"]).toContain("card-fraud");
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("says the next step where there is nothing in the time", async () => {
    const { page, problems } = await openPage("/?from=2020-01-01&to=2020-02-01");
    await page.getByRole("heading", { name: "No predictions of this kind in this time" }).waitFor();
    await page.getByRole("link", { name: "All models over all time" }).click();
    expect((await rowsOf(page)).length).toBeGreaterThan(3);
    expect(problems).toEqual([]);
  });
});
