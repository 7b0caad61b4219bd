import type { ConformalDocument } from "@candor/core";
import {
  codeText,
  factList,
  formatLevel,
  madeFacts,
  type Page,
  rowFacts,
  type Section,
  type SpecRow,
  section,
  sourceOf,
  specDetails,
  specRow,
} from "@candor/pages";
import { methodWords } from "../../conformal-words.ts";

function specRows({ evaluation, task }: ConformalDocument): SpecRow[] {
  if (evaluation === null) return [];
  const { coverage, meanSize, classCoverage, groupCoverage, sizeCoverage } = evaluation;
  return [
    ...specRow("Coverage", coverage),
    ...specRow(task === "classification" ? "Mean size" : "Mean width", meanSize),
    ...specRow("Coverage of a class", classCoverage.find((row) => row.coverage !== null)?.coverage),
    ...specRow("Coverage of a group", groupCoverage[0]?.coverage),
    ...specRow("Coverage by size", sizeCoverage[0]?.coverage),
  ];
}

/** What identifies the document, and how every number is computed. */
export function specsSection(page: Page, document: ConformalDocument): Section {
  const { created, version, schema, fingerprint, dataHash, level } = document;
  const rows = specRows(document);
  return section(
    page,
    { id: "specs", short: "Fingerprints", title: "Fingerprints and specs" },
    factList(page, [
      ...madeFacts(created, version, schema),
      ["Method", methodWords(document)],
      ["Level", formatLevel(level)],
      ...(document.task === "classification" ? [["Seed", String(document.seed)] as const] : []),
      ["Fingerprint", codeText(page, fingerprint), "long"],
      ["Calibration rows", codeText(page, dataHash), "long"],
    ]),
    ...(rows.length === 0 ? [] : [specDetails(page, rows)]),
  );
}

/** Where the rows come from. */
export function sourceSection(page: Page, { source, n }: ConformalDocument): Section {
  return sourceOf(page, source, rowFacts(page, source, n));
}
