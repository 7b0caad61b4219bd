import {
  type Page,
  type PageParts,
  pageOf,
  regressionPage,
  regressionSections,
  reportPage,
  reportSections,
  type Section,
  wholePage,
} from "@candor/pages";
import type { AnyReport } from "../../drop/make-report.ts";

/** What the page of a report holds. */
function partsOf(page: Page, report: AnyReport, sections?: readonly Section[]): PageParts {
  return report.schema === "candor.report/1"
    ? reportPage(page, report, sections)
    : regressionPage(page, report, sections);
}

/** What the page of a report holds, made section by section so that nothing waits long. */
export async function partsInPieces(page: Page, report: AnyReport, signal: AbortSignal): Promise<PageParts> {
  const sections: Section[] = [];
  for (const section of report.schema === "candor.report/1"
    ? reportSections(page, report)
    : regressionSections(page, report)) {
    sections.push(section);
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
  }
  return partsOf(page, report, sections);
}

/** The report as the file that `candor report --html` writes. */
export function reportHtml(report: AnyReport): string {
  const page = pageOf(document);
  return wholePage(page, partsOf(page, report));
}
