import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { candor } from "../cli/run.ts";
import { chat, invoice, jsonl, message, token, unsure } from "./responses.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "candor-llm-page-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function page(name: string, ...values: readonly unknown[]): Promise<string> {
  const [source, html] = [join(folder, `${name}.jsonl`), join(folder, `${name}.html`)];
  writeFileSync(source, jsonl(...values));
  const { code, stderr } = await candor(["llm", source, "--html", html]);
  expect([code, stderr]).toEqual([0, ""]);
  return readFileSync(html, "utf8");
}

describe("candor llm --html", () => {
  it("marks uncertain tokens; each mark can be reached and is described by its alternatives", async () => {
    const { document } = parseHTML(await page("a", chat("c1", unsure), chat("c2", invoice)));
    const marks = [...document.querySelectorAll("#answers article mark")];
    expect(marks.map((mark) => mark.textContent)).toEqual(["Sydney", "Zoë", "5"]);
    expect(marks.map((mark) => mark.getAttribute("class"))).toEqual(["h3", "h1", "h3"]);
    for (const mark of marks) {
      expect(mark.getAttribute("tabindex")).toBe("0");
      const box = document.getElementById(mark.getAttribute("aria-describedby") ?? "");
      expect(box?.getAttribute("role")).toBe("tooltip");
    }
    const [box] = [...document.querySelectorAll(".alternatives")];
    expect(box?.textContent).toBe("␣Sydney0.410␣Canberra0.380␣Melbourne0.090");
    const said = [...document.querySelectorAll("article .said")][0]?.cloneNode(true);
    expect(said?.textContent).toContain("The capital is Sydney");
    expect([...document.querySelectorAll("article tbody th")].map((cell) => cell.textContent)).toEqual([
      "$.total",
      "$.name",
    ]);
  });

  it("begins with what matters: the verdict where there are labels, advice that is no heading, one answer alone", async () => {
    const h1 = (html: string) => parseHTML(html).document.querySelector("h1")?.textContent;
    const silent = parseHTML(await page("silent", message("m", "Hi"))).document;
    expect(silent.querySelector("h1")?.textContent).toBe("1 answer: it has no confidence.");
    expect(silent.querySelector(".help")?.textContent).toMatch(/^Ask the server for log-probabilities/);
    expect([silent.querySelector(".legend"), silent.querySelector("#score")]).toEqual([null, null]);
    const [source, html] = [join(folder, "labelled.jsonl"), join(folder, "labelled.html")];
    writeFileSync(
      source,
      jsonl({ response: chat("c1", unsure), correct: 0 }, { response: chat("c2", unsure), correct: 1 }),
    );
    expect((await candor(["llm", source, "--html", html, "--correct", "correct"])).code).toBe(0);
    expect(h1(readFileSync(html, "utf8"))).toMatch(/^Too few labels to tell/);
    expect(h1(await page("two", chat("c1", unsure), chat("c2", invoice)))).toBe(
      "2 answers: both rest on token log-probabilities; 2 have a token less likely than not.",
    );
  });

  it("is one file without script or address, and what a model wrote is text", async () => {
    const evil = '</p><script>alert(1)</script><img src="https://x.example/a.png" onerror=1>\u202e"\u0000';
    const html = await page("evil", { id: evil, response: chat("c", [token(evil, 0.2, { [evil]: 0.1 })]) });
    const { document } = parseHTML(html);
    expect(document.querySelectorAll("script, img, link, iframe, object").length).toBe(0);
    expect(
      [...document.querySelectorAll("*")]
        .flatMap((element) => [...element.attributes])
        .filter(({ name }) => /^on/.test(name)),
    ).toEqual([]);
    expect(html).toContain("\\u{202e}");
    expect(html).not.toContain("\u202e");
    expect(html).toContain("default-src 'none'");
  });

  it("stays small where there is much to show, and says what is left out", async () => {
    const doubtful = Array.from({ length: 250 }, (_, i) => token(` w${i}`, 0.5, { " x": 0.3 }));
    const html = await page("large", ...Array.from({ length: 40 }, (_, i) => chat(`c${i}`, doubtful)));
    expect(html.length).toBeLessThan(6e6);
    expect(html).toContain("Alternatives are shown for the first 6,000 marked tokens");
  });
});
