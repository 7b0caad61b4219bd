import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countText, valueText } from "../../src/parts/numbers.ts";
import { durationText } from "../../src/views/data-health/durations.ts";
import { hostileNames } from "./hostile-names.ts";
import { accessibilityProblems, openPage } from "./open-page.ts";
import { type OwnProject, ownProject } from "./own-project.ts";

let own: OwnProject;
beforeAll(async () => {
  own = await ownProject("health-test", { name: hostileNames.markup });
});
afterAll(() => own.remove());

describe("/data-health", () => {
  it("says of the demo what the API says", async () => {
    const { page, problems, api } = await openPage("/data-health?project=demo");
    await page.getByRole("heading", { name: "Labels, by model" }).waitFor();
    const health = await api("/api/v1/data-health?project=demo");
    const text = (await page.locator("main").textContent()) ?? "";
    for (const count of [health.predictions, health.outcomes, health.orphans, health.withoutConfidence])
      expect(text).toContain(countText(count));
    expect(text).toContain(`99 of 100 within ${durationText(health.lag.p99)}`);
    const rows = page.getByRole("table", { name: "How late outcomes are, by model" }).locator("tbody tr");
    expect(await rows.count()).toBe(health.models.length);
    for (const [i, { model, version, predictions, labelled, observed, received }] of health.models.entries()) {
      const cells = await rows.nth(i).locator("th, td").allTextContents();
      expect(cells.slice(0, 4)).toEqual([
        `${model} ${version}`,
        countText(predictions),
        countText(labelled),
        valueText(labelled / predictions, "share"),
      ]);
      for (const [at, delay] of [
        [5, observed],
        [6, received],
      ])
        expect(cells[at]).toBe([delay.median, delay.p90, delay.p99].map(durationText).join(", "));
    }
    expect(problems).toEqual([]);
  });

  it.each(["light", "dark"] as const)("has nothing that keeps anybody out, %s", async (theme) => {
    const { page, problems } = await openPage("/data-health?project=demo", { theme, width: 360 });
    await page.getByRole("heading", { name: "Labels, by model" }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    expect(problems).toEqual([]);
  });

  it("says the next step where there is nothing, then what was rejected, repeated and is waiting", async () => {
    const { page } = await openPage("/data-health?project=health-test");
    await page.getByRole("heading", { name: /No predictions in <img src/ }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.getByText("X-Candor-Project: health-test").count()).toBe(2);

    const good = { id: "p", model: hostileNames.turned, version: "1", confidence: 0.5 };
    await own.ask("POST", "/api/v1/predictions", [good, { ...good, id: "q", confidence: hostileNames.markup }]);
    await own.ask("POST", "/api/v1/predictions", [{ ...good, confidence: 0.6 }]);
    await own.ask("POST", "/api/v1/outcomes", [{ predictionId: "nobody", value: true }]);
    await own.ask("GET", "/api/v1/data-health?fresh=true");
    await page.reload();
    await page.getByRole("heading", { name: "2 things to do something about" }).waitFor();
    const rejected = await page
      .getByRole("table", { name: "Rejected items, by reason" })
      .locator("tbody tr")
      .textContent();
    expect(rejected).toContain("Predictions");
    expect(rejected).toContain("confidence must be");
    expect(await page.getByText("1 outcome waits for a prediction").count()).toBe(1);
    expect(await page.getByText("0 predictions came again with the same content, 1 with another").count()).toBe(1);
    expect(await page.locator("main img").count()).toBe(0);
    expect(await page.locator("main").textContent()).toContain("safe\\u{202e}gnp.exe");
  });
});
