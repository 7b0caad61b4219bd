import type { Forecast, RegressionFitDocument, RegressionReport } from "@candor/core";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { renderRegressionFitHtml } from "../../../src/render/html/regression/render-regression-fit-html.ts";
import { renderRegressionHtml } from "../../../src/render/html/regression/render-regression-html.ts";
import { sampleRegression, sampleRegressionFit } from "../../sample-regression.ts";
import { hostileNames } from "./hostile.ts";
import { chromiumPages, noChromium } from "./open-in-chromium.ts";
import { expectToFitPhone } from "./page-checks.ts";

const kinds: readonly Forecast["kind"][] = ["point", "point-and-sigma", "quantiles", "interval"];

function hostile(document: RegressionReport, name: string): RegressionReport {
  const rename = (groups: RegressionReport["segments"]) => groups.map((group) => ({ ...group, name, by: name }));
  const spec = { metric: name, [name === "metric" ? "choice" : name]: name };
  return {
    ...document,
    version: name,
    source: {
      ...document.source,
      name,
      columns: { [name]: name, label: name },
      skipped: [{ reason: name, count: 1 }],
      notes: [name],
    },
    segments: rename(document.segments),
    overTime: rename(document.overTime),
    metrics: { ...document.metrics, [name]: document.metrics.mae && { ...document.metrics.mae, spec } },
    verdict: { ...document.verdict, sentence: name },
    specs: { [name]: spec },
  };
}

function hostileFit(fit: RegressionFitDocument, name: string): RegressionFitDocument {
  return {
    ...fit,
    version: name,
    label: name,
    reason: name,
    warnings: [name],
    source: { ...fit.source, name, columns: { [name]: name }, notes: [name] },
    before: hostile(fit.before, name),
    after: hostile(fit.after, name),
    verdict: { ...fit.verdict, sentence: name },
    candidates: fit.candidates.map((candidate) => ({ ...candidate, label: name, reason: name })),
    calibrator: {
      ...fit.calibrator,
      version: name,
      fingerprint: name,
      spec: { metric: name },
      data: { name, fingerprint: name },
    },
  };
}

function check(html: string): Document {
  const { document } = parseHTML(html);
  expect(html).not.toMatch(/NaN|undefined|Infinity|\[object/);
  expect(document.querySelectorAll("script, img, iframe, object, form, [onload], [onerror]").length).toBe(0);
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const link of document.querySelectorAll('a[href^="#"]'))
    expect(ids).toContain(link.getAttribute("href")?.slice(1));
  for (const svg of document.querySelectorAll("svg")) expect(svg.getAttribute("aria-label")).toBeTruthy();
  return document;
}

describe("renderRegressionHtml(document)", () => {
  it.each(kinds)("renderRegressionHtml(%s) is one whole page that says the same twice", (kind) => {
    const html = renderRegressionHtml(sampleRegression(kind));
    expect(renderRegressionHtml(sampleRegression(kind))).toBe(html);
    const document = check(html);
    expect(document.querySelector("h1")?.textContent).toContain("The forecasts");
    const pictures = { point: 0, interval: 1, quantiles: 3, "point-and-sigma": 3 };
    expect(document.querySelectorAll("#promises figure").length).toBe(pictures[kind]);
    expect(html.length).toBeLessThan(300_000);
  });

  it("renderRegressionHtml(document) reads a document from JSON as it was", () => {
    const document = sampleRegression("quantiles");
    expect(renderRegressionHtml(JSON.parse(JSON.stringify(document)))).toBe(renderRegressionHtml(document));
  });

  it("renderRegressionHtml(document) sets names as text, whatever they hold", () => {
    for (const name of hostileNames) check(renderRegressionHtml(hostile(sampleRegression("quantiles"), name)));
  });

  it("renderRegressionHtml(document) stays small with thousands of groups", () => {
    const document = sampleRegression("point-and-sigma");
    const segments = Array.from({ length: 5000 }, (_, i) => ({ ...document.segments[0]!, name: `group ${i}` }));
    const html = renderRegressionHtml({ ...document, segments });
    expect(html.length).toBeLessThan(600_000);
    expect(html).toContain("4,800 more in the JSON document.");
  });
});

it("renderRegressionHtml(document) leaves out where outcomes fell between so few quantiles that it would be made up", () => {
  const { pit } = sampleRegression("quantiles");
  const interval = { ...sampleRegression("interval"), pit };
  expect(check(renderRegressionHtml(interval)).querySelector("#promises")?.textContent).not.toContain("outcomes fell");
  const quantiles = sampleRegression("quantiles");
  const few = { ...quantiles, quantileCurve: quantiles.quantileCurve.slice(0, 3) };
  expect(renderRegressionHtml(few)).not.toContain("Where the outcomes fell");
});

describe("renderRegressionFitHtml(document)", () => {
  it.each(kinds)("renderRegressionFitHtml(%s) is one whole page with both sides", (kind) => {
    const document = check(renderRegressionFitHtml(sampleRegressionFit(kind)));
    expect(document.querySelectorAll(".changes .card").length).toBeGreaterThan(2);
    expect(document.querySelector("#method")?.textContent).toContain("Shift and scale");
  });

  it("renderRegressionFitHtml(document) sets names as text, whatever they hold", () => {
    for (const name of hostileNames) check(renderRegressionFitHtml(hostileFit(sampleRegressionFit("quantiles"), name)));
  });

  it("renderRegressionFitHtml(document) shows each status in a symbol and a word", () => {
    for (const [status, word] of [
      ["improved", "Improved"],
      ["identity", "No gain shown"],
      ["worse", "Worse"],
      ["too-few-rows", "Too few rows"],
    ] as const) {
      const { document } = parseHTML(renderRegressionFitHtml(sampleRegressionFit("interval", status)));
      expect(document.querySelector(".status")?.textContent).toContain(word);
    }
  });
});

describe.skipIf(noChromium)("pages on forecasts in Chromium", () => {
  const open = chromiumPages();

  it("renderRegressionHtml(document) and renderRegressionFitHtml(document) fit a phone of 360 pixels and ask for nothing", async () => {
    const pages = [
      ...kinds.map((kind) => renderRegressionHtml(sampleRegression(kind))),
      renderRegressionHtml(hostile(sampleRegression("quantiles"), "W".repeat(60))),
      renderRegressionHtml(hostile(sampleRegression("quantiles"), `"><img src=x onerror=alert(1)>`)),
      renderRegressionFitHtml(sampleRegressionFit("quantiles")),
    ];
    for (const html of pages) {
      const { page, events } = await open(html, 360);
      await expectToFitPhone(page);
      expect(events).toEqual([]);
      await page.close();
    }
  });
});
