/// <reference lib="dom" />
import type { Child, Page } from "./page.ts";
import type { Section } from "./section.ts";
import { unbroken } from "./unbroken.ts";
import { formatName } from "./words/format.ts";

const SENTENCE_LIMIT = 600;

/** What stands around the sections of a page. */
export interface PageParts {
  /** Of the window; text. */
  readonly title: string;
  /** Kind of page, above the verdict. */
  readonly eyebrow: string;
  readonly status: { readonly symbol: string; readonly word: string; readonly tone: string };
  /** The verdict; the heading of the page. */
  readonly sentence: string;
  /** Line under the verdict. */
  readonly facts: readonly Child[];
  readonly sections: readonly Section[];
  /** Whether links to the sections stand under the verdict. */
  readonly contents: boolean;
  /** What this kind of page needs beyond the common styles. Default: nothing. */
  readonly styles?: string;
  readonly version: string;
  readonly schema: string;
}

/** The sentence in two sizes: long ones up to their first colon or semicolon, then the evidence. */
function headline(page: Page, sentence: string): HTMLElement {
  const text = formatName(sentence, SENTENCE_LIMIT);
  const [, claim = text, evidence = ""] = (text.length > 100 && /^(.{20,100}?[:;]) (.*)$/u.exec(text)) || [];
  const rest =
    evidence === "" ? [] : [" ", page.make("span", { class: "evidence" }, ...unbroken(page.document, evidence))];
  return page.make("h1", {}, claim, ...rest);
}

/**
 * What a page shows: the verdict, what it is about, links to the sections, and the sections.
 *
 * @param page the page it is made in
 * @param parts what it holds
 * @param around what the sections stand in: `main`, or `div` within a page that has its own
 */
export function pageContent(page: Page, parts: PageParts, around: "main" | "div" = "main"): readonly HTMLElement[] {
  const { make } = page;
  const { eyebrow, status, sentence, facts, sections, contents } = parts;
  const links = sections.map(({ id, short }) => make("li", {}, make("a", { href: `#${id}` }, short)));
  return [
    make(
      "header",
      { class: "masthead" },
      make("p", { class: "eyebrow" }, eyebrow),
      make(
        "p",
        { class: `status ${status.tone}` },
        make("span", { class: "symbol", "aria-hidden": "true" }, status.symbol),
        make("span", {}, status.word),
      ),
      headline(page, sentence),
      make("p", { class: "facts-line" }, ...facts),
    ),
    ...(contents ? [make("nav", { "aria-label": "Contents" }, make("ul", {}, ...links))] : []),
    make(around, { id: "content" }, ...sections.map(({ element }) => element)),
  ];
}
