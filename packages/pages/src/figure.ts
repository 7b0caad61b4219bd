/// <reference lib="dom" />
import type { Page } from "./page.ts";

/** A picture with everything a reader needs around it. */
export interface FigureParts {
  readonly title: string;
  /** What the picture shows on this data, in a sentence; also its label for assistive technology. */
  readonly finding: string;
  /** Draws the picture with the label given. */
  readonly draw: (label: string) => Element;
  /** How to read the picture. */
  readonly reading: string;
  /** The numbers behind it. */
  readonly data: HTMLElement;
  /** Spans the whole width. */
  readonly wide?: boolean;
}

/**
 * A figure: title, finding, picture, how to read it, and the data behind it, closed until asked for.
 *
 * @param page the page it is for
 * @param parts its contents
 */
export function figure(page: Page, parts: FigureParts): HTMLElement {
  const { make } = page;
  const { title, finding, draw, reading, data, wide = false } = parts;
  return make(
    "figure",
    { class: wide ? "figure wide" : "figure", "aria-label": title },
    make("h3", {}, title),
    make("p", { class: "finding" }, finding),
    make("div", { class: "picture" }, draw(`${title}${/[?.!]$/.test(title) ? "" : "."} ${finding}`)),
    make("figcaption", { class: "note" }, reading),
    make("details", {}, make("summary", {}, "Data behind this picture"), data),
  );
}
