import type { Child, Page } from "./page.ts";

/** How a section is named. */
export interface SectionWords {
  /** Address within the page. */
  readonly id: string;
  /** Name in the table of contents. */
  readonly short: string;
  /** Heading. */
  readonly title: string;
}

/** A part of the report. */
export interface Section extends SectionWords {
  readonly element: HTMLElement;
}

/**
 * A section with its heading.
 *
 * @param page the page it is for
 * @param words how it is named
 * @param children contents
 */
export function section(page: Page, words: SectionWords, ...children: Child[]): Section {
  const { id, title } = words;
  const heading = page.make("h2", { id: `${id}-title` }, title);
  return { ...words, element: page.make("section", { id, "aria-labelledby": `${id}-title` }, heading, ...children) };
}
