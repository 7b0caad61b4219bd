import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accessibilityProblems, openPage } from "./open-page.ts";

const cli = resolve(import.meta.dirname, "../../../app/dist/cli/main.js");
const shared = resolve(import.meta.dirname, "../../../../../shared/data");
const hasData = existsSync(shared) || process.env["CI"] === "true";
const folder = mkdtempSync(join(tmpdir(), "candor-drop-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inFolder = (name: string): string => join(folder, name);
const run = promisify(execFile);

/** What the command line says of a file: its JSON, or its complaint. */
async function told(args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const options = { cwd: folder, maxBuffer: 1 << 28, encoding: "utf8" } as const;
  return run(process.execPath, [cli, "report", ...args], options).catch((error) => error);
}

async function duck(sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

/** Rows of a score that is too sure in one region, with everything a report can have. */
const rows = (count: number): string => `SELECT
    round(p, 6) AS p, (hash(i * 7 + 1) % 1000000) / 1e6 < CASE WHEN i % 3 = 0 THEN 0.2 + 0.6 * p ELSE p END AS y,
    ['north', 'süd', 'west, far'][1 + i % 3] AS region, DATE '2024-01-01' + INTERVAL (i % 400) DAY AS day, 1 + i % 2 AS w
  FROM (SELECT i, (hash(i) % 1000003) / 1000003 AS p FROM range(${count}) t(i))`;

beforeAll(async () => {
  await duck(`COPY (${rows(20_000)}) TO '${inFolder("scores.csv")}' (HEADER)`);
  await duck(`COPY (${rows(20_000)}) TO '${inFolder("packed.csv.gz")}' (HEADER, COMPRESSION gzip)`);
  await duck(`COPY (${rows(20_000)}) TO '${inFolder("zstd.parquet")}' (FORMAT parquet, COMPRESSION zstd)`);
  await duck(`COPY (SELECT 10 + i % 50 AS y, 10 + i % 50 + 3 * sin(i) AS prediction, 2.0 AS sigma FROM range(2000) t(i))
    TO '${inFolder("forecasts.csv")}' (HEADER)`);
  await duck(`COPY (${rows(1_000_000)}) TO '${inFolder("million.csv")}' (HEADER)`);
});

/** Puts a file into the page as its button does. */
async function choose(page: Page, path: string): Promise<void> {
  await page.locator("input[type=file]").setInputFiles(path);
}

async function saved(page: Page, button: string): Promise<string> {
  await page.getByRole("button", { name: button }).waitFor({ timeout: 60_000 });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  return readFileSync(await download.path(), "utf8");
}

const rounded = (number: string): string => Number(number).toFixed(6);

/** Where two documents differ by more than 1e-12 of the number, or at all in anything else. */
function differences(here: unknown, there: unknown, at = ""): string[] {
  if (typeof here === "number" && typeof there === "number")
    return Math.abs(here - there) <= 1e-12 * Math.max(1, Math.abs(there)) ? [] : [`${at}: ${here} is not ${there}`];
  if (typeof here !== "object" || here === null || typeof there !== "object" || there === null)
    return here === there ? [] : [`${at}: ${JSON.stringify(here)} is not ${JSON.stringify(there)}`];
  const names = [...Object.keys(here), ...Object.keys(there).filter((name) => !(name in here))];
  if (Object.keys(here).join() !== Object.keys(there).join()) return [`${at}: other names`];
  return names.flatMap((name) => differences(Reflect.get(here, name), Reflect.get(there, name), `${at}.${name}`));
}

/** What went wrong, without the browser's note that nobody is logged in. */
const unexpected = (problems: readonly string[]): string[] => problems.filter((text) => !text.includes("401"));

const query = "?score=p&label=y&by=region&time=day&weight=w";
const flags = ["--score", "p", "--label", "y", "--by", "region", "--time", "day", "--weight", "w"];

describe("a file dropped on the page", () => {
  it.each([
    ["packed.csv.gz", "", []],
    ["scores.csv", `${query}&level=90%25`, [...flags, "--level", "0.9"]],
    ["zstd.parquet", query, flags],
    ["forecasts.csv", "", []],
  ] as const)("%s%s gives the JSON of the command line, to 1e-12", async (name, search, args) => {
    const { page, problems } = await openPage(`/drop${search}`, { key: null });
    await choose(page, inFolder(name));
    const here = JSON.parse(await saved(page, "Save as JSON"));
    const there = JSON.parse((await told([name, ...args, "--json"])).stdout);
    expect(differences(here, there)).toEqual([]);
    expect(unexpected(problems)).toEqual([]);
  });

  it.skipIf(!hasData)("of real predictions, too", async () => {
    const path = join(shared, "tidymodels_small/two_class_example.csv");
    const { page } = await openPage("/drop?score=Class1&label=truth&positive=Class1", { key: null });
    await choose(page, path);
    const there = await told([path, "--score", "Class1", "--label", "truth", "--positive", "Class1", "--json"]);
    expect(differences(JSON.parse(await saved(page, "Save as JSON")), JSON.parse(there.stdout))).toEqual([]);
  });

  it("shows the report of the HTML file, saves that file, and sends nothing anywhere", async () => {
    const { page, problems } = await openPage(`/drop${query}`, { key: null });
    await page.getByText("anywhere on this page").waitFor();
    await page.waitForLoadState("networkidle");
    const requests: string[] = [];
    page.on("request", (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
    const text = readFileSync(inFolder("scores.csv"), "utf8");
    await page.evaluate((content) => {
      const data = new DataTransfer();
      data.items.add(new File([content], "scores.csv"));
      for (const type of ["dragover", "drop"])
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    }, text);
    await page.getByRole("heading", { name: "Do the scores mean what they say?" }).waitFor();
    expect(await page.locator(".report svg").count()).toBeGreaterThan(4);
    await page.getByRole("link", { name: "Segments", exact: true }).last().click();
    expect(await page.getByRole("heading", { name: "Which segments can be trusted less?" }).isVisible()).toBe(true);
    const html = await saved(page, "Save as HTML");
    await told(["scores.csv", ...flags, "--html", "report.html"]);
    const there = readFileSync(inFolder("report.html"), "utf8");
    // Plot moves pictures by half a pixel where the screen has no finer ones.
    const still = (whole: string) => whole.replace(/ transform="[^"]*"/g, "").replace(/-?\d+\.\d{6,}/g, rounded);
    expect(still(html) === still(there)).toBe(true);
    expect(requests).toEqual([]);
    expect(unexpected(problems)).toEqual([]);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it("is not needed to see one: made-up scores are at hand", async () => {
    const { page, problems } = await openPage("/drop", { key: null, width: 360 });
    await page.getByRole("button", { name: "Try it with made-up scores" }).click();
    await page.getByRole("heading", { name: "Which segments can be trusted less?" }).waitFor();
    expect(new URL(page.url()).search).toBe("?by=region&time=day");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect(unexpected(problems)).toEqual([]);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it("is read on whichever page it is dropped", async () => {
    const { page, problems } = await openPage("/settings");
    await page.getByRole("button", { name: "Log out" }).waitFor();
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(["score,label\n0.2,0\n0.7,1\n0.4,1\n0.6,0\n"], "small.csv"));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    });
    await page.getByText("small.csv: 4 rows in").waitFor();
    expect(new URL(page.url()).pathname).toBe("/drop");
    expect(problems).toEqual([]);
  });

  it("that is wrong gives the complaint of the command line and a form to say what is what", async () => {
    writeFileSync(inFolder("wrong.csv"), "p,truth,other\n0.5,1,0\n1.7,0,1\n");
    const { page, problems } = await openPage("/drop", { key: null });
    for (const [file, args] of [
      ["wrong.csv", []],
      ["wrong.csv", ["--label", "other"]],
    ] as const) {
      if (args.length === 0) await choose(page, inFolder(file));
      else {
        await page.getByLabel("Label (--label)").selectOption("other");
        await page.getByRole("button", { name: "Make the report" }).click();
      }
      const { stderr } = await told([file, ...args]);
      const complaint =
        stderr
          .replace(/^\S+: /, "")
          .trim()
          .split("\n")[0] ?? "";
      expect(complaint).toContain("wrong.csv");
      await expect
        .poll(() => page.getByRole("alert").textContent())
        .toContain(complaint.slice(complaint.indexOf("wrong.csv")));
    }
    expect(new URL(page.url()).search).toBe("?label=other");
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByLabel("Leave bad rows out and count them").check();
    await page.getByLabel("Label (--label)").selectOption("truth");
    await page.getByRole("button", { name: "Make the report" }).click();
    await expect.poll(() => page.getByRole("alert").textContent()).toContain("expected both classes");
    expect(unexpected(problems)).toEqual([]);
  });

  it("of a million rows leaves the page alive, says how far it is, and can be cancelled", async () => {
    const { page, problems } = await openPage("/drop?score=p&label=y&by=region", { key: null });
    await choose(page, inFolder("million.csv"));
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect.poll(() => page.getByRole("progressbar").count()).toBe(0);
    await page.evaluate(() => {
      const watch = { longest: 0, words: new Set<string>() };
      Object.assign(window, { watch });
      let last = performance.now();
      const frame = (now: number) => {
        watch.longest = Math.max(watch.longest, now - last);
        last = now;
        watch.words.add(document.querySelector(".progress [role=status]")?.textContent ?? "");
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    });
    await choose(page, inFolder("million.csv"));
    await page.getByText("1,000,000 rows in").waitFor({ timeout: 60_000 });
    const seen = await page.evaluate(() => {
      const { watch } = window as unknown as { watch: { longest: number; words: Set<string> } };
      return { longest: watch.longest, words: [...watch.words] };
    });
    expect(seen.words.some((words) => /Reading: [\d,]+ rows, \d+ % of the file/.test(words))).toBe(true);
    // Generous: the page itself needs a tenth of that, the work many times as much.
    expect(seen.longest).toBeLessThan(500);
    expect(unexpected(problems)).toEqual([]);
  });
});
