import type { ReportDocument } from "@candor/core";
import { plotStyles } from "@candor/plots";
import { formatCount, formatLevel, formatName } from "../format.ts";
import { groupsSection, overTimeSection } from "./groups-section.ts";
import { keyNumbers } from "./key-numbers.ts";
import { numbersSection } from "./numbers-section.ts";
import { createPage, type Page } from "./page.ts";
import { pageStyles } from "./page-styles.ts";
import { rankingSection } from "./ranking-section.ts";
import { reliabilitySection } from "./reliability-section.ts";
import type { Section } from "./section.ts";
import { serialize } from "./serialize.ts";
import { sourceSection } from "./source-section.ts";
import { specsSection } from "./specs-section.ts";
import { verdictWords } from "./verdict-words.ts";
import { versusSection } from "./versus-section.ts";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
const SENTENCE_LIMIT = 600;

function head(page: Page, document: ReportDocument): void {
  const { make } = page;
  page.document.head.append(
    make("meta", { charset: "utf-8" }),
    make("meta", { "http-equiv": "Content-Security-Policy", content: POLICY }),
    make("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    make("meta", { name: "color-scheme", content: "light dark" }),
    make("meta", { name: "referrer", content: "no-referrer" }),
    make("meta", { name: "generator", content: `Candor ${document.version}` }),
    make("title", {}, `Calibration report: ${formatName(document.source.name)}`),
    make("style", {}, plotStyles + pageStyles),
  );
}

/** The sentence in two sizes: long ones up to their first colon or semicolon, then the evidence. */
function headline(page: Page, sentence: string): HTMLElement {
  const text = formatName(sentence, SENTENCE_LIMIT);
  const [, claim = text, evidence = ""] = (text.length > 100 && /^(.{20,100}?[:;]) (.*)$/u.exec(text)) || [];
  const rest = evidence === "" ? [] : [" ", page.make("span", { class: "evidence" }, evidence)];
  return page.make("h1", {}, claim, ...rest);
}

function masthead(page: Page, document: ReportDocument): HTMLElement {
  const { make } = page;
  const { verdict, source, n, classes, task, metrics } = document;
  const { symbol, word, tone } = verdictWords(verdict.status, document.task);
  const kind =
    task === "binary" ? "binary scores" : task === "multiclass" ? `${formatCount(classes)} classes` : "confidences";
  const facts = [
    `${formatCount(n)} rows`,
    kind,
    `${formatLevel(metrics.ece.level)} intervals`,
    ...(source.approximate ? ["approximate, from cells"] : []),
  ];
  return make(
    "header",
    { class: "masthead" },
    make("p", { class: "eyebrow" }, "Calibration report"),
    make(
      "p",
      { class: `status ${tone}` },
      make("span", { class: "symbol", "aria-hidden": "true" }, symbol),
      make("span", {}, word),
    ),
    headline(page, verdict.sentence),
    make("p", { class: "facts-line" }, page.name(source.name, 120), ` · ${facts.join(" · ")}`),
  );
}

function sections(page: Page, document: ReportDocument): Section[] {
  const { segments, perClass, overTime, versus } = document;
  const found = [keyNumbers(page, document), reliabilitySection(page, document), rankingSection(page, document)];
  if (overTime.length > 0) found.push(overTimeSection(page, overTime));
  if (segments.length > 0)
    found.push(
      groupsSection(page, segments, {
        id: "segments",
        short: "Segments",
        title: "Which segments can be trusted less?",
        noun: "segments",
        showColumn: true,
      }),
    );
  if (perClass.length > 0)
    found.push(
      groupsSection(page, perClass, {
        id: "classes",
        short: "Classes",
        title: "Which classes can be trusted less?",
        noun: "classes",
        showColumn: false,
      }),
    );
  if (versus !== null) found.push(versusSection(page, versus));
  found.push(numbersSection(page, document), specsSection(page, document), sourceSection(page, document));
  return found;
}

/**
 * A report as one self-contained HTML page: no network, no script, light and dark, printable. Names from the data are
 * text. Draws the 24 groups with the strongest evidence and 200 rows per table, so the size stays under 2 MB for any n;
 * what is left out is counted and stands in the JSON document.
 *
 * @param document a `candor.report/1`
 * @returns the whole file as text, the same for the same document
 */
export function renderHtml(document: ReportDocument): string {
  const page = createPage();
  const { make } = page;
  head(page, document);
  const parts = sections(page, document);
  const links = parts.map(({ id, short }) => make("li", {}, make("a", { href: `#${id}` }, short)));
  page.document.body.append(
    make("a", { class: "skip", href: "#report" }, "Skip to the report"),
    make(
      "div",
      { class: "page" },
      masthead(page, document),
      make("nav", { "aria-label": "Contents" }, make("ul", {}, ...links)),
      make("main", { id: "report" }, ...parts.map(({ element }) => element)),
      make("footer", {}, `Made by Candor ${document.version} · ${document.schema} · this file works offline`),
    ),
  );
  return `<!doctype html>\n${serialize(page.document.documentElement)}\n`;
}
