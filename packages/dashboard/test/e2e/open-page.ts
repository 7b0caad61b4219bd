import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright";
import { afterAll, inject } from "vitest";

let browser: Promise<Browser> | undefined;

afterAll(async () => {
  await (await browser)?.close();
  browser = undefined;
});

/** How a page is opened. */
export interface OpenOptions {
  /** Of the window in pixels. Default 1280. */
  readonly width?: number;
  readonly theme?: "light" | "dark";
  /** Default: the owner key of the demo's server; null: nobody is logged in. */
  readonly key?: string | null;
  /** Default: the server of the demo. */
  readonly url?: string;
}

/** A page in a browser of its own, with what must not happen on it. */
export interface OpenedPage {
  readonly page: Page;
  /** Errors of the console and of scripts, and requests to anybody else. */
  readonly problems: string[];
  /** Asks the API of the server the same thing that the page did. */
  // biome-ignore lint/suspicious/noExplicitAny: replies are compared as they come
  api(path: string): Promise<any>;
}

/** Opens a path of the dashboard, logged in. */
export async function openPage(path: string, options: OpenOptions = {}): Promise<OpenedPage> {
  const demo = inject("demoServer");
  const { width = 1280, theme = "light", key = demo.key, url = demo.url } = options;
  browser ??= chromium.launch({
    executablePath: process.env["CANDOR_CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  const context = await (await browser).newContext({
    viewport: { width, height: 900 },
    colorScheme: theme,
    locale: "en-GB",
    timezoneId: "Europe/Helsinki",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("request", (request) => {
    const at = request.url();
    if (!at.startsWith(url) && !/^(data|blob):/.test(at)) problems.push(`a request to ${at}`);
  });
  await page.goto(`${url}${path}${key === null ? "" : `#login=${key}`}`);
  return {
    page,
    problems,
    api: async (asked) => {
      const reply = await fetch(`${url}${asked}`, { headers: { authorization: `Bearer ${demo.key}` } });
      if (!reply.ok) throw new Error(`${asked}: ${reply.status} ${await reply.text()}`);
      return reply.json();
    },
  };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds that is serious or worse, in a line each (WCAG 2.2 A and AA). */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe: checker } = window as unknown as {
      axe: {
        run(options: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
      };
    };
    const { violations } = await checker.run({
      runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
    });
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
}
