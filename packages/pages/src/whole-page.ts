/// <reference lib="dom" />
import { plotStyles } from "@candor/plots";
import type { Page } from "./page.ts";
import { type PageParts, pageContent } from "./page-content.ts";
import { pageStyles } from "./page-styles.ts";
import { serialize } from "./serialize.ts";

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * One self-contained page: no network, no script, light and dark, printable.
 *
 * @param page the page it is made in
 * @param parts what it holds
 * @returns the whole file as text
 */
export function wholePage(page: Page, parts: PageParts): string {
  const { make } = page;
  const { title, styles = "", version, schema } = parts;
  const head = make(
    "head",
    {},
    make("meta", { charset: "utf-8" }),
    make("meta", { "http-equiv": "Content-Security-Policy", content: POLICY }),
    make("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    make("meta", { name: "color-scheme", content: "light dark" }),
    make("meta", { name: "referrer", content: "no-referrer" }),
    make("meta", { name: "generator", content: `Candor ${version}` }),
    make("title", {}, title),
    make("style", {}, plotStyles + pageStyles + styles),
  );
  const body = make(
    "body",
    {},
    make("a", { class: "skip", href: "#content" }, "Skip to the content"),
    make(
      "div",
      { class: "page" },
      ...pageContent(page, parts),
      make("footer", {}, `Made by Candor ${version} · ${schema} · this file works offline`),
    ),
  );
  return `<!doctype html>\n${serialize(make("html", { lang: "en" }, head, body))}\n`;
}
