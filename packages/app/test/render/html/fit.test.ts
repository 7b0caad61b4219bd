import type { Estimate, FitDocument } from "@candor/core";
import { formatEstimate, formatNumber, formatPercent } from "@candor/pages";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { renderFitHtml } from "../../../src/render/html/fit/render-fit-html.ts";
import { fitOf, fitWith, type SampleKind, sampleFit } from "../card/sample-fit.ts";
import { hostileNames } from "./hostile.ts";

const kinds: readonly SampleKind[] = ["probability", "confidence", "probabilities", "logits"];

function parse(html: string): Document {
  return parseHTML(html).document;
}

function texts(elements: Iterable<Element>): string[] {
  return [...elements].map((element) => element.textContent ?? "");
}

describe.each(kinds)("renderFitHtml(document) of %s", (kind) => {
  const document = sampleFit(kind);
  const html = renderFitHtml(document);
  const page = parse(html);

  it("renderFitHtml(document) starts with the verdict, its symbol and its word", () => {
    expect(texts(page.querySelectorAll("h1"))).toEqual([document.verdict.sentence]);
    expect(page.querySelector(".status")?.textContent).toBe("✓Improved");
  });

  it("renderFitHtml(document) shows every score before and after, and the paired gains", () => {
    const shown = page.querySelector("#numbers")?.textContent ?? "";
    for (const scores of [document.before, document.after])
      for (const key of ["logLoss", "brier", "ece", "smoothEce"] as const)
        expect(shown).toContain(formatEstimate(scores[key]));
    for (const scores of [document.before, document.after])
      for (const key of ["accuracy", "meanConfidence"] as const)
        expect(shown).toContain(formatPercent(scores[key].value));
    for (const gain of [document.improvement.logLoss, document.improvement.brier])
      expect(shown).toContain(formatEstimate(gain).replace(" ", " lower "));
  });

  it("renderFitHtml(document) draws both curves on one diagram, and both by bins", () => {
    const figures = [...page.querySelectorAll("#reliability figure")];
    expect(texts(page.querySelectorAll("#reliability h3"))).toEqual([
      "Both curves",
      "Before, by bins",
      "After, by bins",
    ]);
    expect(figures[0]?.querySelector("svg")?.textContent).toMatch(/before.*after/);
    for (const [i, when] of (["before", "after"] as const).entries()) {
      const rows = figures[i + 1]?.querySelectorAll("tbody tr").length;
      expect(rows).toBe(document.reliability[when].bins.length);
    }
  });

  it("renderFitHtml(document) lists every method with its log loss, its excess and why, the chosen one first", () => {
    const rows = [...page.querySelectorAll("#method > .table tbody tr")];
    expect(rows.length).toBe(document.candidates.length);
    const chosen = document.candidates.filter((candidate) => candidate.chosen);
    expect(texts(page.querySelectorAll(".chosen"))).toEqual(chosen.map(({ label }) => `${label} ✓`));
    expect(rows[0]?.querySelector(".chosen")).not.toBeNull();
    const shown = page.querySelector("#method")?.textContent ?? "";
    for (const { label, reason, logLoss, excessLogLoss } of document.candidates) {
      expect(shown).toContain(label);
      expect(shown).toContain(reason);
      if (logLoss !== null) expect(shown).toContain(formatNumber(logLoss));
      if (excessLogLoss !== null && excessLogLoss.value !== 0) expect(shown).toContain(formatEstimate(excessLogLoss));
    }
  });

  it("renderFitHtml(document) shows every parameter with words", () => {
    const rows = [...page.querySelectorAll("#parameters tbody tr")];
    expect(rows.length).toBe(Object.keys(document.parameters).length);
    for (const row of rows) expect(row.querySelector(".words")?.textContent).toMatch(/\w{4}/);
    const values = Object.values(document.parameters).filter((value) => typeof value === "number");
    for (const value of values) expect(page.querySelector("#parameters")?.textContent).toContain(formatNumber(value));
  });

  it("renderFitHtml(document) shows the learning curve with its sentence and every point", () => {
    const curve = document.learningCurve;
    expect(curve).not.toBeNull();
    const part = page.querySelector("#labels");
    expect(part?.querySelector(".finding")?.textContent).toBe(curve?.sentence);
    expect(part?.querySelectorAll("tbody tr").length).toBe(curve?.points.length);
    for (const { logLoss } of curve?.points ?? []) expect(part?.textContent).toContain(formatNumber(logLoss));
  });

  it("renderFitHtml(document) says how rows were held out, and shows seed and fingerprints", () => {
    const shown = page.querySelector("#validation")?.textContent ?? "";
    expect(shown).toContain(`${document.validation.folds} random folds`);
    expect(shown).toContain("Seed of the parts3");
    const codes = texts(page.querySelectorAll("#specs code"));
    expect(codes).toContain(document.calibrator.fingerprint);
    expect(codes).toContain(document.calibrator.data.fingerprint);
    for (const { spec } of Object.values(document.before)) expect(codes).toContain(JSON.stringify(spec));
  });

  it("renderFitHtml(document) prints no NaN, no undefined, no dash where a number belongs", () => {
    expect(html).not.toMatch(/NaN|Infinity|undefined|\[object|>null</);
    expect(texts(page.querySelectorAll("td, th, dd")).filter((text) => text.trim() === "–")).toEqual([]);
  });

  it("renderFitHtml(document) reaches for nothing and runs nothing", () => {
    expect(html).not.toMatch(
      /https?:|\/\/\w|@import|url\(|\ssrc=|<(script|link|iframe|object|img|form|base)\b|\son\w+=/,
    );
    expect(html).toContain("default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  });

  it("renderFitHtml(document) labels figures, pictures and tables, and every link has its target", () => {
    for (const figure of page.querySelectorAll("figure")) {
      const finding = figure.querySelector(".finding")?.textContent ?? "";
      expect(finding.length).toBeGreaterThan(20);
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

  it("renderFitHtml(document) is small, and the same for a document that went through JSON", () => {
    const again: FitDocument = JSON.parse(JSON.stringify(document));
    expect(renderFitHtml(again)).toBe(html);
    expect(html.length).toBeLessThan(3e5);
  });
});

describe("renderFitHtml(document) shows what a fit has", () => {
  const headings = (document: FitDocument) => texts(parse(renderFitHtml(document)).querySelectorAll("nav a"));

  it("renderFitHtml(document) leaves out the sections that the document does not have", () => {
    expect(headings({ ...sampleFit("logits"), learningCurve: null, warnings: [] })).toEqual([
      "Before and after",
      "Reliability",
      "Method",
      "Parameters",
      "Validation",
      "Fingerprints",
      "Source",
    ]);
    expect(headings(sampleFit("probability"))).toEqual([
      "Before and after",
      "Warnings",
      "Reliability",
      "Method",
      "Parameters",
      "Segments",
      "Audit",
      "More labels",
      "Validation",
      "Fingerprints",
      "Source",
    ]);
  });

  it("renderFitHtml(document) shows gaps, losses and weight of every segment, and the audit with its flags", () => {
    const document = sampleFit("probability");
    const page = parse(renderFitHtml(document));
    const segments = page.querySelector("#segments")?.textContent ?? "";
    for (const { name, gapPooled, gapOwn, logLossPooled, logLossOwn, shrinkage } of document.segments) {
      expect(segments).toContain(name);
      for (const gap of [gapPooled, gapOwn]) expect(segments).toContain(formatEstimate(gap));
      for (const loss of [logLossPooled, logLossOwn]) expect(segments).toContain(formatNumber(loss));
      expect(segments).toContain(formatPercent(shrinkage, 0));
    }
    expect(page.querySelectorAll("#audit .flagged").length).toBe(2);
    expect(page.querySelector("#audit .lead")?.textContent).toMatch(/^2 of 3 segments/);
  });

  it("renderFitHtml(document) says when the scores are left as they are, and why", () => {
    const document = fitOf("probability", 12);
    const page = parse(renderFitHtml(document));
    expect(page.querySelector("h1")?.textContent).toBe(document.verdict.sentence);
    expect(renderFitHtml(document)).not.toMatch(/NaN|Infinity|undefined/);
  });

  it.each(["isotonic", "venn-abers", "bbq", "histogram-mass", "spline", "beta"])(
    "renderFitHtml(document) says what %s does and what its parameters mean",
    (method) => {
      const page = parse(renderFitHtml(fitOf("probability", 200, method)));
      expect(page.querySelector("#method .lead")?.textContent).toMatch(/ (Replaces|Asks|Averages|Gives|Bends) /);
      for (const row of page.querySelectorAll("#parameters tbody tr"))
        expect(row.querySelector(".words")?.textContent).not.toBe(row.querySelector("th")?.textContent);
    },
  );

  it("renderFitHtml(document) lists methods that could not be fitted, and why", () => {
    const document = sampleFit("probability");
    const refused = { excessLogLoss: null, logLoss: null, chosen: false, reason: "too few rows for it" };
    const [first] = document.candidates;
    if (first === undefined) throw new Error("no candidates");
    const page = parse(renderFitHtml({ ...document, candidates: [...document.candidates, { ...first, ...refused }] }));
    const last = [...page.querySelectorAll("#method > .table tbody tr")].at(-1)?.textContent ?? "";
    expect(last).toContain("not fitted");
    expect(last).toContain("too few rows for it");
  });

  it("renderFitHtml(document) draws without curves, candidates and bounds", () => {
    const document = sampleFit("confidence");
    const open = (estimate: Estimate): Estimate => ({ ...estimate, lower: -Infinity, upper: Infinity });
    const empty = { ...document.reliability.after, bins: [], smooth: [], corp: [] };
    const html = renderFitHtml({
      ...document,
      candidates: [],
      parameters: {},
      reliability: { before: empty, after: empty },
      improvement: { logLoss: open(document.improvement.logLoss), brier: open(document.improvement.brier) },
    });
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
    expect(html).toContain("no bound");
  });

  it("renderFitHtml(document) draws 16 segments, lists 200, and says how many more there are", () => {
    const document = sampleFit("probability");
    const [segment] = document.segments;
    if (segment === undefined) throw new Error("no segments");
    const segments = Array.from({ length: 5000 }, (_, i) => ({ ...segment, name: `segment ${i} ${"x".repeat(300)}` }));
    const html = renderFitHtml({ ...document, segments });
    expect(html).toContain("4,984 more in the JSON document.");
    expect(html).toContain("4,800 more in the JSON document.");
    expect(html.length).toBeLessThan(1e6);
  });
});

describe("renderFitHtml(document) treats names as text", () => {
  const plain = parse(renderFitHtml(fitWith("plain")));
  const allowed = new Set(Array.from(plain.querySelectorAll("*"), ({ localName }) => localName));

  it.each(hostileNames.map((name) => [JSON.stringify(name.slice(0, 40)), name]))(
    "renderFitHtml(document) with %s",
    (_, name) => {
      const html = renderFitHtml(fitWith(name));
      const page = parse(html);
      expect([...page.querySelectorAll("*")].filter(({ localName }) => !allowed.has(localName))).toEqual([]);
      for (const element of page.querySelectorAll("*"))
        for (const { name: attribute } of element.attributes) expect(attribute).not.toMatch(/^on/i);
      expect(page.querySelectorAll("section").length).toBe(plain.querySelectorAll("section").length);
      expect(html.length).toBeLessThan(1e6);
    },
  );

  it("renderFitHtml(document) shows a hostile name letter by letter", () => {
    const name = `"><img src=x onerror=alert(1)>`;
    const page = parse(renderFitHtml(fitWith(name)));
    expect(page.querySelector("h1")?.textContent).toBe(name);
    expect(page.querySelector("#segments tbody th bdi")?.textContent).toBe(name);
    expect(page.querySelector("#audit tbody th bdi")?.textContent).toBe(name);
  });
});
