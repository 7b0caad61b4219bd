import type { ReportDocument } from "@candor/core";
import { reportPage, wholePage } from "@candor/pages";
import { createPage } from "./page.ts";

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
  return wholePage(page, reportPage(page, document));
}
