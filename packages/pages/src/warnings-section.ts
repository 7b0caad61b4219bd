import type { Page } from "./page.ts";
import { type Section, section } from "./section.ts";
import { leftOut } from "./table.ts";
import { formatName } from "./words/format.ts";

const WARNINGS_LIMIT = 50;
const TEXT_LIMIT = 600;

/**
 * What to know before a document is used, with a word on the warnings that are not shown; undefined where there are none.
 *
 * @param page the page it is for
 * @param warnings of the document
 */
export function warningsSection(page: Page, warnings: readonly string[]): Section | undefined {
  if (warnings.length === 0) return undefined;
  const shown = warnings.slice(0, WARNINGS_LIMIT);
  const rest = leftOut(warnings.length, shown.length);
  const items = [...shown, ...(rest === "" ? [] : [rest])];
  return section(
    page,
    { id: "warnings", short: "Warnings", title: "Before you use it" },
    page.make("ul", { class: "warnings" }, ...items.map((text) => page.make("li", {}, formatName(text, TEXT_LIMIT)))),
  );
}
