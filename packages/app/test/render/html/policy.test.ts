import type { PolicyDocument } from "@candor/core";
import { formatPercent } from "@candor/pages";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { renderPolicyHtml } from "../../../src/render/html/policy/render-policy-html.ts";
import { policyWith, type SamplePolicy, samplePolicy } from "../../sample-policy.ts";
import { hostileNames } from "./hostile.ts";
import { chromiumPages, noChromium } from "./open-in-chromium.ts";
import { expectBothSchemes, expectPictures, expectToFitPhone } from "./page-checks.ts";

const kinds: readonly SamplePolicy[] = [
  "risk",
  "not-certified",
  "costs",
  "cost-matrix",
  "capacity",
  "precision",
  "unreachable",
  "costs-alone",
  "per-segment",
];

function parse(html: string): Document {
  return parseHTML(html).document;
}

function texts(elements: Iterable<Element>): string[] {
  return [...elements].map((element) => element.textContent ?? "");
}

describe.each(kinds)("renderPolicyHtml(document) of %s", (kind) => {
  const document = samplePolicy(kind);
  const html = renderPolicyHtml(document);
  const page = parse(html);

  it("renderPolicyHtml(document) starts with the verdict, its symbol and its word", () => {
    expect(texts(page.querySelectorAll("h1"))).toEqual([document.verdict.sentence]);
    const words = {
      ready: "✓Ready",
      certified: "✓Certified",
      "not-certified": "✗Not certified",
      unreachable: "✗Out of reach",
    };
    expect(page.querySelector(".status")?.textContent).toBe(words[document.verdict.status]);
  });

  it("renderPolicyHtml(document) prints no NaN, no undefined, no dash where a number belongs", () => {
    expect(html).not.toMatch(/NaN|Infinity|undefined|\[object|>null</);
    expect(texts(page.querySelectorAll("td, th, dd")).filter((text) => text.trim() === "–")).toEqual([]);
  });

  it("renderPolicyHtml(document) reaches for nothing and runs nothing", () => {
    expect(html).not.toMatch(
      /https?:|\/\/\w|@import|url\(|\ssrc=|<(script|link|iframe|object|img|form|base)\b|\son\w+=/,
    );
    expect(html).toContain("default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  });

  it("renderPolicyHtml(document) labels figures, pictures and tables, and every link has its target", () => {
    for (const figure of page.querySelectorAll("figure")) {
      const finding = figure.querySelector(".finding")?.textContent ?? "";
      expect(finding.length).toBeGreaterThan(10);
      expect(figure.querySelector("svg")?.getAttribute("aria-label")).toContain(finding);
      expect(figure.querySelectorAll("details table tbody tr").length).toBeGreaterThan(0);
    }
    for (const table of page.querySelectorAll("table")) {
      const by = table.getAttribute("aria-labelledby");
      expect(by === null ? table.getAttribute("aria-label") : page.getElementById(by)?.textContent).toMatch(/\w{3}/);
    }
    const ids = [...page.querySelectorAll("[id]")].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of page.querySelectorAll("a")) expect(ids).toContain(link.getAttribute("href")?.slice(1));
  });

  it("renderPolicyHtml(document) is small, and the same for a document that went through JSON", () => {
    const again: PolicyDocument = JSON.parse(JSON.stringify(document));
    expect(renderPolicyHtml(again)).toBe(html);
    expect(html.length).toBeLessThan(3e5);
  });
});

describe("renderPolicyHtml(document) shows what a policy has", () => {
  const headings = (kind: SamplePolicy) => texts(parse(renderPolicyHtml(samplePolicy(kind))).querySelectorAll("nav a"));

  it("renderPolicyHtml(document) leaves out the sections that the document does not have", () => {
    expect(headings("risk")).toEqual([
      "Rule",
      "What to expect",
      "Certificate",
      "Warnings",
      "The choice",
      "Segments",
      "Fingerprints",
      "Source",
    ]);
    expect(headings("capacity")).toEqual([
      "Rule",
      "What to expect",
      "The choice",
      "Capacity",
      "Fingerprints",
      "Source",
    ]);
    expect(headings("costs-alone")).toEqual(["Rule", "Fingerprints"]);
    expect(headings("cost-matrix")).toEqual(["Rule", "What to expect", "Fingerprints", "Source"]);
  });

  it("renderPolicyHtml(document) marks the choice on the curves of risk and cost, and shows how rows are divided", () => {
    const page = parse(renderPolicyHtml(samplePolicy("costs")));
    expect(texts(page.querySelectorAll("#choice h3"))).toEqual([
      "What acting on fewer rows buys",
      "What it costs",
      "How many rows are reviewed",
    ]);
    const drawn = texts(page.querySelectorAll("#choice svg")).join(" ");
    expect(drawn).toContain("this policy 1.29");
    expect(drawn).toContain("review all");
    expect(drawn).toMatch(/act 43\.3 %.*review 56\.\d %/);
  });

  it("renderPolicyHtml(document) shows the certificate with all it takes to derive it again", () => {
    const { certificate } = samplePolicy("risk");
    const shown = parse(renderPolicyHtml(samplePolicy("risk"))).querySelector("#certificate")?.textContent ?? "";
    if (certificate === null) throw new Error("no certificate");
    for (const text of [certificate.method, certificate.dataHash, formatPercent(certificate.upperBound, 3)])
      expect(shown).toContain(text);
    for (const text of certificate.assumptions) expect(shown).toContain(text);
  });

  it("renderPolicyHtml(document) says what is missing where nothing is certified", () => {
    const page = parse(renderPolicyHtml(samplePolicy("not-certified")));
    expect(page.querySelector("#certificate h2")?.textContent).toBe("Why there is no certificate");
    expect(page.querySelector("#certificate")?.textContent).toContain("Missing: about 3,400 more labels.");
    expect(page.querySelector("#choice .finding")?.textContent).toBe("The policy acts on no row.");
  });

  it("renderPolicyHtml(document) shows what another capacity would bring, in errors and in cost", () => {
    const page = parse(renderPolicyHtml(samplePolicy("capacity")));
    expect(texts(page.querySelectorAll("#capacity .finding"))).toEqual([
      "With 120 reviews a day, 20.4 % are wrong; with 0, 30.9 % are wrong; with 800, nothing is acted on.",
      "With 120 reviews a day, a row costs 3.75 on average.",
    ]);
  });

  it("renderPolicyHtml(document) shows the matrix of a least-cost rule, and precision by recall of positives", () => {
    const matrix = parse(renderPolicyHtml(samplePolicy("cost-matrix")));
    expect(texts(matrix.querySelectorAll("#rule tbody tr"))).toEqual(["keep042", "refund1003", "escalate60400"]);
    const positives = parse(renderPolicyHtml(samplePolicy("precision")));
    expect(texts(positives.querySelectorAll("#choice h3"))).toContain("Precision and recall");
  });

  it("renderPolicyHtml(document) lists 200 segments, and says how many more there are", () => {
    const document = samplePolicy("risk");
    const [segment] = document.perSegment;
    if (segment === undefined) throw new Error("no segments");
    const perSegment = Array.from({ length: 5000 }, (_, i) => ({
      ...segment,
      name: `segment ${i} ${"x".repeat(300)}`,
    }));
    const html = renderPolicyHtml({ ...document, perSegment });
    expect(html).toContain("4,800 more in the JSON document.");
    expect(html.length).toBeLessThan(1e6);
  });
});

describe("renderPolicyHtml(document) treats names as text", () => {
  const plain = parse(renderPolicyHtml(policyWith("plain")));
  const allowed = new Set(Array.from(plain.querySelectorAll("*"), ({ localName }) => localName));

  it.each(hostileNames.map((name) => [JSON.stringify(name.slice(0, 40)), name]))(
    "renderPolicyHtml(document) with %s",
    (_, name) => {
      const html = renderPolicyHtml(policyWith(name));
      const page = parse(html);
      expect([...page.querySelectorAll("*")].filter(({ localName }) => !allowed.has(localName))).toEqual([]);
      for (const element of page.querySelectorAll("*"))
        for (const { name: attribute } of element.attributes) expect(attribute).not.toMatch(/^on/i);
      expect(page.querySelectorAll("section").length).toBe(plain.querySelectorAll("section").length);
    },
  );
});

describe.skipIf(noChromium)("the page of a policy in Chromium", () => {
  const open = chromiumPages();

  it("renderPolicyHtml(document) asks for nothing, says nothing and runs nothing, whatever the names", async () => {
    for (const hostile of hostileNames.filter((text) => /[<>"':]/.test(text))) {
      const { page, events } = await open(renderPolicyHtml(policyWith(hostile)));
      expect(events).toEqual([]);
      expect(await page.locator("script, img, iframe, object, form, [onload], [onerror]").count()).toBe(0);
      expect(await page.locator("h1").textContent()).toBe(hostile);
      await page.close();
    }
  });

  it("renderPolicyHtml(document) fits a phone of 360 pixels, also with names of 60 wide letters", async () => {
    for (const document of [...kinds.map(samplePolicy), policyWith("W".repeat(60))]) {
      const { page } = await open(renderPolicyHtml(document), 360);
      await expectToFitPhone(page);
      await page.close();
    }
  });

  it("renderPolicyHtml(document) follows the scheme of the screen and prints on white", async () => {
    const { page } = await open(renderPolicyHtml(samplePolicy("capacity")));
    await expectBothSchemes(page);
    await page.close();
  });

  it("renderPolicyHtml(document) draws every picture with a size", async () => {
    for (const kind of ["capacity", "precision"] as const) {
      const { page } = await open(renderPolicyHtml(samplePolicy(kind)));
      await expectPictures(page, 3);
      await page.close();
    }
  });
});
