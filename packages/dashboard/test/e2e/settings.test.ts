import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { hostileNames } from "./hostile-names.ts";
import { accessibilityProblems, openPage } from "./open-page.ts";
import { type OwnProject, ownProject } from "./own-project.ts";

let own: OwnProject;
beforeAll(async () => {
  own = await ownProject("settings-test", { name: hostileNames.markup });
});
afterAll(() => own.remove());

const at = "/settings?project=settings-test";

describe("/settings, keys", () => {
  it("makes a key that works, shows it once, and revokes it", async () => {
    const { page, problems } = await openPage(`${at}&part=keys`);
    await page.getByRole("button", { name: "Make a key…" }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get("make")).toBe("key");
    await page.getByRole("checkbox", { name: /^write/ }).uncheck();
    await page.getByRole("button", { name: "Make it" }).click();
    await page.getByText("name must be").or(page.getByText("choose at least one")).first().waitFor();
    await page.getByRole("checkbox", { name: /^read/ }).check();
    await page.getByLabel("Name", { exact: true }).fill(hostileNames.turned.slice(0, 4) + hostileNames.markup);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.getByText("This is the only time that it is shown.").waitFor();
    const secret = (await page.locator("dialog pre").first().textContent()) ?? "";
    const { url } = inject("demoServer");
    const use = async (): Promise<number> =>
      (await fetch(`${url}/api/v1/models`, { headers: { authorization: `Bearer ${secret}` } })).status;
    expect(await use()).toBe(200);
    const { keys } = await own.ask("GET", "/api/v1/keys?project=settings-test");
    expect(keys).toMatchObject([{ project: "settings-test", roles: ["read"], revokedAt: null, expiresAt: null }]);

    await page.getByRole("button", { name: "I have kept it" }).click();
    await expect.poll(() => page.content()).not.toContain(secret);
    const row = page.getByRole("row").filter({ hasText: keys[0].lastFour });
    await row.getByRole("button", { name: /Revoke/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText(`Key ${keys[0].id} is revoked.`).waitFor();
    await row.getByText("Revoked").waitFor();
    expect(await use()).toBe(401);
    expect(await page.locator("main img").count()).toBe(0);
    // The browser itself notes the refusal.
    expect(problems.filter((text) => !text.includes("400"))).toEqual([]);
  });
});

describe("/settings, project", () => {
  it("changes what was changed, and loses nothing when the server says no", async () => {
    const { page, problems } = await openPage(at);
    await page.getByLabel("Name", { exact: true }).fill("Renamed");
    await page.getByLabel("Outcomes are in after (hours)").fill("72.5");
    await page.getByLabel("Predictions and outcomes (days)").fill("0");
    await page.getByText("are removed within the hour").waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Save" }).click();
    const days = page.getByLabel("Predictions and outcomes (days)");
    await expect.poll(() => days.getAttribute("aria-invalid")).toBe("true");
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Renamed");
    await days.fill("90");
    await page.getByText("Predictions older than 90 days are removed").waitFor();
    await page.getByLabel("Act stays act, marked as uncertified").check();
    await days.press("Enter");
    await page.getByText("Saved.").waitFor();
    const { projects } = await own.ask("GET", "/api/v1/projects");
    const mine = projects.find(({ id }: { id: string }) => id === "settings-test");
    expect(mine).toMatchObject({
      name: "Renamed",
      settings: { maturityHours: 72.5, retentionDays: 90, contentDays: null, whenUncertified: "as-is" },
    });
    await page.getByRole("heading", { name: "Project Renamed" }).waitFor();
    expect(problems.filter((text) => !text.includes("400"))).toEqual([]);
  });

  it("makes a project, and removes it when its id is typed", async () => {
    const { page, problems } = await openPage("/settings?project=demo&part=projects");
    await page.getByText("Made up (demo)").first().waitFor();
    await page.getByLabel("Id", { exact: true }).fill("settings-test");
    await page.getByRole("button", { name: "Make it" }).click();
    const id = page.getByLabel("Id", { exact: true });
    await expect.poll(() => id.getAttribute("aria-invalid")).toBe("true");
    await id.fill("made-by-hand");
    await page.getByLabel("Name", { exact: true }).fill(hostileNames.markup);
    await id.press("Enter");
    await page.getByRole("heading", { name: /^Project <img src/ }).waitFor();
    const known = async (): Promise<string[]> =>
      (await own.ask("GET", "/api/v1/projects")).projects.map((one: { id: string }) => one.id);
    expect(await known()).toContain("made-by-hand");
    await page.getByRole("button", { name: "Remove…" }).click();
    const sure = page.getByRole("button", { name: "Remove for ever" });
    await page.getByLabel("Type made-by-hand to go on").fill("made-by");
    expect(await sure.isDisabled()).toBe(true);
    await page.getByLabel("Type made-by-hand to go on").fill("made-by-hand");
    expect(await accessibilityProblems(page)).toEqual([]);
    await sure.click();
    await page.getByRole("heading", { name: "Projects" }).waitFor();
    expect(await known()).not.toContain("made-by-hand");
    expect(problems.filter((text) => !text.includes("409"))).toEqual([]);
  });

  it("removes made-up data with one click", async () => {
    await ownProject("second-demo", { demo: true, name: "Another demo" });
    const { page, problems } = await openPage("/settings?project=second-demo");
    await page.getByRole("heading", { name: /Made-up data/ }).waitFor();
    await page.getByRole("button", { name: "Remove the demo" }).click();
    await page.getByRole("heading", { name: "Projects" }).waitFor();
    const { projects } = await own.ask("GET", "/api/v1/projects");
    expect(projects.some(({ id }: { id: string }) => id === "second-demo")).toBe(false);
    expect(problems).toEqual([]);
  });
});

describe("/settings, audit log", () => {
  it("shows what the API lists, page by page, and the same again by its link", async () => {
    for (let i = 0; i < 51; i++)
      await own.ask("PATCH", "/api/v1/projects/settings-test", { settings: { maturityHours: i } });
    const { page, problems, api } = await openPage(`${at}&part=audit`);
    const rows = page.getByRole("table", { name: "Audit log, newest first" }).locator("tbody tr");
    await rows.first().waitFor();
    const { entries } = await api("/api/v1/audit?project=settings-test&limit=50");
    expect(await rows.locator("td:nth-child(3)").allTextContents()).toEqual(
      entries.map(({ action }: { action: string }) => action),
    );
    await page.getByRole("link", { name: "Older" }).click();
    await page.getByRole("link", { name: "Newest" }).waitFor();
    await expect.poll(() => rows.count()).not.toBe(50);
    const older = await rows.allTextContents();
    const { page: again } = await openPage(new URL(page.url()).pathname + new URL(page.url()).search);
    await again.getByRole("link", { name: "Newest" }).waitFor();
    const shown = again.getByRole("table", { name: "Audit log, newest first" }).locator("tbody tr");
    await shown.first().waitFor();
    expect(await shown.allTextContents()).toEqual(older);
    expect(problems).toEqual([]);
  });
});

describe("/settings", () => {
  it.each([
    ["light", ["You and this browser", "Keys", "All projects", "Audit log", "This project"]],
    ["dark", ["Keys", "This project"]],
  ] as const)("has nothing that keeps anybody out, %s", async (theme, parts) => {
    const { page, problems } = await openPage(`${at}&part=you`, { theme, width: 360 });
    for (const part of parts) {
      await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: part }).click();
      await page.getByRole("region", { name: part }).getByRole("heading").first().waitFor();
      await expect.poll(() => page.getByText("Loading").count()).toBe(0);
      expect([part, await accessibilityProblems(page)]).toEqual([part, []]);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect([part, wider]).toEqual([part, 0]);
    }
    expect(problems).toEqual([]);
  });

  it("offers who may only read nothing to change", async () => {
    const { secret } = await own.ask("POST", "/api/v1/keys", { name: "reader", roles: ["read"] });
    const { page } = await openPage("/settings", { key: secret });
    await page.getByText("Outcome that counts").waitFor();
    expect(await page.locator("main button").count()).toBe(0);
    await page.getByRole("link", { name: "Keys", exact: true }).click();
    await page.getByText("Only a key with the role admin sees these").waitFor();
  });
});
