import { createRandom, evaluateMultiLabel, fitMultiLabel, type MultiLabelDocument } from "@candor/core";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { renderMultiLabelHtml } from "../../../src/render/html/multi-label.ts";
import { renderMultiLabel } from "../../../src/render/terminal/multi-label.ts";
import { hostileNames } from "./hostile.ts";
import { chromiumPages, noChromium } from "./open-in-chromium.ts";
import { expectAccessible, expectBothSchemes, expectTables, expectToFitPhone } from "./page-checks.ts";

const source = { name: "rows.csv", rows: 200, skipped: [], columns: { scores: "s_*" }, approximate: false, notes: [] };

function sample(rows: number, isTested: boolean): MultiLabelDocument {
  const random = createRandom(1);
  const data = Float64Array.from({ length: 3 * rows }, () => random.uniform());
  const labels = Uint8Array.from(data, (score) => (random.uniform() < score ? 1 : 0));
  const scores = { data, rows, cols: 3 };
  const options = { risk: "fnr", target: 0.1, labelNames: ["cat", "dog", "owl"], version: "1.0.0", source } as const;
  const document = fitMultiLabel(scores, labels, options);
  return isTested ? { ...document, evaluation: evaluateMultiLabel(document, scores, labels) } : document;
}

/** The document with a name wherever text from the data can stand. */
function hostile(document: MultiLabelDocument, name: string): MultiLabelDocument {
  return {
    ...document,
    version: name,
    created: name,
    fingerprint: name,
    dataHash: name,
    labelNames: [name, name, name],
    assumptions: [name],
    warnings: [name],
    source: { ...source, name, columns: { [name]: name }, skipped: [{ reason: name, count: 1 }], notes: [name] },
  };
}

function check(html: string): Document {
  const { document } = parseHTML(html);
  expect(document.querySelectorAll("script, iframe, object, embed, link, base, form, img")).toHaveLength(0);
  for (const element of document.querySelectorAll("*"))
    for (const { name, value } of element.attributes) {
      expect(name).not.toMatch(/^on/i);
      if (name === "href") expect(value).toMatch(/^#/);
    }
  expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org\/)/);
  expect(html).not.toContain("NaN");
  expect(html).not.toContain("undefined");
  return document;
}

const titles = (document: Document): (string | null)[] =>
  [...document.querySelectorAll("h2")].map(({ textContent }) => textContent);

describe("renderMultiLabelHtml(document)", () => {
  it("renderMultiLabelHtml(document) says what is promised, tested and needed", () => {
    const tested = check(renderMultiLabelHtml(sample(200, true)));
    expect(tested.querySelector("h1")?.textContent).toMatch(/^Labels with a score of [\d.]+ or more:/);
    expect(titles(tested)).toEqual([
      "On the test rows",
      "Before you use it",
      "What is promised",
      "Labels",
      "Fingerprints",
      "Source",
    ]);
    const few = check(renderMultiLabelHtml(sample(6, false)));
    expect(few.querySelector("h1")?.textContent).toMatch(/^With \d rows/);
    expect(titles(few)).toContain("The most careful threshold");
  });

  it.each(hostileNames)("renderMultiLabelHtml(document) shows %j as text", (name) => {
    check(renderMultiLabelHtml(hostile(sample(200, true), name)));
  });

  it.each(hostileNames)("renderMultiLabel(document) writes %j without control characters", (name) => {
    const text = renderMultiLabel(hostile(sample(200, true), name), { color: false, unicode: true });
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});

describe.skipIf(noChromium)("the page of a threshold of labels in Chromium", () => {
  const open = chromiumPages();

  it("renderMultiLabelHtml(document) reads well on any screen and on paper", async () => {
    const { page, events } = await open(renderMultiLabelHtml(hostile(sample(200, true), "W".repeat(60))));
    await expectTables(page);
    await expectBothSchemes(page);
    await expectToFitPhone(page);
    await expectAccessible(page);
    expect(events).toEqual([]);
    await page.close();
  });
});
