import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, inject, it } from "vitest";
import { pagePaths } from "../../app/src/http/dashboard/page-paths.ts";
import { views } from "../src/views.ts";

const built = new URL("../../app/dashboard/", import.meta.url);

/** Compressed sizes by name of a file of the build. */
function sizes(): Map<string, number> {
  const names = readdirSync(new URL("assets/", built)).filter((name) => /\.(js|css)$/.test(name));
  return new Map(names.map((name) => [name, gzipSync(readFileSync(new URL(`assets/${name}`, built))).length]));
}

/** Files that a module asks for before it can run, itself among them. */
function needed(name: string, found: Set<string> = new Set()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  const text = readFileSync(new URL(`assets/${name}`, built), "utf8");
  for (const [, other] of text.matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g)) if (other) needed(other, found);
  return found;
}

describe("the pages", () => {
  it("are those that the server answers to", () => {
    const paths = views.map(({ path }) => path.replaceAll(/:(\w+)/g, "{$1}"));
    expect([...pagePaths].sort()).toEqual(paths.sort());
  });

  it("come compressed, kept for ever where their name says what is in them, and with a policy against other scripts", async () => {
    const { url } = inject("demoServer");
    const page = await fetch(url, { headers: { "accept-encoding": "br" } });
    expect(page.headers.get("content-encoding")).toBe("br");
    expect(page.headers.get("cache-control")).toBe("no-cache");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
    const html = await page.text();
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
    const [, asset = ""] = /src="(\/assets\/[^"]+)"/.exec(html) ?? [];
    const script = await fetch(`${url}${asset}`, { headers: { "accept-encoding": "gzip" } });
    expect(script.headers.get("content-encoding")).toBe("gzip");
    expect(script.headers.get("cache-control")).toContain("immutable");
    const plain = await fetch(`${url}${asset}`, { headers: { "accept-encoding": "identity, br;q=0" } });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(await plain.text()).toBe(await script.text());
    expect((await fetch(`${url}/assets/none.js`)).status).toBe(404);
    expect((await fetch(`${url}/assets/..%2findex.html`)).status).toBe(404);
  });

  it("weigh at most 180 KB compressed each, all that they need to be shown taken together", () => {
    const bytes = sizes();
    const total = (names: Iterable<string>) => [...names].reduce((sum, name) => sum + (bytes.get(name) ?? 0), 0);
    const html = readFileSync(new URL("index.html", built), "utf8");
    const [, entry = ""] = /src="\/assets\/([^"]+\.js)"/.exec(html) ?? [];
    const [, sheet = ""] = /href="\/assets\/([^"]+\.css)"/.exec(html) ?? [];
    const start = needed(entry);
    const pages = readFileSync(new URL(`assets/${entry}`, built), "utf8").matchAll(/import\([`"']\.\/([\w.-]+\.js)/g);
    const weights = [...pages].map(([, page = ""]) => {
      const all = new Set([...start, ...needed(page), sheet]);
      return { page, weight: total(all) };
    });
    expect(weights.length).toBeGreaterThan(8);
    expect(weights.filter(({ weight }) => weight > 180_000)).toEqual([]);
  });
});
