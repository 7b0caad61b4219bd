import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { accessibilityProblems, openPage } from "./open-page.ts";
import { ownProject } from "./own-project.ts";

const cli = new URL("../../../app/dist/cli/main.js", import.meta.url).pathname;

/** Asks the server of the demo as its owner. */
async function asOwner(method: string, path: string, body?: unknown) {
  const { url, key } = inject("demoServer");
  const reply = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", "x-candor-project": "demo" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(reply.status).toBeLessThan(300);
  const text = await reply.text();
  return text === "" ? null : JSON.parse(text);
}

const logInOver = async (page: Page, key: string): Promise<void> => {
  await page.getByRole("dialog").getByLabel("Key").fill(key);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
};

describe("a link that somebody shares", () => {
  it("shows the same view after logging in, and again after going on and back", async () => {
    const at = "/calibration?model=card-fraud&version=2&window=90d";
    const { page } = await openPage(at, { key: null });
    await page.getByLabel("Key").fill(inject("demoServer").key);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Reliability" }).waitFor();
    expect(page.url().endsWith(at)).toBe(true);
    await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Segments" }).click();
    await expect.poll(() => page.title()).toBe("Segments · Candor");
    expect(new URL(page.url()).searchParams.get("window")).toBe("90d");
    await page.goBack();
    await page.getByRole("heading", { name: "Reliability" }).waitFor();
    expect(await page.title()).toBe("Calibration now · Candor");
  });

  it("about a project that is not there shows no other one", async () => {
    const { page, problems } = await openPage("/calibration?project=gone");
    await page.getByRole("heading", { name: "There is no such project here" }).waitFor();
    expect(await page.getByRole("link", { name: "Demo (made up)" }).getAttribute("href")).toBe(
      "/calibration?project=demo",
    );
    expect(problems).toEqual([]);
  });

  it("with a time that cannot be says so on every page, and leads out", async () => {
    const { page, problems } = await openPage("/");
    for (const path of ["/", "/calibration", "/over-time", "/decisions", "/segments", "/predictions"]) {
      await page.goto(`${inject("demoServer").url}${path}?model=card-fraud&version=2&window=bogus`);
      const said = page.getByRole("alert").filter({ hasText: "window must be a number of hours, days or weeks" });
      await said.getByRole("link", { name: "Leave that out" }).first().click();
      await expect.poll(() => new URL(page.url()).searchParams.has("window"), { message: path }).toBe(false);
      await expect.poll(() => page.getByRole("alert").count(), { message: path }).toBe(0);
      expect(new URL(page.url()).searchParams.get("model")).toBe("card-fraud");
    }
    expect(problems.filter((text) => !text.includes("400"))).toEqual([]);
  });

  it("about a model that is not there says so on every page", async () => {
    const { page, problems } = await openPage("/");
    for (const path of ["/", "/calibration", "/over-time", "/decisions", "/segments", "/predictions"]) {
      await page.goto(`${inject("demoServer").url}${path}?model=nobody`);
      await page.locator("main .empty h2").waitFor();
    }
    expect(problems.filter((text) => !text.includes("400"))).toEqual([]);
  });
});

