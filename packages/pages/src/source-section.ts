import type { ReportDocument } from "@candor/core";
import type { Page } from "./page.ts";
import type { Section } from "./section.ts";
import { rowFacts, sourceOf } from "./source-parts.ts";
import { formatNumber } from "./words/format.ts";

/**
 * Where the numbers come from: the file, the columns, rows used and left out, and what was done to them.
 *
 * @param page the page it is for
 * @param document the report
 */
export function sourceSection(page: Page, { source, n, effectiveN, weighted }: ReportDocument): Section {
  return sourceOf(page, source, [
    ...rowFacts(page, source, n),
    ["Weights", weighted ? `yes; effective rows ${formatNumber(effectiveN, 1)}` : "none"],
    [
      "Method",
      source.approximate
        ? "one pass over mergeable cells: numbers are approximate, within the bounds the notes state"
        : "every row, exact",
    ],
  ]);
}
