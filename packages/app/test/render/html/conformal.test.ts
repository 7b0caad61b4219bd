import type { ConformalDocument } from "@candor/core";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { renderConformalHtml } from "../../../src/render/html/conformal/render-conformal-html.ts";
import { sampleIntervals, sampleSets } from "../../sample-conformal.ts";
import { hostileNames } from "./hostile.ts";

function hostile(document: ConformalDocument, name: string): ConformalDocument {
  const { evaluation } = document;
  const shared = {
    version: name,
    created: name,
    fingerprint: name,
    dataHash: name,
    source: {
      ...document.source,
      name,
      columns: { [name]: name },
      skipped: [{ reason: name, count: 1 }],
      notes: [name],
    },
    assumptions: [name],
    warnings: [name],
    evaluation: evaluation && {
      ...evaluation,
      coverage: { ...evaluation.coverage, spec: { metric: name } },
      classCoverage: evaluation.classCoverage.map((row) => ({ ...row, name })),
      groupCoverage: evaluation.groupCoverage.map((row) => ({ ...row, name })),
    },
    condition: { kind: "groups", columns: [name] },
  } as const;
  const parts = document.parts.map((part) => ({ ...part, values: [name] }));
  if (document.task === "regression") return { ...document, ...shared, parts: [...parts, ...parts] };
  return { ...document, ...shared, classNames: document.classNames.map(() => name), parts: [...parts, ...parts] };
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

const samples = ["sets", "class-sets", "group-sets", "weighted-sets", "few-sets", "untested-sets"] as const;

describe("renderConformalHtml(document)", () => {
  it.each(samples)("renderConformalHtml(%s) is one page without addresses or scripts", (kind) => {
    const document = check(renderConformalHtml(sampleSets(kind)));
    expect(document.querySelector("h1")?.textContent).toMatch(/true class|all classes/);
  });

  it("renderConformalHtml(sets) has the test, the promise, sizes, classes and groups", () => {
    const document = check(renderConformalHtml(sampleSets("sets")));
    expect(titles(document)).toEqual([
      "On the test rows",
      "What is promised",
      "Sizes of the sets",
      "Coverage of each class",
      "Coverage of each group",
      "Fingerprints and specs",
      "Source",
    ]);
    expect(document.querySelectorAll("svg")).toHaveLength(4);
  });

  it("renderConformalHtml(sets without test rows) has no pictures, sets of classes have thresholds", () => {
    expect(check(renderConformalHtml(sampleSets("untested-sets"))).querySelectorAll("svg")).toHaveLength(0);
    expect(titles(check(renderConformalHtml(sampleSets("class-sets"))))).toContain("Thresholds");
    expect(titles(check(renderConformalHtml(sampleSets("few-sets"))))).toContain("Before you use it");
  });

  it("renderConformalHtml(sets of many classes) draws them ranked", () => {
    const document = sampleSets("sets");
    const { evaluation } = document;
    if (evaluation === null) throw new Error("not tested");
    const [row] = evaluation.classCoverage;
    if (row === undefined) throw new Error("no class");
    const classCoverage = Array.from({ length: 300 }, (_, k) => ({ ...row, name: `class ${k}` }));
    const html = renderConformalHtml({ ...document, evaluation: { ...evaluation, classCoverage } });
    expect(html).toContain("300 classes, the least covered first");
    expect(html).toContain("100 more in the JSON document.");
  });

  it.each(["normalised", "split-signed"] as const)(
    "renderConformalHtml(intervals by %s) shows widths and groups",
    (kind) => {
      const document = check(renderConformalHtml(sampleIntervals(kind)));
      expect(titles(document).includes("Widths of the intervals")).toBe(kind === "normalised");
      expect(titles(document)).toContain("Coverage of each group");
      expect(titles(document)).not.toContain("Coverage of each class");
    },
  );

  it.each(hostileNames.map((name) => [name.slice(0, 30), name]))(
    "renderConformalHtml(named %j) shows names as text",
    (_, name) => {
      for (const document of [sampleSets("group-sets"), sampleIntervals("normalised")])
        check(renderConformalHtml(hostile(document, name)));
    },
  );

  it("renderConformalHtml(document after JSON) is the same", () => {
    const document = sampleSets("group-sets");
    expect(renderConformalHtml(JSON.parse(JSON.stringify(document)))).toBe(renderConformalHtml(document));
  });
});