describe("a key", () => {
  it("that may only read is offered no change", async () => {
    const { secret } = await asOwner("POST", "/api/v1/keys", { name: "reader", roles: ["read"] });
    const { page, problems } = await openPage("/calibrators", { key: secret });
    await page.getByRole("heading", { name: "Active now" }).waitFor();
    expect(await page.getByRole("button", { name: /Upload|Deactivate|Activate/ }).count()).toBe(0);
    await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Settings" }).click();
    await page.getByRole("heading", { name: /Project/ }).waitFor();
    expect(await page.getByRole("button", { name: /Save|Remove/ }).count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it("that may only send is told so, and another one can log in", async () => {
    const { secret } = await asOwner("POST", "/api/v1/keys", { name: "sender", roles: ["write"] });
    const { page } = await openPage("/", { key: secret });
    await page.getByText("This key may send but not look").waitFor();
    await page.getByLabel("Key").fill(inject("demoServer").key);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Log out" }).waitFor();
  });

  it("that is revoked in the middle of work loses nothing that was typed", async () => {
    const { key, secret } = await asOwner("POST", "/api/v1/keys", { name: "revoked", roles: ["admin"] });
    const { page } = await openPage("/settings?project=demo", { key: secret });
    await page.getByLabel("Name").fill("Typed, and not saved");
    await asOwner("DELETE", `/api/v1/keys/${key.id}`);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("dialog", { name: "The session is over" }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await logInOver(page, inject("demoServer").key);
    expect(await page.getByLabel("Name").inputValue()).toBe("Typed, and not saved");
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(false);
  });
});

describe("two tabs", () => {
  it("stay logged in when one of them logs in again, and changes work in both", async () => {
    const own = await ownProject("two-tabs", { name: "Two tabs" });
    const { page } = await openPage("/settings?project=two-tabs");
    await page.getByLabel("Name").waitFor();
    const other = await page.context().newPage();
    await other.goto(`${inject("demoServer").url}/drop`);
    await other.getByRole("button", { name: "Log out" }).click();
    await other.goto(`${inject("demoServer").url}/settings`);
    await other.getByLabel("Key").fill(inject("demoServer").key);
    await other.keyboard.press("Enter");
    await other.getByRole("button", { name: "Log out" }).waitFor();
    await page.getByLabel("Name").fill("Three tabs");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Project Three tabs two-tabs" }).waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    await own.remove();
  });
});

describe("a server of its own", () => {
  const data = mkdtempSync(join(tmpdir(), "candor-journeys-"));
  let server: ChildProcess | undefined;
  let url = "";
  let owner = "";

  async function start(port: string): Promise<void> {
    const started = spawn(
      process.execPath,
      [cli, "serve", "--data", data, "--port", port, "--json", "--log", "error"],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    server = started;
    const [line] = await once(createInterface({ input: started.stdout }), "line", {
      signal: AbortSignal.timeout(60_000),
    });
    const said = JSON.parse(line);
    url = said.url;
    owner = said.ownerKey ?? owner;
  }

  async function stop(): Promise<void> {
    if (server === undefined) return;
    const ended = once(server, "exit");
    server.kill("SIGTERM");
    await ended;
    server = undefined;
  }

  beforeAll(() => start("0"));
  afterAll(async () => {
    await stop();
    rmSync(data, { recursive: true, force: true });
  });

  it("shows the first prediction by itself; when it stops, the page says so and goes on once it is back", async () => {
    const { page } = await openPage("/", { url, key: owner });
    await page.getByRole("heading", { name: /No predictions in Default yet/ }).waitFor();
    const sent = await fetch(`${url}/api/v1/predictions`, {
      method: "POST",
      headers: { authorization: `Bearer ${owner}`, "content-type": "application/json" },
      body: JSON.stringify({ id: "p-1", model: "my-model", version: "1", confidence: 0.87 }),
    });
    expect(sent.status).toBe(200);
    await page.getByRole("link", { name: "my-model", exact: true }).waitFor();
    await page.goto(`${url}/data-health`);
    await page.getByRole("heading", { name: "Taking data in" }).waitFor();

    await stop();
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByRole("alert").filter({ hasText: "the server does not answer" }).waitFor();
    // What was there stays.
    expect(await page.getByRole("heading", { name: "Taking data in" }).count()).toBe(1);
    await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Over time" }).click();
    await page.getByRole("button", { name: "Load it again" }).waitFor();
    await page.goBack();

    await start(new URL(url).port);
    await page.getByRole("button", { name: "Try again" }).first().click();
    await logInOver(page, owner);
    await page.getByRole("heading", { name: "Taking data in" }).waitFor();
    await expect.poll(() => page.getByRole("alert").count()).toBe(0);
  });
});
