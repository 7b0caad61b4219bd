import type { FitDocument } from "@candor/core";
import { formatEstimate, formatInterval, formatNumber, formatPercent } from "@candor/pages";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { cardContent } from "../../../src/render/card/card-content.ts";
import { renderCardHtml } from "../../../src/render/card/render-card-html.ts";
import { escapeMarkdown, renderCardMarkdown } from "../../../src/render/card/render-card-markdown.ts";
import { reproduceCommand } from "../../../src/render/card/reproduce-section.ts";
import { hostileNames } from "../html/hostile.ts";
import { fitOf, fitWith, type SampleKind, sampleFit } from "./sample-fit.ts";

const kinds: readonly SampleKind[] = ["probability", "confidence", "probabilities", "logits"];

const sections = [
  "What was calibrated",
  "Does it help?",
  "How, and why this way",
  "Segments",
  "What is assumed, and how it was checked",
  "Limits",
  "When to check again",
  "How to reproduce it",
];

function parse(html: string): Document {
  return parseHTML(html).document;
}

/** Pipes at which a table splits its cells. */
function splits(line: string): number {
  return (line.match(/(?<!\\)(\\\\)*\|/g) ?? []).length;
}

/** What kind of line each is: the structure that names from the data must not change. */
function structure(markdown: string): string[] {
  return markdown
    .split("\n")
    .map((line) =>
      line.startsWith("|")
        ? `table ${splits(line)}`
        : (/^(#+ |- |```+(sh)?|---$|\*\*)/.exec(line)?.[0] ?? (line === "" ? "" : "text")),
    );
}

describe.each(kinds)("renderCardMarkdown(document) and renderCardHtml(document) of %s", (kind) => {
  const document = sampleFit(kind);
  const markdown = renderCardMarkdown(document);
  const html = renderCardHtml(document);
  const page = parse(html);
  const text = (page.body.textContent ?? "").replaceAll("⁨", "");

  it("both have the same sections, after the verdict", () => {
    expect(markdown.match(/^## .*$/gm)?.map((line) => line.slice(3))).toEqual(sections);
    expect([...page.querySelectorAll("h2")].map(({ textContent }) => textContent)).toEqual(sections);
    expect(page.querySelector("h1")?.textContent).toBe(document.verdict.sentence);
    expect(markdown.split("\n")[2]).toMatch(/^\*\*✓ Improved\.\*\* /);
  });

  it("both show every score before and after with its interval, and the paired gains", () => {
    for (const card of [markdown, text]) {
      for (const scores of [document.before, document.after]) {
        for (const key of ["logLoss", "brier", "ece", "smoothEce"] as const)
          expect(card).toContain(formatEstimate(scores[key]));
        for (const key of ["accuracy", "meanConfidence"] as const)
          expect(card).toContain(formatPercent(scores[key].value));
      }
      for (const gain of [document.improvement.logLoss, document.improvement.brier])
        expect(card).toContain(formatEstimate(gain).replace(" ", " lower "));
    }
  });

  it("both name data, fingerprints, date, method and its parameters", () => {
    const { calibrator, source, label, parameters } = document;
    for (const card of [markdown, text])
      for (const part of [source.name, calibrator.fingerprint, calibrator.data.fingerprint, "2026-11-22", label])
        expect(card).toContain(part);
    for (const value of Object.values(parameters))
      if (typeof value === "number") expect(markdown).toContain(formatNumber(value));
  });

  it("both print no NaN, no undefined and no dash where a number belongs", () => {
    for (const card of [markdown, html]) expect(card).not.toMatch(/NaN|Infinity|undefined|\[object|\bnull\b/);
    expect(markdown).not.toMatch(/\| – \||\| – \[|: –/);
  });

  it("renderCardHtml(document) shows both curves, and reaches for nothing", () => {
    expect(page.querySelectorAll("figure svg[role=img]").length).toBe(1);
    expect(html).not.toMatch(/https?:|\/\/\w|@import|url\(|\ssrc=|<(script|link|iframe|object|img|form|base)\b/);
  });

  it("both are the same for a document that went through JSON", () => {
    const again: FitDocument = JSON.parse(JSON.stringify(document));
    expect(renderCardMarkdown(again)).toBe(markdown);
    expect(renderCardHtml(again)).toBe(html);
  });
});

describe("cardContent(document) says when to check again", () => {
  const recheck = (document: FitDocument): string => {
    const { blocks = [] } = cardContent(document).sections.find(({ id }) => id === "recheck") ?? {};
    return JSON.stringify(blocks);
  };

  it("cardContent(document) gives the range of the mean confidence, and the half-width of its interval", () => {
    const document = sampleFit("logits");
    const { lower, upper } = document.after.meanConfidence;
    const text = recheck(document);
    expect(text).toContain(`${formatPercent(lower)} to ${formatPercent(upper)}`);
    expect(text).toContain(`more than ${formatNumber(((upper - lower) / 2) * 100, 1)} points`);
    expect(text).toContain(`above ${formatNumber(document.after.ece.upper)}`);
  });

  it("cardContent(document) counts the labels of the learning curve", () => {
    const document = sampleFit("confidence");
    const next = document.learningCurve?.points.find(({ measured, n }) => !measured && n > document.n);
    expect(recheck(document)).toContain(`After about ${(next?.n ?? 0) - document.n} new labels`);
    expect(recheck({ ...document, learningCurve: null })).not.toContain("After about");
  });

  it("cardContent(document) names the segments flagged, and columns whose new values are unchecked", () => {
    const text = recheck(sampleFit("probability"));
    expect(text).toContain("Brazil × free");
    expect(text).toContain("Canada × free");
    expect(text).not.toContain("Japan × paid");
    expect(text).toContain('{"name":"country"}');
  });

  it("cardContent(document) asks for labels soon where the gain is not proven", () => {
    const document = sampleFit("confidence");
    const verdict = { ...document.verdict, status: "likely-improved" } as const;
    expect(recheck({ ...document, verdict })).toContain("the gain is not proven yet");
    expect(recheck(document)).not.toContain("not proven");
  });
});

describe("renderCardMarkdown(document) says what is not known", () => {
  it("renderCardMarkdown(document) says that no segments were compared", () => {
    expect(renderCardMarkdown(sampleFit("logits"))).toContain("No segments were compared");
  });
  it("renderCardMarkdown(document) says that segments do not differ, and sets no trigger for new ones", () => {
    const document = sampleFit("probability");
    const card = renderCardMarkdown({ ...document, calibrator: { ...document.calibrator, segments: null } });
    expect(card).toContain("These segments do not differ by more than chance explains");
    expect(card).not.toContain("appears that is not listed here");
    expect(renderCardMarkdown(document)).toContain("When a value of `country` appears that is not listed here");
  });
  it("renderCardMarkdown(document) reports the change where only segments are corrected", () => {
    const document = { ...sampleFit("probability"), method: "identity" };
    expect(renderCardMarkdown(document)).toContain("Before, the scores were");
  });
  it("renderCardMarkdown(document) leads the limits with the warnings", () => {
    const limits = renderCardMarkdown(sampleFit("probability")).split("## Limits\n\n- ")[1];
    expect(limits).toMatch(/^One calibrator does not fit every segment/);
  });
  it("renderCardMarkdown(document) says when scores are left alone", () => {
    const card = renderCardMarkdown(fitOf("probability", 12));
    expect(card).toContain("left as they are");
    expect(card).not.toMatch(/NaN|undefined/);
  });
  it("renderCardMarkdown(document) shows gaps of segments in points", () => {
    const { segments } = sampleFit("probability");
    const card = renderCardMarkdown(sampleFit("probability"));
    for (const { name, gapOwn } of segments) {
      const points = formatInterval({ lower: gapOwn.lower * 100, upper: gapOwn.upper * 100 }, 1);
      expect(card).toMatch(new RegExp(`\`country\` = \`${name}\`.*`));
      expect(card).toContain(points);
    }
  });
});

describe("reproduceCommand(document)", () => {
  it("reproduceCommand(document) names file, columns, folds and seed", () => {
    expect(reproduceCommand(sampleFit("probability"))).toBe(
      "candor fit validation.csv --score p --label churned --by country --positive leaves --skip-bad --method auto " +
        `--folds ${sampleFit("probability").validation.folds} --seed 3 --created 2026-11-22 -o cal.json`,
    );
  });
  it("reproduceCommand(document) names no file where flags name all", () => {
    expect(reproduceCommand(sampleFit("logits"))).toMatch(
      /^candor fit --logits logits\.npy --label labels\.npy --method/,
    );
  });
  it("reproduceCommand(document) quotes for a shell", () => {
    expect(reproduceCommand(fitWith("$(rm -rf ~); 'x'"))).toContain(`--score '$(rm -rf ~); '\\''x'\\'''`);
    expect(reproduceCommand(fitWith("-x"))).toMatch(/^candor fit \.\/-x --score='-x'/);
    expect(reproduceCommand(fitWith("~root"))).toContain("'~root'");
  });
  it("reproduceCommand(document) names --normalise where rows were divided by their sums", () => {
    const document = sampleFit("probabilities");
    const notes = ["every row of probabilities was divided by its sum, which was off by at most 0.01 (row 3)"];
    expect(reproduceCommand({ ...document, source: { ...document.source, notes } })).toContain(" --normalise ");
  });
});

describe("names from the data", () => {
  const plain = structure(renderCardMarkdown(fitWith("plain")));
  const markdownNames = [
    ...hostileNames,
    "a|b",
    "a\\|b",
    "`",
    "``x` `",
    "**bold** _it_ ~~no~~",
    "[link](https://example.com)",
    "![x](http://example.com/x.png)",
    "https://example.com www.example.com",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "---",
    "$x^2$",
    "[x]: http://example.com",
    "&amp;",
  ];

  it.each(markdownNames.map((name) => [JSON.stringify(name.slice(0, 40)), name]))(
    "renderCardMarkdown(document) keeps its structure with %s",
    (_, name) => {
      const markdown = renderCardMarkdown(fitWith(name));
      expect(structure(markdown).map((kind) => kind.replace(/^`+/, "```"))).toEqual(plain);
    },
  );

  it.each(hostileNames.map((name) => [JSON.stringify(name.slice(0, 40)), name]))(
    "renderCardHtml(document) with %s",
    (_, name) => {
      const page = parse(renderCardHtml(fitWith(name)));
      expect(page.querySelectorAll("section").length).toBe(sections.length);
      expect(page.querySelectorAll("script,img,iframe,object").length).toBe(0);
      for (const element of page.querySelectorAll("*"))
        for (const { name: attribute } of element.attributes) expect(attribute).not.toMatch(/^on/i);
    },
  );

  it("escapeMarkdown(text) takes the meaning from every sign that has one", () => {
    expect(escapeMarkdown("a_b*c`d`[e](f)<g>|~h~$i$ & \\")).toBe(
      "a\\_b\\*c\\`d\\`\\[e\\](f)\\<g\\>\\|\\~h\\~\\$i\\$ \\& \\\\",
    );
    expect(escapeMarkdown("https://a.b www.c.d")).toBe("https\\://a.b www\\.c.d");
    expect(escapeMarkdown("log loss 0.33, 95 % (n = 5)")).toBe("log loss 0.33, 95 % (n = 5)");
  });
});
