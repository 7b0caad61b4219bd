import { describe, expect, inject, it } from "vitest";
import { accessibilityProblems, openPage } from "./open-page.ts";

describe("the page that nobody is logged in to", () => {
  it("asks for a key, says what is wrong with one, and lets a good one in", async () => {
    const { page, problems } = await openPage("/settings", { key: null });
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByLabel("Key").fill("ck_wrong");
    await page.getByRole("button", { name: "Log in" }).click();
    await expect.poll(() => page.getByRole("alert").textContent()).toContain("this key is not known here");
    await page.getByLabel("Key").fill(inject("demoServer").key);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Log out" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/settings");
    // The browser itself notes the two refusals.
    expect(problems.every((text) => text.includes("401"))).toBe(true);
  });
});

describe("a link that logs in", () => {
  it("leaves no key in the address", async () => {
    const { page } = await openPage("/settings");
    await page.getByRole("button", { name: "Log out" }).waitFor();
    expect(page.url()).not.toContain("login");
  });
});
