import type { GroupReport, ReportDocument, Task } from "@candor/core";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { renderHtml } from "../../../src/render/html/render-html.ts";
import { sampleDocument } from "../sample-document.ts";
import { documentWith, hostileNames } from "./hostile.ts";

const tasks: readonly Task[] = ["binary", "multiclass", "confidence"];
const pages = new Map(tasks.map((task) => [task, renderHtml(sampleDocument(task))]));
const MEGABYTE = 1e6;

function pageOf(task: Task): string {
  return pages.get(task) ?? "";
}

function parse(html: string): Document {
  return parseHTML(html).document;
}

function found(html: string, pattern: RegExp): string[] {
  return [...html.matchAll(pattern)].map((match) => html.slice(match.index, match.index + 60));
}

function texts(elements: Iterable<Element>): string[] {
  return [...elements].map((element) => element.textContent ?? "");
}

describe.each(tasks)("renderHtml(document) of a %s report", (task) => {
  const html = pageOf(task);
  const page = parse(html);
  const document = sampleDocument(task);

  it("renderHtml(document) starts with the verdict, its symbol and its word", () => {
    expect(page.querySelectorAll("h1").length).toBe(1);
    expect(page.querySelector("h1")?.textContent).toBe(document.verdict.sentence);
    expect(page.querySelector(".status .symbol")?.textContent).toMatch(/^[✓▲▼◆?]$/);
    expect(html.indexOf("<h1>")).toBeLessThan(html.indexOf("<h2"));
  });

  it("renderHtml(document) puts headings in order, without gaps", () => {
    const levels = [...page.querySelectorAll("h1,h2,h3,h4,h5,h6")].map(({ localName }) => Number(localName.slice(1)));
    expect(levels[0]).toBe(1);
    for (const [i, level] of levels.entries()) expect(level - (levels[i - 1] ?? level)).toBeLessThanOrEqual(1);
  });

  it("renderHtml(document) labels every figure and every picture, with the finding in words", () => {
    const figures = [...page.querySelectorAll("figure")];
    expect(figures.length).toBeGreaterThanOrEqual(6);
    for (const figure of figures) {
      expect(figure.getAttribute("aria-label")).not.toBe("");
      const label = figure.querySelector("svg")?.getAttribute("aria-label") ?? "";
      const finding = figure.querySelector(".finding")?.textContent ?? "";
      expect(finding.length).toBeGreaterThan(20);
      expect(label).toContain(finding);
    }
    for (const svg of page.querySelectorAll("svg")) {
      expect(svg.getAttribute("role")).toBe("img");
      expect(svg.getAttribute("aria-label")).toMatch(/\w{3}/);
    }
  });

  it("renderHtml(document) puts the data behind each picture into a table", () => {
    for (const figure of page.querySelectorAll("figure")) {
      expect(figure.querySelectorAll("details > summary").length).toBe(1);
      expect(figure.querySelectorAll("details table tbody tr").length).toBeGreaterThan(0);
    }
  });

  it("renderHtml(document) names every table, its columns and its rows", () => {
    for (const table of page.querySelectorAll("table")) {
      const by = table.getAttribute("aria-labelledby");
      const name = by === null ? table.getAttribute("aria-label") : page.getElementById(by)?.textContent;
      expect(name).toMatch(/\w{3}/);
      expect(table.querySelectorAll("thead th[scope=col]").length).toBeGreaterThan(1);
      for (const row of table.querySelectorAll("tbody tr"))
        expect(row.querySelectorAll("th[scope=row]").length).toBe(1);
    }
  });

  it("renderHtml(document) gives every identifier once, and every link within the page a target", () => {
    const ids = [...page.querySelectorAll("[id]")].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const link of page.querySelectorAll("a")) expect(ids).toContain(link.getAttribute("href")?.slice(1));
  });

  it("renderHtml(document) has a language, a skip link and a viewport", () => {
    expect(page.documentElement.getAttribute("lang")).toBe("en");
    expect(page.body.querySelector("a")?.getAttribute("class")).toBe("skip");
    expect(page.querySelector("meta[name=viewport]")?.getAttribute("content")).toBe(
      "width=device-width, initial-scale=1",
    );
  });

  it("renderHtml(document) reaches for nothing: no address, no script, nothing the policy would have to allow", () => {
    expect(html).not.toMatch(
      /https?:|\/\/\w|@import|url\(|\ssrc=|<(script|link|iframe|object|img|form|base)\b|\son\w+=/,
    );
    expect(html).toContain("default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  });

  it("renderHtml(document) defines its colours for light and for dark", () => {
    expect(html).toContain("color-scheme:light dark");
    expect(html).toContain("@media screen and (prefers-color-scheme:dark){:root{--candor-paper:");
    const used = new Set([...html.matchAll(/var\(--candor-([\w-]+)/g)].map(([, name]) => name));
    for (const name of used) expect(html).toContain(`--candor-${name}:`);
    const style = page.querySelector("style")?.textContent ?? "";
    expect(style.replaceAll(/:root\{[^}]*\}/g, "")).not.toMatch(/#[0-9a-f]{3,6}\b/i);
  });

  it("renderHtml(document) opens details and keeps figures whole in print", () => {
    expect(html).toContain("@media print");
    expect(html).toMatch(/details::details-content\{[^}]*content-visibility:visible/);
    expect(html).toMatch(/figure,[^{]*\{break-inside:avoid\}/);
  });

  it("renderHtml(document) is the same every time", () => {
    expect(renderHtml(sampleDocument(task))).toBe(html);
  });

  it("renderHtml(document) prints no NaN, no Infinity, no undefined", () => {
    expect(found(html, /NaN|Infinity|undefined|\[object/g)).toEqual([]);
  });

  it("renderHtml(document) puts the noise floor beside the ECE, with what more labels would bring", () => {
    const floor = document.noiseFloor.value.toFixed(4);
    const card = [...page.querySelectorAll(".card")].find((item) => item.querySelector("dt")?.textContent === "ECE");
    expect(card?.textContent).toContain(`noise floor ${floor}`);
    expect(page.querySelector("#key-numbers figure")?.textContent).toContain(`about ${floor}`);
    expect(page.querySelector("#key-numbers figcaption")?.textContent).toMatch(/more labels/);
  });

  it("renderHtml(document) states the spec of every metric", () => {
    const specs = texts(page.querySelectorAll("#specs code"));
    for (const estimate of Object.values(document.metrics))
      if (estimate !== null) expect(specs).toContain(JSON.stringify(estimate.spec));
    expect(specs).toContain(JSON.stringify(document.noiseFloor.spec));
  });

  it("renderHtml(document) is well below 2 MB", () => {
    expect(html.length).toBeLessThan(0.4 * MEGABYTE);
  });
});

describe("renderHtml(document) shows what a report has", () => {
  it("renderHtml(document) leaves out the sections that the document does not have", () => {
    const ids = texts(parse(pageOf("confidence")).querySelectorAll("nav a"));
    expect(ids).toEqual(["Key numbers", "Reliability", "Ranking", "All numbers", "Specs", "Source"]);
    expect(texts(parse(pageOf("multiclass")).querySelectorAll("nav a"))).toEqual([
      "Key numbers",
      "Reliability",
      "Ranking",
      "Over time",
      "Segments",
      "Classes",
      "Versus",
      "All numbers",
      "Specs",
      "Source",
    ]);
  });

  it("renderHtml(document) says rows read, used, left out and why", () => {
    const source = parse(pageOf("binary")).querySelector("#source")?.textContent ?? "";
    for (const part of ["churn-scores.csv", "5,014", "5,000", "label is missing", "score is not a number"])
      expect(source).toContain(part);
  });

  it("renderHtml(document) says when it is approximate", () => {
    const document = sampleDocument("binary");
    const page = parse(renderHtml({ ...document, source: { ...document.source, approximate: true } }));
    expect(page.querySelector("header")?.textContent).toContain("approximate");
    expect(page.querySelector("#source")?.textContent).toContain("approximate");
  });

  it("renderHtml(document) shows other tools' numbers and why they differ", () => {
    const numbers = parse(pageOf("multiclass")).querySelector("#numbers")?.textContent ?? "";
    for (const { preset, difference } of sampleDocument("multiclass").presets) {
      expect(numbers).toContain(preset);
      expect(numbers).toContain(difference);
    }
  });

  it("renderHtml(document) says which model is better on which metric", () => {
    const versus = parse(pageOf("multiclass")).querySelector("#versus")?.textContent ?? "";
    expect(versus).toContain("This model is better on ECE, Brier score, Log loss; no clear difference on AURC, AUGRC.");
  });

  it("renderHtml(document) reads a higher accuracy of the other model as better", () => {
    const document = sampleDocument("multiclass");
    const difference = { ...document.accuracy, value: 0.05, lower: 0.04, upper: 0.06 };
    const versus = document.versus && {
      ...document.versus,
      metrics: { accuracy: { self: 0.8, other: 0.85, difference } },
    };
    expect(renderHtml({ ...document, versus })).toContain("The other is better on Accuracy.");
  });

  it("renderHtml(document) sets a long verdict in two sizes and keeps its words", () => {
    const document = sampleDocument("binary");
    const sentence =
      "Do not read these scores as probabilities: they are too high; the mean score is 41.0 % where 34.3 % happen; " +
      "calibration error 0.067 (95 % interval 0.055 to 0.079; a perfect model would show 0.009 at this n).";
    const heading = parse(renderHtml({ ...document, verdict: { status: "overconfident", sentence } })).querySelector(
      "h1",
    );
    expect(heading?.textContent).toBe(sentence);
    expect(heading?.firstChild?.textContent).toBe("Do not read these scores as probabilities: ");
  });

  it("renderHtml(document) shows bounds that are not finite as no bound", () => {
    const document = sampleDocument("binary");
    const open = { ...document.metrics.logLoss, lower: -Infinity, upper: Infinity };
    const html = renderHtml({
      ...document,
      metrics: { ...document.metrics, logLoss: open, aurc: { ...document.metrics.aurc, value: Number.NaN } },
      noiseFloor: { ...document.noiseFloor, moreLabels: Infinity, pValue: Number.NaN },
      overTime: document.overTime.map((group) => ({
        ...group,
        gap: { ...group.gap, lower: -Infinity, upper: Infinity },
      })),
    });
    expect(html).toContain("no bound");
    expect(found(html, /NaN|Infinity/g)).toEqual([]);
  });

  it("renderHtml(document) takes a document that went through JSON", () => {
    const document: ReportDocument = JSON.parse(JSON.stringify(sampleDocument("binary")));
    expect(renderHtml(document)).toBe(pageOf("binary"));
  });

  it("renderHtml(document) draws without curves", () => {
    const document = sampleDocument("confidence");
    const html = renderHtml({
      ...document,
      metrics: { ...document.metrics, auroc: null, spiegelhalter: null, ks: null },
      reliability: { ...document.reliability, bins: [], smooth: [], corp: [] },
      histogram: { edges: [], shares: [], observed: [] },
      riskCoverage: [],
      roc: [],
      precisionRecall: [],
      presets: [],
      decompositions: { brierCorp: null, logLossCorp: null, brierMurphy: null },
    });
    expect(found(html, /NaN|Infinity|undefined/g)).toEqual([]);
    expect(parse(html).querySelectorAll("figure").length).toBe(3);
  });
});

describe("renderHtml(document) treats names as text", () => {
  const allowed = new Set(Array.from(parse(pageOf("multiclass")).querySelectorAll("*"), ({ localName }) => localName));

  it.each(hostileNames.map((name) => [JSON.stringify(name.slice(0, 40)), name]))(
    "renderHtml(document) with %s",
    (_, name) => {
      const html = renderHtml(documentWith(name));
      const page = parse(html);
      const foreign = [...page.querySelectorAll("*")].filter(({ localName }) => !allowed.has(localName));
      expect(foreign).toEqual([]);
      for (const element of page.querySelectorAll("*"))
        for (const { name: attribute } of element.attributes) expect(attribute).not.toMatch(/^on/i);
      expect(page.querySelectorAll("section").length).toBe(10);
      expect(html.length).toBeLessThan(MEGABYTE);
    },
  );

  it("renderHtml(document) shows a hostile name letter by letter", () => {
    const name = `"><img src=x onerror=alert(1)>`;
    const page = parse(renderHtml(documentWith(name)));
    expect(page.querySelector("h1")?.textContent).toBe(name);
    expect(page.querySelector("#segments tbody th bdi")?.textContent).toBe(name);
    expect(page.querySelector(".candor-multiple-title bdi")?.textContent).toBe(name);
  });

  it("renderHtml(document) isolates the direction of names", () => {
    const page = parse(renderHtml(documentWith("مرحبا")));
    expect(page.querySelector("#segments tbody th")?.firstElementChild?.localName).toBe("bdi");
  });
});

describe("renderHtml(document) stays small", () => {
  const document = sampleDocument("multiclass");
  const long = "name ".repeat(200);
  const many = (count: number, by: string): GroupReport[] =>
    Array.from({ length: count }, (_, i) => {
      const group = document.perClass[i % document.perClass.length];
      if (group === undefined) throw new Error("the sample has no classes");
      return { ...group, by, name: `${by} ${i} ${long}`, qValue: (i % 977) / 977, flagged: i % 977 < 40 };
    });
  const huge: ReportDocument = {
    ...document,
    segments: many(10_000, "segment"),
    perClass: many(1000, "class"),
    overTime: many(5000, "time"),
    source: {
      ...document.source,
      notes: Array.from({ length: 3000 }, () => long),
      skipped: Array.from({ length: 3000 }, (_, i) => ({ reason: `${i} ${long}`, count: i })),
    },
    reliability: {
      ...document.reliability,
      corp: Array.from({ length: 50_000 }, (_, i) => ({ x: i / 5e4, y: i / 5e4, lower: 0, upper: 1 })),
    },
    roc: Array.from({ length: 50_000 }, (_, i) => ({ x: i / 5e4, y: Math.sqrt(i / 5e4), threshold: 1 - i / 5e4 })),
  };
  const html = renderHtml(huge);
  const page = parse(html);

  it("renderHtml(document) stays below 2 MB with 10,000 segments, 1,000 classes and long names", () => {
    expect(new TextEncoder().encode(html).length).toBeLessThan(2 * MEGABYTE);
  });

  it("renderHtml(document) draws 24 groups, lists 200, and says how many more there are", () => {
    const segments = page.querySelector("#segments");
    expect(segments?.querySelectorAll(".candor-multiple").length).toBe(24);
    expect(segments?.querySelectorAll("tbody tr").length).toBe(200);
    expect(segments?.textContent).toContain("9,976 more in the JSON document.");
    expect(segments?.textContent).toContain("9,800 more in the JSON document.");
    expect(page.querySelector("#classes")?.textContent).toContain("976 more in the JSON document.");
  });

  it("renderHtml(document) draws the groups with the strongest evidence first", () => {
    const adjusted = [...(page.querySelectorAll("#segments tbody tr") ?? [])].map(
      (row) => row.lastElementChild?.textContent,
    );
    expect(adjusted.slice(0, 11)).toEqual(Array.from({ length: 11 }, () => "< 0.001"));
    expect(adjusted[11]).toBe("0.001");
  });
});
