import type { Page } from "playwright";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { accessibilityProblems, openPage } from "./open-page.ts";

/** Asks the server of the demo, of any project. */
async function ask(path: string, project: string, body?: unknown, method = "POST"): Promise<Response> {
  const { url, key } = inject("demoServer");
  return fetch(`${url}${path}`, {
    headers: { authorization: `Bearer ${key}`, "x-candor-project": project, "content-type": "application/json" },
    ...(body === undefined ? {} : { method, body: JSON.stringify(body) }),
  });
}

interface Listed {
  readonly id: string;
  readonly rawConfidence: number | null;
}

/** The newest verdict of the demo's judge that is not quite sure. */
async function unsureVerdict(): Promise<string> {
  const reply = await ask("/api/v1/predictions?model=grounding-judge&limit=200&content=false", "demo");
  const { predictions }: { readonly predictions: readonly Listed[] } = await reply.json();
  const found = predictions.find(({ rawConfidence }) => rawConfidence !== null && rawConfidence < 0.9);
  return found?.id ?? expect.fail("the judge is sure of everything");
}

function shareIn(text: string): number {
  const number = Number(/([\d.]+)\s*%/.exec(text.replaceAll("\u202f", " "))?.[1]);
  return number / 100;
}

const tokens = (page: Page) => page.getByRole("listbox", { name: "Tokens of the answer" }).getByRole("option");

