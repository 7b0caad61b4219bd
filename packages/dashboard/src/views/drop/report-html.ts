import { type Page, type PageParts, pageOf, regressionPage, reportPage, wholePage } from "@candor/pages";
import type { AnyReport } from "../../drop/make-report.ts";

/** What the page of a report holds. */
export function partsOf(page: Page, report: AnyReport): PageParts {
  return report.schema === "candor.report/1" ? reportPage(page, report) : regressionPage(page, report);
}

/** The report as the file that `candor report --html` writes. */
export function reportHtml(report: AnyReport): string {
  const page = pageOf(document);
  return wholePage(page, partsOf(page, report));
}

/** Hands a text to the user as a file. */
export function saveAs(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
