import type { RegressionReport } from "@candor/core";
import { regressionPage, wholePage } from "@candor/pages";
import { createPage } from "../page.ts";

/**
 * A report on forecasts of numbers as one self-contained HTML page: no network, no script, light and dark, printable. Names
 * from the data are text. Draws 24 groups and lists 200 rows per table; what is left out is counted and stands in the JSON
 * document.
 *
 * @param document a `candor.regression-report/1`
 * @returns the whole file as text, the same for the same document
 */
export function renderRegressionHtml(document: RegressionReport): string {
  const page = createPage();
  return wholePage(page, regressionPage(page, document));
}
