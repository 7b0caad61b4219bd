import { certificateSentence, makePolicy } from "@candor/core";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countText, measureText } from "../../src/parts/numbers.ts";
import { hostileNames } from "./hostile-names.ts";
import { accessibilityProblems, openPage } from "./open-page.ts";
import { type OwnProject, ownProject } from "./own-project.ts";

let own: OwnProject;
beforeAll(async () => {
  own = await ownProject("calibrators-test");
});
afterAll(() => own.remove());

function rowsOf(page: Page, caption: string) {
  return page.getByRole("table", { name: caption }).locator("tbody tr");
}

const list = "Calibrators and policies, newest first";

describe("/calibrators", () => {
  it("lists what the API lists, newest first, with where it is active", async () => {
    const { page, problems, api } = await openPage("/calibrators?project=demo");
    const rows = rowsOf(page, list);
    await rows.first().waitFor();
    const { calibrators } = await api("/api/v1/calibrators?project=demo");
    const { policies } = await api("/api/v1/policies?project=demo");
    const { current } = await api("/api/v1/activations?project=demo");
    const all = [...calibrators, ...policies].sort((a, b) => b.createdAt - a.createdAt);
    expect(await rows.count()).toBe(all.length);
    for (const [i, { id, n, model }] of all.entries()) {
      const text = (await rows.nth(i).textContent()) ?? "";
      for (const part of [id, model, n === 0 ? "costs alone" : `${countText(n)} rows`]) expect(text).toContain(part);
      const isActive = current.some(
        (one: { calibratorId: string; policyId: string }) => one.calibratorId === id || one.policyId === id,
      );
      expect([id, text.includes("Active")]).toEqual([id, isActive]);
    }
    expect(await rowsOf(page, "What is active now").count()).toBe(current.length);
    expect(problems).toEqual([]);
  });

  it("shows by its link what is known of one, with the numbers of its document, and gives the document", async () => {
    const { page, problems, api } = await openPage("/calibrators?project=demo");
    await rowsOf(page, list).getByRole("link", { name: /^cal_/ }).first().click();
    await page.getByRole("heading", { name: "Does it help?" }).waitFor();
    const id = new URL(page.url()).searchParams.get("id") ?? "";
    const { page: again } = await openPage(new URL(page.url()).pathname + new URL(page.url()).search);
    const evidence = rowsOf(again, "Before and after, lower is better");
    await evidence.first().waitFor();
    const document = await api(`/api/v1/calibrators/${id}/document?project=demo`);
    const { before, after, improvement } = document.evidence;
    expect(await evidence.nth(2).locator("td").allTextContents()).toEqual([
      measureText(before.logLoss, "plain"),
      measureText(after.logLoss, "plain"),
      measureText(improvement.logLoss, "plain", 4),
    ]);
    const [download] = await Promise.all([
      again.waitForEvent("download"),
      again.getByRole("link", { name: "Download JSON" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`${id}.json`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    expect(JSON.parse(Buffer.concat(chunks).toString())).toEqual(document);
    await again.getByText(`npx candor apply ${id}.json`).waitFor();
    expect(problems).toEqual([]);
  });

  it("takes a file, activates it after saying what that means, and ends it again", async () => {
    const { page, problems, api } = await openPage("/calibrators?project=calibrators-test");
    await page.getByRole("heading", { name: "No calibrators or policies yet" }).waitFor();
    const [calibrator] = (await api("/api/v1/calibrators?project=demo")).calibrators;
    const document = await api(`/api/v1/calibrators/${calibrator.id}/document?project=demo`);
    await page.getByRole("button", { name: "Upload…" }).click();
    const file = page.getByLabel("File", { exact: true });
    const named = (text: string) => ({ name: "c.json", mimeType: "application/json", buffer: Buffer.from(text) });
    await page.getByRole("textbox", { name: "Model" }).fill(hostileNames.markup);
    await page.getByRole("textbox", { name: "Version" }).fill("v1");
    await file.setInputFiles(named("not json"));
    await page.getByRole("button", { name: "Upload", exact: true }).click();
    await page.getByText("c.json is not JSON").waitFor();
    expect(await page.getByRole("textbox", { name: "Version" }).inputValue()).toBe("v1");
    await file.setInputFiles(named(JSON.stringify({ ...document, n: document.n + 1 })));
    await page.getByRole("button", { name: "Upload", exact: true }).click();
    await page
      .getByText(/fingerprint/)
      .first()
      .waitFor();
    await file.setInputFiles(named(JSON.stringify(document)));
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Upload", exact: true }).click();
    await page.getByText("It decides nothing until it is activated.").waitFor();
    expect((await own.ask("GET", "/api/v1/calibrators")).calibrators).toMatchObject([
      { id: calibrator.id, model: hostileNames.markup, version: "v1" },
    ]);

    await page.getByRole("button", { name: "Activate…" }).click();
    await page.getByText("Belongs to this version").waitFor();
    await page.getByRole("dialog").getByLabel("Version").selectOption({ label: "All versions" });
    await page.getByText("was made for version v1 of").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("dialog").getByLabel("Version").selectOption({ label: "v1 (made for it)" });
    await page.getByText("Belongs to this version").waitFor();
    expect((await own.ask("GET", "/api/v1/activations")).current).toEqual([]);
    await page.getByRole("dialog").getByLabel("Route").fill("eu");
    await page.getByText("Belongs to this version").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Activate", exact: true }).click();
    await page.getByText(`${calibrator.id} decides for version v1, route eu`).waitFor();
    expect((await own.ask("GET", "/api/v1/activations")).current).toMatchObject([
      { calibratorId: calibrator.id, version: "v1", route: "eu" },
    ]);

    await page.getByRole("button", { name: /^Deactivate/ }).click();
    await page.getByRole("dialog").getByText("nothing: scores pass as they are").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Deactivate" }).click();
    await page.getByText("Deactivated for version v1, route eu").waitFor();
    await page.getByText("Nothing is active").waitFor();
    const { current, history } = await own.ask("GET", "/api/v1/activations");
    expect([current, history.length]).toEqual([[], 2]);
    expect(await page.locator("main img").count()).toBe(0);
    // The browser itself notes the file that was refused.
    expect(problems.filter((text) => !text.includes("400"))).toEqual([]);
  });

  it("says in words what a certificate proves, and what one that is missing would need", async () => {
    const n = 3000;
    const confidences = Float64Array.from({ length: n }, (_, i) => 0.5 + (0.499 * i) / n);
    const correct = Uint8Array.from({ length: n }, (_, i) => (i > 1500 || i % 3 > 0 ? 1 : 0));
    const predictions = { task: "confidence", rows: n, confidences, correct, classNames: [], segments: [] } as const;
    const source = { name: hostileNames.markup, rows: n, skipped: [], columns: {}, approximate: false, notes: [] };
    for (const maxError of [0.05, 0.0001]) {
      const objective = { kind: "risk", maxError, sure: 0.95, minCoverage: null } as const;
      const document = makePolicy(predictions, { version: "0.1.0", source, objective });
      const { id } = await own.ask("POST", "/api/v1/policies", { document, model: "risky", version: "1" });
      const { certificate } = document;
      expect(certificate?.certified).toBe(maxError === 0.05);
      const { page, problems } = await openPage(`/calibrators?project=calibrators-test&id=${id}`);
      const card = page.locator(".certificate");
      await card.waitFor();
      const text = (await card.textContent()) ?? "";
      expect(text).toContain(`At most ${maxError * 100} % wrong among what is acted on, 95 % sure.`);
      if (certificate === null) throw new Error("no certificate");
      expect(text).toContain(certificateSentence(certificate));
      for (const assumption of certificate.assumptions) expect(text).toContain(assumption);
      await rowsOf(page, list)
        .filter({ hasText: id })
        .locator(certificate.certified ? ".status.good" : ".status.bad")
        .waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      expect(problems).toEqual([]);
    }
  });

  it("offers who may only read nothing to change", async () => {
    const { secret } = await own.ask("POST", "/api/v1/keys", { name: "reader", roles: ["read"] });
    const { page } = await openPage("/calibrators", { key: secret });
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.getByRole("heading", { level: 2 }).first().waitFor();
    expect(await page.getByRole("button", { name: /Upload|Activate|Deactivate/ }).count()).toBe(0);
  });

  it.each(["light", "dark"] as const)("has nothing that keeps anybody out, %s", async (theme) => {
    const { page, problems, api } = await openPage("/calibrators?project=demo", { theme, width: 360 });
    const [{ id }] = (await api("/api/v1/policies?project=demo")).policies;
    await page.getByRole("link", { name: id }).first().click();
    await page.getByRole("heading", { name: "Certificate" }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    expect(problems).toEqual([]);
  });
});
