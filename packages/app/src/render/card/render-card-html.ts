/// <reference lib="dom" />

import type { FitDocument } from "@candor/core";
import { type Child, formatCount, formatName, type Page, section, table, wholePage } from "@candor/pages";
import { changePicture } from "../html/fit/change-reliability.ts";
import { fitStyles } from "../html/fit/fit-styles.ts";
import { createPage } from "../html/page.ts";
import { type Block, cardContent, type Run, type Runs } from "./card-content.ts";

const NAME_LIMIT = 80;
const SENTENCE_LIMIT = 800;

function runChild(page: Page, run: Run): Child {
  if (typeof run === "string") return run;
  if ("said" in run) return formatName(run.said, SENTENCE_LIMIT);
  if ("name" in run) return page.name(run.name, NAME_LIMIT);
  return page.make("code", {}, run.code);
}

function children(page: Page, runs: Runs): Child[] {
  return runs.map((run) => runChild(page, run));
}

function blockElement(page: Page, block: Block, document: FitDocument): HTMLElement {
  const { make } = page;
  switch (block.kind) {
    case "paragraph":
      return make("p", {}, ...children(page, block.runs));
    case "list":
      return make("ul", { class: "steps" }, ...block.items.map((item) => make("li", {}, ...children(page, item))));
    case "facts":
      return make(
        "dl",
        { class: "facts" },
        ...block.items.map(([term, value]) =>
          make(
            "div",
            value.some((run) => typeof run !== "string" && "code" in run) ? { class: "long" } : {},
            make("dt", {}, term),
            make("dd", {}, ...children(page, value)),
          ),
        ),
      );
    case "table":
      return table(
        page,
        block.rows,
        block.columns.map(({ title, numeric = false }, i) => ({
          title,
          numeric,
          cell: (cells: readonly Runs[]) => make("span", {}, ...children(page, cells[i] ?? [])),
        })),
        { caption: block.caption, hidden: true },
      );
    case "command":
      return make("pre", {}, make("code", {}, block.text));
    case "reliability":
      return changePicture(page, document.reliability);
  }
}

/**
 * The calibration card of a fit as one self-contained HTML page: the same words as in Markdown, and both reliability curves.
 *
 * @param document a `candor.fit/1`
 * @returns the whole file as text, the same for the same document
 */
export function renderCardHtml(document: FitDocument): string {
  const page = createPage();
  const { subject, status, sentence, sections } = cardContent(document);
  page.document.body.setAttribute("class", "card-page");
  return wholePage(page, {
    title: `Calibration card: ${formatName(subject)}`,
    eyebrow: "Calibration card",
    status,
    sentence,
    facts: [page.name(subject, 120), ` · ${formatCount(document.n)} rows`],
    sections: sections.map(({ id, title, blocks }) =>
      section(page, { id, short: title, title }, ...blocks.map((block) => blockElement(page, block, document))),
    ),
    contents: false,
    styles: fitStyles,
    version: document.version,
    schema: document.schema,
  });
}
