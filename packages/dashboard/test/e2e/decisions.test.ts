import { type DecisionCells, openPolicy, type Thresholds, thresholdOutcome } from "@candor/core";
import type { Page } from "playwright";
import { afterAll, describe, expect, inject, it } from "vitest";
import { accessibilityProblems, openPage } from "./open-page.ts";

const query = "model=card-fraud&version=2&window=30d";
const costs = { error: 8, review: 1, abstain: 2, missed: 0, reviewError: 0 };
const priced = "costWrong=8&costReview=1&costAbstain=2";

/** What the API says of the same question. */
interface Known {
  readonly cells: DecisionCells;
  readonly perDay: number;
  readonly inEffect: { readonly policyId: string; readonly thresholds: Thresholds };
}

function share(value: number, digits = 1): string {
  return `${(100 * value).toFixed(digits)}\u202f%`;
}

/** Cells of a row of the table of effects: its name, then what is in its columns. */
async function row(page: Page, name: string, within = ".effects"): Promise<string[]> {
  const found = page.locator(`${within} tr`, { has: page.getByRole("rowheader", { name, exact: true }) });
  return (await found.locator("td").allInnerTexts()).map((text) => text.replaceAll(/\s*\n\s*/g, " "));
}

async function until(page: Page, name: string, wanted: string): Promise<void> {
  await expect.poll(async () => (await row(page, name)).at(1) ?? "").toContain(wanted);
}

/** Holds the column of proposed thresholds against what core makes of the API's sums. */
async function checkProposed(page: Page, { cells, perDay }: Known, thresholds: Thresholds): Promise<void> {
  const { coverage, error, reviewVolume, abstention, wrongPerThousand, cost } = thresholdOutcome(cells, thresholds, {
    costs,
  });
  await until(page, "Acted on", share(coverage.value));
  const proposed = async (name: string) => (await row(page, name)).at(1) ?? "";
  const interval = (of: { lower: number; upper: number } | null, scale: number, digits: number) =>
    of === null ? "" : `[${(scale * of.lower).toFixed(digits)}, ${(scale * of.upper).toFixed(digits)}]`;
  expect(await proposed("Acted on")).toContain(interval(coverage, 100, 1));
  const digits = error !== null && error.upper - error.lower < 0.02 ? 2 : 1;
  expect(await proposed("Wrong, of those")).toContain(share(error?.value ?? -1, digits));
  expect(await proposed("Wrong, of those")).toContain(interval(error, 100, digits));
  expect(await proposed("Acted on wrongly, per 1,000 predictions")).toContain(interval(wrongPerThousand, 1, 1));
  expect(await proposed("Reviews a day")).toContain(String(Math.round(reviewVolume.value * perDay)));
  expect(await proposed("Nothing done")).toContain(share(abstention.value));
  expect(await proposed("Cost per 1,000 predictions")).toContain((1000 * (cost?.value ?? -1)).toFixed(1));
}

