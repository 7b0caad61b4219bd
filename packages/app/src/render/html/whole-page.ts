/// <reference lib="dom" />
import { plotStyles } from "@candor/plots";
import { formatName } from "../format.ts";
import type { Child, Page } from "./page.ts";
import { pageStyles } from "./page-styles.ts";
import type { Section } from "./section.ts";
import { serialize } from "./serialize.ts";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
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
  const rest = evidence === "" ? [] : [" ", page.make("span", { class: "evidence" }, evidence)];
  return page.make("h1", {}, claim, ...rest);
}

/**
 * One self-contained page: no network, no script, light and dark, printable.
 *
 * @param page the page it is made in
 * @param parts what it holds
 * @returns the whole file as text
 */
export function wholePage(page: Page, parts: PageParts): string {
  const { make, document } = page;
  const { title, eyebrow, status, sentence, facts, sections, contents, styles = "", version, schema } = parts;
  document.head.append(
    make("meta", { charset: "utf-8" }),
    make("meta", { "http-equiv": "Content-Security-Policy", content: POLICY }),
    make("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    make("meta", { name: "color-scheme", content: "light dark" }),
    make("meta", { name: "referrer", content: "no-referrer" }),
    make("meta", { name: "generator", content: `Candor ${version}` }),
    make("title", {}, title),
    make("style", {}, plotStyles + pageStyles + styles),
  );
  const links = sections.map(({ id, short }) => make("li", {}, make("a", { href: `#${id}` }, short)));
  document.body.append(
    make("a", { class: "skip", href: "#content" }, "Skip to the content"),
    make(
      "div",
      { class: "page" },
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
      make("main", { id: "content" }, ...sections.map(({ element }) => element)),
      make("footer", {}, `Made by Candor ${version} · ${schema} · this file works offline`),
    ),
  );
  return `<!doctype html>\n${serialize(document.documentElement)}\n`;
}