const hostile = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>\u202Egnp\u200B&lt;b&gt;`;

beforeAll(async () => {
  expect((await ask("/api/v1/projects", "default", { id: "kept", settings: { contentDays: 7 } })).status).toBe(201);
  expect((await ask("/api/v1/projects", "default", { id: "numbers" })).status).toBe(201);
  const entry = (token: string, logprob: number) => ({ token, logprob });
  const content = [
    { ...entry("Sure: ", -0.01), top_logprobs: [entry("Sure: ", -0.01)] },
    { ...entry(hostile, -0.9), top_logprobs: [entry(hostile, -0.9), entry("<b>other</b>", -1)] },
  ];
  const message = { role: "assistant", content: `Sure: ${hostile}` };
  const response = {
    object: "chat.completion",
    model: hostile,
    choices: [{ index: 0, message, logprobs: { content }, finish_reason: "stop" }],
  };
  const item = { id: "h/1 %41", model: "<i>chat</i>", version: "1", llm: { response }, content: { prompt: hostile } };
  expect((await ask("/api/v1/decide", "kept", item)).status).toBe(200);
  expect((await ask("/api/v1/decide", "numbers", { ...item, id: "n-1" })).status).toBe(200);
  for (const project of ["kept", "numbers"])
    expect((await ask("/api/v1/data-health?fresh=true", project)).status).toBe(200);
});

describe("the page of a prediction with an answer", () => {
  it("shows every token with the API's probability, and what else could have stood there", async () => {
    const id = await unsureVerdict();
    const { page, problems, api } = await openPage(`/predictions/${id}?project=demo`);
    await tokens(page).first().waitFor();
    const answer = await api(`/api/v1/predictions/${id}/answer?project=demo`);
    const spans = answer.channels[0].spans;
    const shown = await tokens(page).evaluateAll((marks) => marks.map((mark) => mark.getAttribute("aria-label") ?? ""));
    expect(shown).toHaveLength(spans.length);
    for (const [i, { text, probability }] of spans.entries()) {
      expect(shown[i]?.startsWith(`${text.trim() === "" ? "space" : text.trim()}, `)).toBe(true);
      expect(Math.abs(shareIn(shown[i] ?? "") - probability)).toBeLessThanOrEqual(0.00051);
    }
    const said = await page.getByRole("listbox", { name: "Tokens of the answer" }).textContent();
    expect(said).toBe(answer.channels[0].text);

    const verdict = spans.findIndex((span: { probability: number }) => span.probability < 0.9);
    await tokens(page).nth(verdict).click();
    const panel = page.getByRole("region", { name: "The chosen token" });
    const rows = await panel.getByRole("row").evaluateAll((all) => all.slice(1).map((row) => row.textContent ?? ""));
    const { top } = answer.tokens[spans[verdict].tokens[0]];
    expect(rows).toHaveLength(top.length);
    for (const [i, one] of top.entries())
      expect(Math.abs(shareIn(rows[i] ?? "") - one.probability)).toBeLessThanOrEqual(0.00051);

    const { prediction } = await api(`/api/v1/predictions/${id}?project=demo`);
    const field = page.getByRole("row", { name: /^\$\.verdict/ });
    expect(Math.abs(shareIn((await field.textContent()) ?? "") - prediction.rawConfidence)).toBeLessThanOrEqual(0.0005);
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("is read by keyboard: along the tokens, to unlikely ones, and the link says where one is", async () => {
    const id = await unsureVerdict();
    const { page, problems } = await openPage(`/predictions/${id}?project=demo`);
    await tokens(page).first().waitFor();
    const focused = () => page.evaluate(() => Number(document.activeElement?.getAttribute("data-span") ?? -1));
    await tokens(page).first().focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toBe(2);
    await page.keyboard.press("ArrowLeft");
    expect(await focused()).toBe(1);
    await page.keyboard.press("ArrowDown");
    const unlikely = await focused();
    expect(unlikely).toBeGreaterThan(1);
    expect(shareIn((await tokens(page).nth(unlikely).getAttribute("aria-label")) ?? "")).toBeLessThan(0.95);
    await page.keyboard.press("End");
    expect(await focused()).toBe((await tokens(page).count()) - 1);
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toBe((await tokens(page).count()) - 1);
    await page.keyboard.press("Home");
    expect(await focused()).toBe(0);
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => new URL(page.url()).searchParams.get("token")).toBe(`content:${unlikely}`);
    expect(await tokens(page).nth(unlikely).getAttribute("aria-selected")).toBe("true");
    await page.reload();
    await tokens(page).first().waitFor();
    await expect.poll(() => tokens(page).nth(unlikely).getAttribute("aria-selected")).toBe("true");
    expect(problems).toEqual([]);
  });

  it("keeps hostile text text, wherever it comes from", async () => {
    const { page, problems } = await openPage(`/predictions/${encodeURIComponent("h/1 %41")}?project=kept`);
    await tokens(page).first().waitFor();
    await tokens(page).nth(1).click();
    const visible = hostile.replace("\u202E", "\\u{202e}").replace("\u200B", "\\u{200b}");
    expect(await page.getByRole("listbox", { name: "Tokens of the answer" }).textContent()).toBe(`Sure: ${visible}`);
    expect(await page.getByRole("region", { name: "prompt" }).textContent()).toBe(visible);
    const main = page.locator("main");
    expect(await main.locator("img, script, i, main b > b").count()).toBe(0);
    expect(await main.textContent()).toContain("<b>other</b>");
    expect(await main.textContent()).not.toMatch(/[\u202E\u200B]/u);
    expect(await page.title()).not.toContain("owned");
    expect(problems).toEqual([]);
  });

  it("works at the width of a phone, in the dark too", async () => {
    const id = await unsureVerdict();
    const { page, problems } = await openPage(`/predictions/${id}?project=demo`, { width: 360, theme: "dark" });
    await tokens(page).first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.getByRole("button", { name: "Show it" }).click();
    await page.getByRole("table", { name: "What could have stood here" }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(problems).toEqual([]);
  });
});

describe("the page of a prediction of a project without content", () => {
  it("says how to switch it on, with a command to copy", async () => {
    const { page, problems } = await openPage("/predictions/n-1?project=numbers");
    await page.getByText("This project keeps no prompts and answers").waitFor();
    const command = await page.locator(".command pre").textContent();
    expect(command).toContain("/api/v1/projects/numbers");
    expect(command).toContain('{"settings": {"contentDays": 30}}');
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(problems).toEqual([]);
  });
});

describe("the list of predictions", () => {
  const rowsOf = (page: Page) => page.getByRole("table", { name: "Predictions, newest first" }).getByRole("row");

  it("shows what the API gives for the filters of the URL, page after page, with links to each", async () => {
    const query = "model=grounding-judge&window=7d&decision=review&confidenceFrom=0.5&confidenceTo=0.85";
    const { page, problems, api } = await openPage(`/predictions?project=demo&${query}`);
    await rowsOf(page).first().waitFor();
    const first = await api(`/api/v1/predictions?project=demo&${query}&limit=25&content=false`);
    const ids = () =>
      rowsOf(page).evaluateAll((rows) => rows.slice(1).map((row) => row.querySelector("a")?.textContent ?? ""));
    expect(await ids()).toEqual(first.predictions.map((one: Listed) => one.id));
    await page.getByRole("button", { name: "Show 25 more" }).click();
    await expect.poll(async () => (await ids()).length).toBe(50);
    const all = await api(`/api/v1/predictions?project=demo&${query}&limit=50&content=false`);
    expect(await ids()).toEqual(all.predictions.map((one: Listed) => one.id));
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByLabel("Outcome").selectOption("0");
    await expect.poll(() => new URL(page.url()).searchParams.get("outcome")).toBe("0");
    await page.getByLabel("Confidence from, %").fill("70");
    await page.keyboard.press("Enter");
    await expect.poll(() => new URL(page.url()).searchParams.get("confidenceFrom")).toBe("0.7");
    const narrowed = query.replace("confidenceFrom=0.5", "confidenceFrom=0.7&outcome=0");
    const wrong = await api(`/api/v1/predictions?project=demo&${narrowed}&limit=25&content=false`);
    expect(wrong.predictions.length).toBeGreaterThan(0);
    await expect.poll(ids).toEqual(wrong.predictions.map((one: Listed) => one.id));
    await page
      .getByRole("link", { name: /^judge-/ })
      .first()
      .click();
    await page.getByRole("heading", { name: "Prediction", exact: true }).waitFor();
    await page.getByText("Wrong", { exact: true }).first().waitFor();
    expect(problems).toEqual([]);
  });
});