describe("the page Decisions", () => {
  it("shows what decides now and what is proposed, with the numbers that core makes of the API's sums", async () => {
    const { page, problems, api } = await openPage(`/decisions?${query}&${priced}&act=0.9&abstain=0.6`);
    const known: Known = await api(`/api/v1/decisions?${query}&project=demo`);
    await checkProposed(page, known, { act: 0.9, abstain: 0.6 });
    const now = thresholdOutcome(known.cells, known.inEffect.thresholds);
    expect((await row(page, "Acted on"))[0]).toContain(share(now.coverage.value));
    expect((await row(page, "Wrong, of those"))[0]).toContain(share(now.error?.value ?? -1, 2));
    const certified = page.getByRole("region", { name: "What is certified" });
    expect(await certified.innerText()).toMatch(/No bound certified.*proves nothing about errors/);
    expect(await certified.innerText()).toContain(known.inEffect.policyId);
    await page.locator("details", { hasText: "Risk-coverage curve" }).locator("summary").click();
    expect(await page.getByRole("table", { name: "Risk-coverage curve" }).locator("tbody tr").count()).toBeGreaterThan(
      50,
    );
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("moves thresholds by mouse without drawing anew, keeps them in the link, and a link reproduces the page", async () => {
    const { page, problems, api } = await openPage(`/decisions?${query}&${priced}&act=0.9`);
    const known: Known = await api(`/api/v1/decisions?${query}&project=demo`);
    const act = page.getByRole("slider", { name: "Act from" });
    const before = await act.boundingBox();
    if (before === null) throw new Error("there is no threshold to act");
    const pictures = await page.locator("svg.candor-plot").elementHandles();
    expect(pictures).toHaveLength(2);
    const [x, y] = [before.x + before.width / 2, before.y + before.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let step = 1; step <= 12; step++) await page.mouse.move(x - 5 * step, y);
    await page.mouse.up();
    await expect.poll(() => new URL(page.url()).searchParams.get("act")).not.toBe("0.9");
    const after = await act.boundingBox();
    expect(Math.abs((after?.x ?? 0) - before.x + 60)).toBeLessThan(3);
    for (const picture of pictures) expect(await picture.evaluate((element) => element.isConnected)).toBe(true);
    const index = Number(await act.getAttribute("aria-valuenow"));
    const set = 0.5 + index / 240;
    expect(Number(new URL(page.url()).searchParams.get("act"))).toBeCloseTo(set, 2);
    await checkProposed(page, known, { act: set, abstain: null });

    const again = await openPage(new URL(page.url()).pathname + new URL(page.url()).search);
    await checkProposed(again.page, known, { act: set, abstain: null });
    expect(await again.page.getByRole("slider", { name: "Act from" }).getAttribute("aria-valuenow")).toBe(
      String(index),
    );
    expect([...problems, ...again.problems]).toEqual([]);
  });

  it("moves thresholds by keyboard and by typing, says in words what they do, and never lets them cross", async () => {
    const { page, problems, api } = await openPage(`/decisions?${query}&${priced}&act=0.9&abstain=0.6`);
    const known: Known = await api(`/api/v1/decisions?${query}&project=demo`);
    const act = page.getByRole("slider", { name: "Act from" });
    const abstain = page.getByRole("slider", { name: "Abstain below" });
    await act.focus();
    await page.keyboard.press("ArrowRight");
    await checkProposed(page, known, { act: 217 / 240, abstain: 0.6 });
    await page.keyboard.press("PageDown");
    await checkProposed(page, known, { act: 205 / 240, abstain: 0.6 });
    const { coverage, error } = thresholdOutcome(known.cells, { act: 205 / 240, abstain: 0.6 });
    expect(await act.getAttribute("aria-valuetext")).toBe(
      `act from 85.4\u202f%: ${share(coverage.value)} of predictions are acted on, ${share(error?.value ?? -1)} of these wrong`,
    );
    await page.keyboard.press("End");
    await expect.poll(() => act.getAttribute("aria-valuetext")).toContain("never act: 0.0");
    await until(page, "Wrong, of those", "nothing is acted on");
    await page.keyboard.press("Home");
    await checkProposed(page, known, { act: 0.6, abstain: 0.6 });
    await abstain.focus();
    await page.keyboard.press("End");
    await checkProposed(page, known, { act: 0.6, abstain: 0.6 });
    await page.keyboard.press("Home");
    await checkProposed(page, known, { act: 0.6, abstain: null });
    await page.getByLabel("Act from (%)").fill("80");
    await page.keyboard.press("Enter");
    await checkProposed(page, known, { act: 0.8, abstain: null });
    await expect.poll(() => new URL(page.url()).searchParams.get("act")).toBe("0.8");
    expect(new URL(page.url()).searchParams.get("abstain")).toBe("never");
    expect(problems).toEqual([]);
  });

  it("takes costs and a capacity, sets thresholds of least cost, and says what has no price", async () => {
    const { page, problems } = await openPage(`/decisions?${query}&act=0.9&abstain=0.6`);
    await page.getByLabel("Acting on a wrong one").fill("8");
    await page.keyboard.press("Tab");
    await page.getByText("Give also what a review or doing nothing costs.").waitFor();
    await page.getByLabel("A review").fill("1");
    await page.keyboard.press("Tab");
    await until(page, "Cost per 1,000 predictions", "give the cost of doing nothing");
    await page.getByRole("button", { name: "Thresholds of least cost" }).click();
    await until(page, "Thresholds", "act from 87.5");
    await page.getByLabel("Reviews people can do a day").fill("500");
    await page.keyboard.press("Tab");
    await until(page, "Reviews a day", "fits 500");
    expect(new URL(page.url()).searchParams.get("capacity")).toBe("500");
    expect(problems).toEqual([]);
  });

  it("shows the positive class where asked to", async () => {
    const { page, problems, api } = await openPage(`/decisions?${query}&on=positive&act=0.5`);
    const known: Known = await api(`/api/v1/decisions?${query}&project=demo&on=positive`);
    const { error, recall } = thresholdOutcome(known.cells, { act: 0.5, abstain: null });
    await page.getByRole("heading", { name: "Probabilities and thresholds" }).waitFor();
    const column = async (name: string) => (await row(page, name)).at(0) ?? "";
    await expect.poll(() => column("Not positive, of those")).toContain(share(error?.value ?? -1, 1));
    expect(await column("Positives acted on")).toContain(share(recall?.value ?? -1));
    expect(problems).toEqual([]);
  });

  it("fits a phone, in the dark", async () => {
    const { page, problems } = await openPage(`/decisions?${query}&act=0.9`, { width: 360, theme: "dark" });
    await page.getByRole("slider", { name: "Act from" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(problems).toEqual([]);
  });
});

const { url, key } = inject("demoServer");
const headers = { authorization: `Bearer ${key}`, "x-candor-project": "demo", "content-type": "application/json" };

describe("saving thresholds as a policy", () => {
  afterAll(async () => {
    await fetch(`${url}/api/v1/activations?model=churn-net&version=1`, { method: "DELETE", headers });
  });

  it("shows what changes before", async () => {
    const { page, problems, api } = await openPage(`/decisions?${query}&${priced}&act=0.9&abstain=0.6`);
    const known: Known = await api(`/api/v1/decisions?${query}&project=demo`);
    await page.getByRole("button", { name: "Save as policy…" }).click();
    await page.getByRole("dialog", { name: "Save as policy" }).waitFor();
    const [was, wanted, change] = await row(page, "Acted on", "dialog");
    const [before, after] = [known.inEffect.thresholds, { act: 0.9, abstain: 0.6 }].map(
      (thresholds) => thresholdOutcome(known.cells, thresholds).coverage.value,
    );
    expect(was).toContain(share(before ?? -1));
    expect(wanted).toContain(share(after ?? -1));
    expect(change).toBe(`\u2212${(100 * ((before ?? 0) - (after ?? 0))).toFixed(1)} points`);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it("keeps a policy that decides accordingly once it is activated", async () => {
    const { page, problems, api } = await openPage("/decisions?model=churn-net&version=1&act=0.8&abstain=0.55");
    await page.getByText("No policy is active for churn-net 1").waitFor();
    await page.getByRole("button", { name: "Save as policy…" }).click();
    await page.getByLabel("Note, for who reads it later").fill("from the test");
    await page.getByRole("button", { name: "Save policy" }).click();
    await page.getByRole("heading", { name: "Policy saved" }).waitFor();
    const id = (await page.getByRole("dialog").getByRole("link").textContent()) ?? "";
    expect(id).toMatch(/^pol_[0-9a-f]{16}$/);
    const policy = openPolicy(await api(`/api/v1/policies/${id}/document?project=demo`));
    expect(policy).toMatchObject({ objective: { kind: "thresholds", thresholds: { act: 0.8, abstain: 0.55 } } });
    const { cells }: Known = await api("/api/v1/decisions?model=churn-net&version=1&window=30d&project=demo");
    const { coverage, error } = thresholdOutcome(cells, { act: 0.8, abstain: 0.55 });
    expect(policy.expected?.coverage).toEqual(coverage);
    expect(policy.expected?.error).toEqual(error);
    expect((await api(`/api/v1/activations/in-effect?model=churn-net&version=1&project=demo`)).inEffect).toBeNull();

    await page.getByRole("button", { name: "Let it decide for churn-net 1" }).click();
    await page.getByRole("heading", { name: "Policy active" }).waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByText("No error bound is certified of thresholds set by hand.").waitFor();
    const decisions: string[] = [];
    for (const score of [0.81, 0.7, 0.52, 0.19]) {
      const reply = await fetch(`${url}/api/v1/decide?dryRun=true`, {
        method: "POST",
        headers,
        body: JSON.stringify({ id: `try-${score}`, model: "churn-net", version: "1", score }),
      });
      const { decision }: { decision: string } = await reply.json();
      decisions.push(decision);
    }
    expect(decisions).toEqual(["act", "review", "abstain", "act"]);
    expect(problems).toEqual([]);
  });
});
